// The operators' page: tabs, who looks, and what each tab shows when it comes up.

import * as client from "./client.js";
import { announce, el, silence } from "./dom.js";
import { alerts, unanswered, usage } from "./figures.js";
import { intake, rest, stop } from "./intake.js";
import { documents, lookAs, proposals, waiting } from "./labelling.js";
import { trouble, trying } from "./tables.js";

const byId = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll("[role=tab]")];
const shows = { labels: documents, proposals, intake, usage, unanswered, alerts };
const LISTS = ["documents", "proposals", "uploads", "runs", "sources", "usage", "unanswered", "alerts"];

function show(name) {
  for (const tab of tabs) {
    const on = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    byId(tab.getAttribute("aria-controls")).hidden = !on;
  }
  rest();
  trying(() => shows[name]());
}

const current = () => tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
const nameOf = (tab) => tab.id.replace("tab-", "");

for (const tab of tabs) {
  tab.addEventListener("click", () => show(nameOf(tab)));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.indexOf(tab) + step;
    const next = Number.isFinite(at) ? tabs[(at + tabs.length) % tabs.length] : step < 0 ? tabs[0] : tabs.at(-1);
    next.focus();
    show(nameOf(next));
  });
}

/** Nothing of one user stays for the next. */
function clear() {
  for (const id of LISTS) byId(id).replaceChildren();
  byId("seek").reset();
  byId("desk").hidden = true;
  stop();
  lookAs(null);
  trouble(null);
  silence();
}

async function introduce() {
  const person = await client.me();
  lookAs(person.operator ? person : null);
  byId("desk").hidden = !person.operator;
  byId("closed").hidden = person.operator;
  byId("who").textContent = `${person.name || person.id}${person.departments.length ? `（${person.departments.join("、")}）` : ""}`;
  byId("login").hidden = person.login !== "out";
  byId("logout").hidden = person.login !== "in";
  if (person.user_switch && !byId("user").options.length) await offerUsers();
  if (!person.operator) return;
  await trying(waiting);
  show(nameOf(current()));
}

async function offerUsers() {
  const { principals } = await client.principals();
  byId("user").append(el("option", { value: "" }, "選んでください"),
    ...principals.map((p) => el("option", { value: p.id }, `${p.name || p.id}${p.departments.length ? `（${p.departments.join("、")}）` : ""}`)));
  byId("switch").hidden = false;
  byId("who").hidden = true;
}

byId("user").addEventListener("change", async (event) => {
  client.actAs(event.target.value);
  clear();
  try {
    await introduce();
    announce("利用者を切り替え、前の利用者の画面を消しました。");
  } catch (problem) {
    strangers(problem);
  }
});

function strangers(problem) {
  if (client.left(problem)) return;
  byId("closed").hidden = false;
  byId("closed").textContent = problem.message;
}

byId("logout").addEventListener("click", async () => {
  try {
    await client.logout();
    window.location.replace("/");
  } catch (problem) {
    announce(problem.message);
  }
});

introduce().catch(strangers);
