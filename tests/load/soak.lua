-- Sends random cases and compares each answer with the line of its case.
--
-- args: the file of cases, a seed. A line of that file is a case: its number, what is sent, and
-- what must come back: the answer, and its body. There are tabs between, and \r\n and \n within are
-- written as the bytes 1 and 2.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  sent, expected = {}, {}
  for line in io.lines(args[1]) do
    local case, ask, answer, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    table.insert(sent, (ask:gsub("\1", "\r\n")))
    expected[tonumber(case)] = {(answer:gsub("\2", "\n")), (body:gsub("\2", "\n"))}
  end
  math.randomseed(tonumber(args[2]) * 1000 + number)
  checked, wrong, errors, shown = 0, 0, 0, ""
end

function request()
  -- wrk itself looks at the first one, and knows not all methods; it is a GET.
  local number = begun and math.random(#sent) or 1
  begun = true
  return sent[number]
end

local function members(value)
  local found = {}
  for member in value:gmatch("[^,]+") do
    table.insert(found, (member:gsub("^ +", "")))
  end
  table.sort(found)
  return table.concat(found, ", ")
end

-- The answer in the words of the file: its status, and all that CORS or a cache reads of it.
local function told(status, headers)
  local found = {}
  for name, value in pairs(headers) do
    local lower = name:lower()
    if lower == "access-control-allow-methods" then value = members(value) end
    if lower == "vary" then value = members(value:lower()) end
    if lower == "vary" or lower:find("^access%-control%-") or lower:find("^x%-soak%-told") then
      table.insert(found, lower .. ": " .. value)
    end
  end
  table.sort(found)
  return status .. "\n" .. table.concat(found, "\n")
end

function response(status, headers, body)
  local case = expected[tonumber(headers["X-Soak-Case"]) or 0]
  local answer = told(status, headers)
  checked = checked + 1
  if status > 399 then errors = errors + 1 end
  if case and case[1] == answer and (case[2] == "any" or case[2] == "=" .. body) then return end
  wrong = wrong + 1
  if wrong <= 3 then
    local number = headers["X-Soak-Case"] or "none"
    shown = shown .. "case " .. number .. ": " .. answer .. "\n" .. body:sub(1, 200) .. "\n"
  end
end

function done(summary, latency, requests)
  local total = {checked = 0, wrong = 0, errors = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(total) do total[name] = total[name] + thread:get(name) end
    io.write(thread:get("shown"))
  end
  local failed = summary.errors
  io.write(string.format(
    "SOAKED %d %d %d %d %d\n",
    total.checked, total.wrong, total.errors, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout
  ))
end
