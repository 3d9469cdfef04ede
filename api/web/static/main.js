// The page: tabs, filters, the conversation, the switch of users and of languages.

import * as client from "./client.js";
import { hideQuote } from "./citing.js";
import { announce, el, holdsFocus, quoted, silence, told } from "./dom.js";
import { browse, find, forget } from "./finding.js";
import * as past from "./history.js";
import { closeSource, openDocument, openSource } from "./source.js";
import { Turn, failed } from "./turn.js";
import { adopt, language, live, said, say, speak } from "./words.js";

const byId = (id) => document.getElementById(id);
const question = byId("question");
const talk = byId("talk");
const turns = [];
let running = null;

// filters

function filters() {
  const form = new FormData(byId("filters"));
  const several = (name) => String(form.get(name) ?? "").split(/[、,，]/).map((word) => word.trim()).filter(Boolean);
  return {
    from: form.get("from") || null, to: form.get("to") || null,
    meetings: several("meetings"), speakers: several("speakers"), departments: several("departments"), kinds: several("kinds"),
  };
}

function filtered() {
  const { from, to, ...lists } = filters();
  return Boolean(from || to || Object.values(lists).some((list) => list.length));
}

function filtersChanged() {
  byId("filters-clear").hidden = byId("rail-filtered").hidden = !filtered();
  if (!byId("panel-browse").hidden) browse(filters());
  if (!byId("panel-search").hidden) find(filters());
}

byId("filters").addEventListener("change", filtersChanged);
byId("filters").addEventListener("reset", () => window.setTimeout(filtersChanged));
byId("filters").addEventListener("submit", (event) => { event.preventDefault(); filtersChanged(); });

// asking

const doors = {
  open: (source, from) => source && openSource(source, from),
  stop: () => running?.abort(),
  filtered,
  ask: (text) => ask(text),
  again: (turn, ignore) => {
    const all = ["period", "meetings", "speakers", "departments", "kinds"];
    const ignored = new Set([...(turn.request.filters.ignore ?? []), ...(ignore === "all" ? all : ignore ? [ignore] : [])]);
    ask(turn.request.question, { ...turn.request.filters, ignore: [...ignored] });
  },
  unfiltered: (turn) => { byId("filters").reset(); ask(turn.request.question, {}); },
  search: (text) => { byId("words").value = text; show("search"); find(filters()); },
};

function history() {
  return turns.filter((turn) => turn.answer).slice(-5).map((turn) => ({ question: turn.request.question, answer: turn.answer.text }));
}

async function ask(text, conditions = filters()) {
  if (running) {
    announce(say("ask.wait"));
    return;
  }
  const mine = new AbortController();
  waitFor(mine);
  past.goesOn();
  const request = { question: text, filters: conditions, style: byId("style").value, history: history() };
  const turn = new Turn(request, doors);
  turns.push(turn);
  byId("welcome").hidden = true;
  byId("turns").append(turn.node);
  toTurn(turn);
  const place = byId("talk").scrollTop;
  if (holdsFocus(byId("talk"))) turn.node.focus({ preventScroll: true }); // what was pressed may be gone
  announce(say("ask.working"));
  try {
    await answered(request, turn, mine.signal);
    if (turns.includes(turn)) past.grown(turn, turns);
  } catch (problem) {
    if (running !== mine) return;
    if (!client.left(problem)) turn.fail(problem);
    else stopped(turn);
  }
  if (running !== mine) return; // the conversation has been left meanwhile
  waitFor(null);
  if (byId("talk").scrollTop === place) toTurn(turn); // unless the reader has scrolled elsewhere
}

function stopped(turn) {
  turn.stopped();
  if (turn.conversation) past.grown(turn, turns); // the server was ready before
}

/** While an answer is awaited no other question is sent. */
function waitFor(controller) {
  running = controller;
  byId("send").setAttribute("aria-disabled", String(Boolean(controller))); // disabled, it would lose the focus
  byId("talk").classList.toggle("waiting", Boolean(controller));
}

/** Ask within the conversation; where it has been deleted meanwhile, a new one begins. */
async function answered(request, turn, signal) {
  await past.ready();
  try {
    await client.ask({ ...request, conversation: past.place() }, turn.on, signal);
  } catch (problem) {
    if (problem.code !== "not_found" || !past.place()) throw problem;
    past.lost();
    await client.ask({ ...request, conversation: past.place() }, turn.on, signal);
  }
}

function toTurn(turn) {
  turn.node.scrollIntoView({ block: "start" });
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text) return;
  if (running) {
    announce(say("ask.wait"));
    return;
  }
  question.value = "";
  grow();
  ask(text);
});

question.addEventListener("keydown", (event) => {
  // while an input method is composing, Enter chooses a conversion
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  byId("ask").requestSubmit();
});
question.addEventListener("input", grow);

