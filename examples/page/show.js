const WORDS = { readable: "Readable", blocked: "Blocked", allowed: "Allowed", refused: "Refused" };
const ASKED = /^(origin|cookie|content-type|access-control-.*|x-.*)$/i;
const ANSWERED = /^(vary|set-cookie|access-control-.*|x-.*|strictcors-.*)$/i;
const NOT_NEEDED = "A form could have sent the same, so the browser asked nothing beforehand.";
const REMEMBERED = "The browser still remembers the answer to the last one: Max-Age lets it.";

/** Make an element; whatever came from a network is text, never markup. */
function make(tag, { name, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

function mark(word) {
  const isGood = word === "readable" || word === "allowed";
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("aria-hidden", "true");
  path.setAttribute("d", isGood ? "M3 8.5 6.5 12 13 4.5" : "M4 4l8 8M12 4l-8 8");
  drawing.append(path);
  return drawing;
}

const verdict = (word) => make("span", { name: `verdict ${word}` }, mark(word), WORDS[word]);

/** Print a function's body as it stands in its file, without the file's indentation. */
function source(call) {
  const lines = call.toString().replace(/^\(\) =>\s*/, "").split("\n");
  const indents = lines.slice(1).map((line) => line.search(/\S/));
  const indent = Math.min(...indents.filter((width) => width >= 0));
  return [lines[0], ...lines.slice(1).map((line) => line.slice(indent))].join("\n");
}

/** Set strings and decorators apart from the rest of a piece of code. */
export function tinted(code) {
  return code
    .split(/("[^"]*"|^@[\w.]+|^#.*)/m)
    .map((part, index) => (index % 2 ? make("span", { name: /^[#@]/.test(part) ? "quiet" : "string" }, part) : part));
}

function facts(pairs) {
  const list = make("dl", { name: "facts" });
  for (const [term, value] of pairs) {
    if (value) list.append(make("dt", {}, term), make("dd", {}, make("code", {}, value)));
  }
  return list;
}

function lines(headers, wanted, name, spoken) {
  return headers
    .filter(([header]) => wanted.test(header))
    .map(([header, value]) =>
      make(
        "li",
        { name },
        make("span", { name: "spoken" }, spoken),
        make("b", {}, `${header}: `),
        value.replaceAll(",", ", ").replaceAll(",  ", ", "),
      ),
    );
}

function exchange({ preflight, method, path, asked, answer }, withBody) {
  const { status, headers, body } = answer;
  const title = make("h5", {}, preflight ? "Preflight " : "Request ");
  title.append(make("code", {}, `${method} ${path} → ${status}`));
  const list = make("ul", { name: "headers" });
  list.append(...lines(asked, ASKED, "asked", "asked "), ...lines(headers, ANSWERED, "answered", "answered "));
  const block = make("div", { name: "exchange" }, title, list);
  if (withBody && body) block.append(make("pre", { name: "body" }, body.trim()));
  return block;
}

/** Name what was not on the policy's list. */
function culprit({ reason, origin, method, headers }) {
  if (reason.startsWith("method")) return ["Method", method];
  if (reason.includes("header")) return ["Header", headers.join(", ")];
  return ["Origin", origin];
}

const absence = (title, text) =>
  make("div", { name: "exchange" }, make("h5", {}, title), make("p", { name: "aside" }, text));

const valueOf = (headers, name) =>
  headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];

/** One call: its code on both sides, and what came of it. */
export class Card {
  constructor(call, number, section) {
    this.call = call;
    this.number = number;
    this.seen = 0;
    const card = document.getElementById("card").content.cloneNode(true);
    this.element = card.querySelector("article");
    this.element.id = call.id;
    this.element.querySelector(".number").textContent = String(number).padStart(2, "0");
    const heading = this.element.querySelector("h3");
    heading.textContent = call.title;
    heading.id = `${call.id}-title`;
    this.element.setAttribute("aria-labelledby", heading.id);
    this.element.querySelector(".lesson").textContent = call.lesson;
    this.button = this.element.querySelector(".rerun");
    this.button.setAttribute("aria-label", `Run again: ${call.title}`);
    this.browser = this.element.querySelector(".browser");
    this.server = this.element.querySelector(".server");
    this.wire = this.element.querySelector(".wire");
    this.browser.querySelector("code").append(...tinted(source(call.call)));
    this.entry = make("li", {}, make("a", { href: `#${call.id}` }, call.title));
    document.getElementById("index").append(this.entry);
    section.append(card);
  }

  /** Open the section of a group of calls. */
  static section({ title, note }) {
    const section = make("section", { name: "group" });
    section.append(make("h2", {}, title), make("p", { name: "note" }, note));
    document.getElementById("calls").append(section);
    return section;
  }

  wait() {
    this.button.disabled = true;
    this.element.setAttribute("aria-busy", "true");
  }

  /** Show both sides; of the story only what was not shown before. */
  show(browser, story) {
    const exchanges = story.filter(({ number }) => number > this.seen);
    this.seen = story.at(-1)?.number ?? this.seen;
    this.showBrowser(browser);
    this.showServer(exchanges);
    this.showWire(exchanges, browser.readable);
    this.button.disabled = false;
    this.element.removeAttribute("aria-busy");
    const word = browser.readable ? "readable" : "blocked";
    const link = this.entry.querySelector("a");
    this.entry.className = word;
    this.entry.replaceChildren(link, mark(word), make("span", { name: "spoken" }, ` ${word}`));
  }

  showBrowser({ readable, status, headers, body, error }) {
    const word = readable ? "readable" : "blocked";
    this.element.dataset.browser = word;
    const outcome = this.browser.querySelector(".outcome");
    const head = make("p", { name: "head" }, verdict(word), make("code", {}, readable ? status : error));
    if (readable) {
      outcome.replaceChildren(
        head,
        make("pre", { name: "body" }, body.trim()),
        facts([["Headers it may read", headers.map(([name]) => name).join(", ")]]),
      );
    } else {
      outcome.replaceChildren(
        head,
        make("p", { name: "aside" }, "No status, no header, no body: nothing else reaches the script."),
      );
    }
  }

  showServer(exchanges) {
    const outcome = this.server.querySelector(".outcome");
    const decisive = exchanges.find(({ decision }) => !decision.allowed) ?? exchanges.at(-1);
    if (!decisive) {
      this.element.dataset.server = "silent";
      outcome.replaceChildren(
        make("p", { name: "aside" }, "It heard nothing of this call. Is the demo still running?"),
      );
      return;
    }
    const { decision, signals, view } = decisive;
    const word = decision.allowed ? "allowed" : "refused";
    Object.assign(this.element.dataset, { server: word, reason: decision.reason ?? "", rule: decision.rule });
    this.server
      .querySelector(".source code")
      .replaceChildren(...tinted(view ?? "# no view: there is no such route"));
    outcome.replaceChildren(
      make("p", { name: "head" }, verdict(word)),
      facts([
        ["Rule", decision.rule],
        ["Reason", decision.reason],
        ...signals.map(culprit),
        ["Signal", signals.map(({ name }) => name).join(", ")],
      ]),
    );
    const detail = signals[0]?.detail ?? decision.detail;
    if (detail) outcome.append(make("p", { name: `detail ${word}` }, detail));
  }

  showWire(exchanges, readable) {
    const preflight = exchanges.find((each) => each.preflight);
    const request = exchanges.find((each) => !each.preflight);
    const outcome = this.wire.querySelector(".outcome");
    outcome.replaceChildren();
    if (preflight) {
      this.preflighted = true;
      this.element.dataset.preflight = "sent";
      outcome.append(exchange(preflight, false));
    } else {
      this.element.dataset.preflight = this.preflighted ? "remembered" : "none";
      outcome.append(absence("No preflight", this.preflighted ? REMEMBERED : NOT_NEEDED));
    }
    if (request) {
      outcome.append(exchange(request, !readable));
    } else if (preflight) {
      const method = valueOf(preflight.asked, "Access-Control-Request-Method");
      outcome.append(absence("No request", `After this answer the browser did not send the ${method}.`));
    }
  }
}

/** Say how the calls stand. */
export function tally(cards) {
  const readable = cards.filter(({ element }) => element.dataset.browser === "readable").length;
  document.getElementById("tally").textContent =
    `${cards.length} calls: ${readable} readable, ${cards.length - readable} blocked.`;
}

/** Say how one call went, to those who listen to the page. */
export function announce({ call, element }) {
  const { browser, server } = element.dataset;
  document.getElementById("tally").append(
    make("span", { name: "spoken" }, ` ${call.title}: browser ${browser}, server ${server}.`),
  );
}
