"""The JavaScript that runs in the pages."""

FETCH = """
async (url, options) => {
  try {
    // A hanging server must never look like a refusal: it ends as a TimeoutError.
    const response = await fetch(url, {signal: AbortSignal.timeout(15000), ...options});
    const bytes = await response.arrayBuffer();
    return {
      ok: response.ok,
      status: response.status,
      type: response.type,
      redirected: response.redirected,
      headers: Object.fromEntries(response.headers),
      body: new TextDecoder().decode(bytes),
      size: bytes.byteLength,
    };
  } catch (error) {
    return {error: `${error.name}: ${error.message}`};
  }
}
"""

# For what may wait for a person: whether it went through must be told by the server.
FETCH_BRIEFLY = """
async (url) => {
  await fetch(url, {signal: AbortSignal.timeout(500)}).catch(() => {});
}
"""

HAS_PERMISSION = """
async (name) => (await navigator.permissions.query({name})).state
"""

LOAD_IMAGE = """
(url, crossOrigin) => new Promise((resolve) => {
  const image = new Image();
  if (crossOrigin !== null) image.crossOrigin = crossOrigin;
  image.onload = () => resolve(true);
  image.onerror = () => resolve(false);
  image.src = url;
})
"""

SUBMIT_FORM = """
(url, fields) => new Promise((resolve) => {
  const frame = document.createElement("iframe");
  frame.name = "answer";
  document.body.append(frame);
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: url, target: frame.name});
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, {name, value});
    form.append(input);
  }
  document.body.append(form);
  frame.onload = () => resolve(true);
  form.submit();
})
"""

READ_STREAM = """
async (url, urlBetween) => {
  const reader = (await fetch(url, {signal: AbortSignal.timeout(15000)})).body.getReader();
  const text = new TextDecoder();
  const first = text.decode((await reader.read()).value);
  await fetch(urlBetween);
  let rest = "";
  for (let part; !(part = await reader.read()).done; ) rest += text.decode(part.value);
  return [first, rest];
}
"""

UPLOAD = """
(url) => new Promise((resolve) => {
  const request = new XMLHttpRequest();
  request.upload.onprogress = () => {};
  request.onload = () => resolve(request.status);
  request.onerror = () => resolve("blocked");
  request.open("POST", url);
  request.send("plain");
})
"""

OPEN_SOCKET = """
(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send("hello");
  socket.onmessage = (message) => { resolve(message.data); socket.close(); };
  socket.onclose = () => resolve("closed");
})
"""

READ_EVENT = """
(url, withCredentials) => new Promise((resolve) => {
  const source = new EventSource(url, {withCredentials});
  source.onmessage = (message) => { source.close(); resolve(message.data); };
  source.onerror = () => { source.close(); resolve("error"); };
})
"""

# As a person does on the page of Werkzeug's debugger: type the PIN, open the innermost frame, type.
DEBUG = """
async (pin, code) => {
  const until = async (found) => {
    for (const end = Date.now() + 15000; !found();) {
      if (Date.now() > end) throw new Error(`never: ${found}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const unlock = document.querySelector(".pin-prompt form");
  unlock.pin.value = pin;
  unlock.requestSubmit();
  await until(() => EVALEX_TRUSTED);
  const frame = [...document.querySelectorAll("div.frame")].at(-1);
  const icon = frame.querySelector("img");
  await until(() => icon.complete && icon.naturalWidth);
  icon.click();
  const shell = frame.parentNode.querySelector("pre.console");
  shell.querySelector("input").value = code;
  shell.querySelector("form").requestSubmit();
  const output = shell.querySelector(".output");
  await until(() => output.textContent.includes(code));
  return output.textContent;
}
"""
