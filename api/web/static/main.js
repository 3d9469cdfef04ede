// The page: tabs, filters, the conversation of this session (kept in memory only), the switch of users.

import * as client from "./client.js";
import { announce, el, icon } from "./dom.js";
import { browse, find, forget } from "./finding.js";
import { closeSource, openDocument, openSource } from "./source.js";
import { Turn } from "./turn.js";

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
  byId("filters-clear").hidden = !filtered();
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
  if (running) return;
  running = new AbortController();
  byId("send").disabled = true;
  const request = { question: text, filters: conditions, style: byId("style").value, history: history() };
  const turn = new Turn(request, doors);
  turns.push(turn);
  byId("welcome").hidden = true;
  byId("turns").append(turn.node);
  listPast();
  toTurn(turn);
  announce("調べています。");
  try {
    await client.ask(request, turn.on, running.signal);
  } catch (problem) {
    if (problem.name === "AbortError") turn.stopped();
    else turn.fail(problem);
  }
  running = null;
  byId("send").disabled = false;
  toTurn(turn);
}

function toTurn(turn) {
  turn.node.scrollIntoView({ block: "start" });
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (!text || running) return;
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

// the questions of this session

function listPast() {
  byId("past").replaceChildren(...[...turns].reverse().map((turn) => el("li", {},
    el("button", { type: "button", class: "go", onclick: () => { show("ask"); toTurn(turn); turn.node.focus({ preventScroll: true }); } }, turn.request.question),
    el("button", { type: "button", class: "drop", onclick: () => drop(turn) }, icon("bin"), el("span", { class: "sr" }, `「${turn.request.question}」を消す`)))));
  byId("past-none").hidden = turns.length > 0;
  byId("past-clear").hidden = !turns.length;
  byId("welcome").hidden = turns.length > 0;
}

function drop(turn) {
  if (turn === turns.at(-1)) running?.abort();
  turns.splice(turns.indexOf(turn), 1);
  turn.node.remove();
  closeSource();
  listPast();
  byId("past-title").scrollIntoView({ block: "nearest" });
  question.focus();
}

function clear() {
  running?.abort();
  turns.length = 0;
  byId("turns").replaceChildren();
  closeSource();
  listPast();
}

byId("past-clear").addEventListener("click", () => { clear(); question.focus(); announce("今回の質問をすべて消しました。"); });

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
  const person = await client.me();
  const departments = person.departments.join("、");
  byId("who").textContent = person.id === "public" ? "公開されている記録を閲覧中" : `${person.name || person.id}${departments ? `（${departments}）` : ""}`;
  byId("login").hidden = person.login !== "out";
  byId("logout").hidden = person.login !== "in";
  if (person.user_switch && !byId("user").options.length) await offerUsers();
}

async function offerUsers() {
  const { principals } = await client.principals();
  byId("user").append(el("option", { value: "" }, "だれでも（公開のみ）"),
    ...principals.map((p) => el("option", { value: p.id }, `${p.name || p.id}${p.departments.length ? `（${p.departments.join("、")}）` : ""}`)));
  byId("switch").hidden = false;
  byId("who").hidden = true;
}

byId("user").addEventListener("change", async (event) => {
  const last = turns.at(-1)?.request.question ?? question.value;
  client.actAs(event.target.value);
  clear();
  forget();
  question.value = last;
  grow();
  await introduce();
  if (!byId("panel-browse").hidden) browse(filters());
  announce("利用者を切り替え、前の利用者の画面を消しました。");
});

byId("logout").addEventListener("click", async () => {
  try {
    await client.logout();
    window.location.replace("/");
  } catch (problem) {
    announce(problem.message);
  }
});

// links to a source: #/passage/… and #/document/…

async function follow() {
  const [, kind, id] = window.location.hash.match(/^#\/(passage|document)\/(.+)$/) ?? [];
  if (kind === "document") await openDocument(decodeURIComponent(id), null);
  if (kind !== "passage") return;
  try {
    const { passage } = await client.passage(decodeURIComponent(id));
    await openSource({ ...passage, quote: passage.text }, null);
  } catch (problem) {
    announce(problem.message);
  }
}

// the rail is always open beside a wide page, and folded above a narrow one

const wide = window.matchMedia("(min-width: 64em)");
const fold = () => { byId("rail").open = wide.matches; };
wide.addEventListener("change", fold);
window.addEventListener("hashchange", follow);
fold();
introduce().catch((problem) => announce(problem.message));
follow();
