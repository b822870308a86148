import { groups } from "./calls.js";
import { Card, announce, tally, tinted } from "./show.js";

const demo = await (await fetch("/demo")).json();
const visit = crypto.randomUUID();
let current;

/** Give the API's address of a path; the id tells the server which call an exchange belongs to. */
const api = (path) => `${demo.api}${path}?call=${current}`;

/** Make one call, then ask this page's own server for the other side of it. */
async function run(card) {
  card.wait();
  current = `${visit}-${card.call.id}`;
  const story = `/stories/${current}`;
  const browser = await card.call.call().then(readable).catch(blocked);
  const exchanges = await fetch(story).then((answer) => answer.json()).catch(() => []);
  card.show(browser, exchanges);
}

async function readable(answer) {
  const { status, statusText, headers } = answer;
  const body = await answer.text();
  return { readable: true, status: `${status} ${statusText}`.trim(), headers: [...headers], body };
}

function blocked(error) {
  return { readable: false, error: `${error.name}: ${error.message}` };
}

/** One after the other, so that the page fills from top to bottom. */
async function runAll(cards) {
  document.documentElement.dataset.state = "running";
  again.disabled = true;
  for (const card of cards) await run(card);
  again.disabled = false;
  document.documentElement.dataset.state = "done";
  tally(cards);
}

function introduce() {
  const texts = {
    "page-origin": demo.page,
    "api-origin": demo.api,
    "curl-allowed": demo.allowed,
    "curl-refused": demo.refused,
  };
  for (const [id, text] of Object.entries(texts)) document.getElementById(id).textContent = text;
  document.getElementById("policy").append(...tinted(demo.policy));
  if (location.origin === demo.page) return;
  const notice = document.getElementById("elsewhere");
  notice.textContent = `You opened this page as ${location.origin}. The API lets in ${demo.page}, and an origin is compared letter by letter: open that address to see the calls allowed.`;
  notice.hidden = false;
}

const again = document.getElementById("again");
introduce();
let number = 0;
const cards = groups(api).flatMap((group) => {
  const section = Card.section(group);
  return group.calls.map((call) => new Card(call, ++number, section));
});
for (const card of cards) {
  card.button.addEventListener("click", async () => {
    await run(card);
    tally(cards);
    announce(card);
  });
}
again.addEventListener("click", () => runAll(cards));
await runAll(cards);
