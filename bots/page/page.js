// The try-it page: sends one draft to POST /try and shows the answer. Text is only ever set as text.
"use strict";

const LIMIT = 40000; // code points, as core.draft.MAX_CHARACTERS
const PATIENCE = 60000; // milliseconds until a check counts as lost
const OUTCOMES = ["ok", "revise", "block", "unchecked"];
const ACTIONS = ["note", "revise", "block"];

const EXAMPLES = [
  ["An anniversary",
    "Three years at this company today. Thank you to everyone who answered my first hundred questions, and to "
    + "whoever keeps the coffee machine alive."],
  ["A phone number",
    "We are looking for two people who love old bicycles to help in our Leeds workshop on Saturdays. Call Sam on "
    + "+44 7700 900123, evenings are best."],
  ["A client workshop",
    "What a day! We ran our first workshop with Northwind Traders, and the whole team left with paint on their "
    + "hands and a plan for the new web shop."],
  ["A board meeting",
    "Just out of the board meeting: we decided to move the launch to October and to stop hiring until then. "
    + "I think it is the right call."],
];

const $ = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en");

let checked = null; // the values that the answer on show belongs to
let running = false;
let own = null; // the author's words, once an example or a safe version has taken their place
let placed = null; // the text that took their place

// --- small things

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function count(text) {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}

// Control and direction characters could make an echo read differently from what it is.
function printable(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

function sentence(words) {
  const [first, ...rest] = words;
  return first.toUpperCase() + rest.join("") + (/[.!?]$/.test(words) ? "" : ".");
}

function webAddress(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function timezone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== "Etc/Unknown" ? zone : null;
}

function values() {
  return { text: $("draft").value, network: $("network").value, account: $("account").value };
}

function same(one, other) {
  return one.text === other.text && one.network === other.network && one.account === other.account;
}

// --- the draft

function complain(problem) {
  $("problem").textContent = problem;
  $("draft").setAttribute("aria-invalid", String(Boolean(problem)));
}

// The sentence stays the same while the author shortens the text, so that a screen reader says it once.
const TOO_LONG = `This draft is too long: ${number.format(LIMIT)} characters at most. Shorten it, or check it in parts.`;

function counted(points) {
  const over = points > LIMIT ? `, ${number.format(points - LIMIT)} too many` : "";
  return `${number.format(points)} of ${number.format(LIMIT)} characters${over}`;
}

function changed() {
  const points = count($("draft").value);
  $("count").textContent = counted(points);
  $("count").classList.toggle("over", points > LIMIT);
  const problem = points > LIMIT ? TOO_LONG : "";
  if ($("problem").textContent !== problem) complain(problem);
  $("restore").hidden = own === null || own === $("draft").value;
  compare();
}

function compare() {
  const stale = checked !== null && !same(checked, values());
  $("verdict").classList.toggle("is-stale", stale);
  $("stale").hidden = !stale;
  $("stale").textContent = stale ? "You have changed the draft since this answer. Check it again." : "";
}

function replaceDraft(text) {
  if ($("draft").value.trim() && $("draft").value !== placed) own = $("draft").value;
  placed = text;
  $("draft").value = text;
  changed();
}

function restore() {
  $("draft").value = own;
  changed();
  $("draft").focus();
}

// --- asking

async function check() {
  if (running) return;
  const asked = values();
  const points = count(asked.text);
  if (!asked.text.trim() || points > LIMIT) {
    complain(points > LIMIT ? TOO_LONG : "There is nothing to check yet. Paste the text of your post.");
    $("draft").focus();
    return;
  }
  complain("");
  busy(true);
  try {
    const reply = await ask(asked);
    checked = asked;
    showVerdict(reply);
  } catch (error) {
    checked = null;
    showFailure(error);
  } finally {
    busy(false);
    compare();
  }
  reveal();
}

// Focus alone would scroll a tall answer to its middle; its first words matter most.
function reveal() {
  $("verdict").focus({ preventScroll: true });
  const { top } = $("verdict").getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) $("verdict").scrollIntoView({ block: "start" });
}

async function ask(asked) {
  let response;
  let reply = null;
  try {
    response = await fetch("/try", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...asked, timezone: timezone() }),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
    reply = await response.json();
  } catch (error) {
    if (error.name === "TimeoutError") throw new Error("The answer took longer than a minute. Check the draft once more.");
    if (!response) throw new Error("The server cannot be reached. See whether checkpost is still running, then check again.");
  }
  if (!response.ok) {
    const said = reply && typeof reply.error === "string" && reply.error.trim();
    throw new Error(said ? sentence(said) : `The server ran into a problem (${response.status}). Check the draft once more.`);
  }
  if (!reply || !reply.answer || !OUTCOMES.includes(outcomeOf(reply))) {
    throw new Error("The server’s answer could not be read. Check the draft once more.");
  }
  return reply;
}

function busy(on) {
  running = on;
  $("check").setAttribute("aria-disabled", String(on));
  $("use").setAttribute("aria-disabled", String(on));
  $("check").textContent = on ? "Checking…" : "Check this draft";
  $("status").textContent = on ? "Checking your draft." : "";
  document.body.classList.toggle("is-busy", on);
  $("verdict").setAttribute("aria-busy", String(on));
}