function grow() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + 2}px`;
}

for (const button of document.querySelectorAll(".example")) button.addEventListener("click", () => ask(button.textContent));

// the conversation

function clear() {
  const former = running;
  waitFor(null);
  former?.abort();
  hideQuote();
  turns.length = 0;
  byId("turns").replaceChildren();
  byId("welcome").hidden = false;
  closeSource();
}

/** Show the turns of a conversation: those of this page, or those that the server has kept. */
function showTurns(held) {
  clear();
  turns.push(...held.map((one) => (one instanceof Turn ? one : Turn.recalled(one, doors))));
  byId("turns").append(...turns.map((turn) => turn.node));
  byId("welcome").hidden = turns.length > 0;
  show("ask");
  if (!wide.matches) byId("rail").open = false;
  const last = turns.at(-1);
  if (last) { toTurn(last); last.node.focus({ preventScroll: true }); }
}

const conversations = {
  show: showTurns,
  left: clear,
  failed: (problem) => { clear(); byId("turns").append(failed(problem)); byId("welcome").hidden = true; },
};

byId("new").addEventListener("click", () => {
  clear();
  past.leave();
  show("ask");
  if (!wide.matches) byId("rail").open = false;
  question.focus();
  announce(say("past.started"));
});

// tabs

const names = ["ask", "search", "browse"];

function show(name) {
  for (const other of names) {
    const chosen = other === name;
    byId(`tab-${other}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${other}`).tabIndex = chosen ? 0 : -1;
    byId(`panel-${other}`).hidden = !chosen;
  }
  if (name === "browse") browse(filters());
}

for (const name of names) byId(`tab-${name}`).addEventListener("click", () => show(name));
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = names.findIndex((name) => byId(`tab-${name}`) === document.activeElement);
  if (!by || at < 0) return;
  const next = names[(at + by + names.length) % names.length];
  show(next);
  byId(`tab-${next}`).focus();
});
byId("find").addEventListener("submit", (event) => { event.preventDefault(); find(filters()); });
byId("sort").addEventListener("change", () => find(filters()));

// who asks

async function introduce() {
  const known = past.recall(conversations); // asked for at once: a question waits for it
  const person = await client.me();
  const departments = person.departments.join("、");
  byId("who").replaceChildren(person.id === "public" ? el("span", {}, say("page.public")) : quoted("span", {}, `${person.name || person.id}${departments ? `（${departments}）` : ""}`));
  byId("operators").hidden = !person.operator;
  byId("login").hidden = person.login !== "out";
  byId("logout").hidden = person.login !== "in";
  await known;
  if (person.user_switch && !byId("user").options.length) await offerUsers();
}

async function offerUsers() {
  const { principals } = await client.principals();
  byId("user").append(el("option", { value: "" }, say("page.anyone")),
    ...principals.map((p) => quoted("option", { value: p.id }, `${p.name || p.id}${p.departments.length ? `（${p.departments.join("、")}）` : ""}`)));
  byId("switch").hidden = false;
  byId("who").hidden = true;
}

byId("user").addEventListener("change", async (event) => {
  const last = turns.at(-1)?.request.question ?? question.value;
  client.actAs(event.target.value);
  silence();
  byId("sure").close();
  clear();
  past.forget();
  forget();
  question.value = last;
  grow();
  if (!byId("panel-browse").hidden) browse(filters());
  try {
    await introduce();
    announce(say("page.switched"));
  } catch (problem) {
    strangers(problem);
  }
});

/** It is not known who asks: the header names nobody. */
function strangers(problem) {
  if (client.left(problem)) return;
  byId("who").replaceChildren();
  announce(told("error", problem));
}

byId("logout").addEventListener("click", async () => {
  try {
    await client.logout();
    window.location.replace("/");
  } catch (problem) {
    announce(told("error", problem));
  }
});

// the language of the page

byId("language").addEventListener("change", (event) => {
  speak(event.target.value);
  document.title = said("page.title");
});

// links to a source: #/passage/… and #/document/…

let following = 0;

async function follow() {
  const call = following += 1;
  const [, kind, id] = window.location.hash.match(/^#\/(passage|document)\/(.+)$/) ?? [];
  if (kind === "document") await openDocument(decodeURIComponent(id), null);
  if (kind !== "passage") return;
  try {
    const { passage } = await client.passage(decodeURIComponent(id));
    if (call === following) await openSource({ ...passage, quote: passage.text }, null);
  } catch (problem) {
    if (call === following && !client.left(problem)) announce(told("error", problem));
  }
}

// the rail is always open beside a wide page, and folded above a narrow one

const wide = window.matchMedia("(min-width: 64em)");
const fold = () => { byId("rail").open = wide.matches; };
wide.addEventListener("change", fold);
window.addEventListener("hashchange", follow);
// the browser's own command prints the whole conversation, the button of a turn only that turn
let paper = [];
window.addEventListener("beforeprint", () => {
  paper = turns.some((turn) => turn.node.classList.contains("printed")) ? [] : [...turns];
  paper.forEach((turn) => turn.onPaper(true));
});
window.addEventListener("afterprint", () => paper.forEach((turn) => turn.onPaper(false)));
fold();
adopt();
live(byId("language"), (select) => { select.value = language(); });
document.title = said("page.title");
introduce().catch(strangers);
follow();