// --- answering

function clear() {
  for (const id of ["unread", "marked", "items", "safe"]) $(id).replaceChildren();
  for (const id of ["unread", "draft-part", "items-part", "safe-part", "no-safe"]) $(id).hidden = true;
  for (const id of ["privacy", "copied", "lead"]) $(id).textContent = "";
  $("idle").hidden = true;
  $("verdict").hidden = false;
}

function announce(outcome, sign, headline, lead) {
  $("verdict").dataset.outcome = outcome;
  document.body.dataset.outcome = outcome;
  $("sign").setAttribute("href", `#sign-${outcome}`);
  $("headline").textContent = headline;
  $("lead").textContent = lead;
  document.title = `${sign} ${headline} · checkpost`;
}

function outcomeOf({ answer, verdict }) {
  return answer.outcome ?? verdict?.outcome;
}

function showVerdict(reply) {
  const { answer, marked } = reply;
  clear();
  announce(outcomeOf(reply), answer.sign, answer.headline, answer.lead);
  $("unread").replaceChildren(...(answer.unread ?? []).map((sentence) => make("li", "", sentence)));
  $("unread").hidden = !$("unread").firstChild;
  showMarked(marked ?? []);
  $("items").replaceChildren(...(answer.items ?? []).map(item));
  $("items-part").hidden = !$("items").firstChild;
  if (answer.rewrite !== null && answer.rewrite !== undefined) {
    $("safe").textContent = answer.rewrite;
    $("safe-part").hidden = false;
    reachable($("safe"));
  }
  $("no-safe").textContent = answer.no_rewrite ?? "";
  $("no-safe").hidden = !answer.no_rewrite;
  $("privacy").textContent = answer.privacy ?? "";
}

function showFailure(error) {
  clear();
  announce("unchecked", "❔", "Could not be checked", "Please do not post this yet.");
  $("unread").replaceChildren(make("li", "", error.message));
  $("unread").hidden = false;
}

function showMarked(pieces) {
  if (!pieces.some(([, found]) => found)) return;
  $("marked").replaceChildren(...pieces.map(([piece, found]) =>
    found ? make("mark", "", printable(piece)) : document.createTextNode(printable(piece))));
  $("draft-part").hidden = false;
  reachable($("marked"));
}

// What scrolls must be scrollable by keyboard; what does not is no stop on the way.
function reachable(block) {
  block.tabIndex = block.scrollHeight > block.clientHeight ? 0 : -1;
}

function item(found) {
  const action = ACTIONS.includes(found.action) ? found.action : "note";
  const entry = make("li", "item");
  entry.dataset.action = action;
  const head = make("h4");
  head.append(make("span", "asks", found.asks), " ", make("span", "title", found.title));
  entry.append(head);
  if ((found.quotes ?? []).length) entry.append(places(found));
  entry.append(make("p", "why", found.why));
  if ((found.suggest ?? []).length) entry.append(better(found.suggest, found.adds ? "You could add:" : "Better words:"));
  const address = found.learn ? webAddress(found.learn) : null;
  if (address) entry.append(clause(address, found.title));
  return entry;
}

function places({ quotes, count: total, more }) {
  const different = [...new Set(quotes)];
  const line = make("p", "quotes");
  different.forEach((quote, at) => line.append(at ? ", " : "", make("q", "", printable(quote))));
  const rest = different.length < quotes.length ? `(${number.format(total)} places)` : more;
  if (rest) line.append(" ", make("span", "more", rest));
  return line;
}

function better(words, label) {
  const line = make("p", "better");
  line.append(make("span", "label", label), " ");
  words.forEach((word, at) => line.append(make("span", "word", word), at + 1 < words.length ? ", " : ""));
  return line;
}

function clause(address, title) {
  const link = make("a", "", "Read the clause");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.append(make("span", "unseen", ` about: ${title} (opens in a new tab)`));
  const line = make("p", "learn");
  line.append(link);
  return line;
}

// --- the safe version

function useSafe() {
  if (running) return;
  replaceDraft($("safe").textContent);
  check();
}

async function copySafe() {
  try {
    await navigator.clipboard.writeText($("safe").textContent);
    $("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren($("safe"));
    $("copied").textContent = `Selected. Press ${$("key").textContent} C to copy.`;
  }
}

// --- wiring

for (const [name, text] of EXAMPLES) {
  const button = make("button", "example", name);
  button.type = "button";
  button.addEventListener("click", () => {
    if (running) return;
    replaceDraft(text);
    check();
  });
  const entry = make("li");
  entry.append(button);
  $("examples").append(entry);
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
$("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    check();
  }
});
$("draft").addEventListener("input", changed);
$("network").addEventListener("change", compare);
$("account").addEventListener("change", compare);
$("restore").addEventListener("click", restore);
$("use").addEventListener("click", useSafe);
$("copy").addEventListener("click", copySafe);
if (/Mac|iPhone|iPad/.test(navigator.platform)) $("key").textContent = "⌘";
changed();
