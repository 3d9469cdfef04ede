// The conversations of whoever asks: kept by the server for people it knows, in this page's memory for all others.

import * as client from "./client.js";
import { announce, el, icon, quoted } from "./dom.js";
import { said, say } from "./words.js";

const byId = (id) => document.getElementById(id);
const sure = byId("sure");
let days = 0;
let conversations = [];
let current = null;
let doors = null;

/** Whether the server keeps what is asked. */
export const kept = () => days > 0;

/** The id under which the next turn is kept; empty where the server keeps none. */
export const place = () => (kept() ? current?.id ?? "new" : "");

/** Ask the server what there is. `on` opens a conversation and leaves one. */
export async function recall(on) {
  doors = on;
  try {
    const found = await client.conversations();
    days = found.days;
    if (kept()) conversations = found.conversations;
  } catch {
    days = 0; // the e-learning is not completed, or the server is away: asking will say so
  }
  list();
}

/** A turn has been added: at its first one a conversation begins, and stands first in the list. */
export function grown(turn, turns) {
  if (kept() && !turn.conversation) return;
  if (!current) {
    current = { id: turn.conversation, title: turn.request.question, turns: 0 };
    conversations.unshift(current);
  }
  if (!kept()) current.held = [...turns];
  current.turns += 1;
  conversations = [current, ...conversations.filter((one) => one !== current)];
  list();
}

/** From the next question on it is another conversation. */
export function leave() {
  current = null;
  list();
}

/** The conversation is not there any more: the next question begins one. */
export function lost() {
  conversations = conversations.filter((one) => one !== current);
  leave();
}

/** Nothing of one user stays for the next. */
export function forget() {
  conversations = [];
  leave();
}

async function open(conversation) {
  let turns = conversation.held;
  try {
    turns ??= (await client.conversation(conversation.id)).turns;
  } catch (problem) {
    doors.failed(problem);
    if (problem.code === "not_found") conversations = conversations.filter((one) => one !== conversation);
    list();
    return;
  }
  current = conversation;
  doors.show(turns);
  list();
  announce(say("past.opened", conversation.title));
}

async function drop(conversation) {
  if (!await agreed(say("past.sure", conversation.title))) return;
  try {
    if (kept()) await client.forget(conversation.id);
  } catch (problem) {
    if (problem.code !== "not_found") { doors.failed(problem); return; }
  }
  conversations = conversations.filter((one) => one !== conversation);
  if (conversation === current) { current = null; doors.left(); }
  list();
  byId("new").focus();
  announce(say("past.gone"));
}

async function dropAll() {
  if (!await agreed(say("past.sure.all"))) return;
  try {
    if (kept()) await client.forgetAll();
  } catch (problem) {
    doors.failed(problem);
    return;
  }
  forget();
  doors.left();
  byId("new").focus();
  announce(say("past.cleared"));
}

function agreed(question) {
  byId("sure-text").replaceChildren(el("span", {}, question));
  sure.returnValue = "";
  sure.showModal();
  return new Promise((settle) => { sure.addEventListener("close", () => settle(sure.returnValue === "yes"), { once: true }); });
}

function list() {
  byId("past").replaceChildren(...conversations.map((one) => el("li", {},
    el("button", { type: "button", class: "go", "aria-current": one === current ? "true" : null, onclick: () => open(one) },
      quoted("span", { class: "go-title" }, one.title), el("span", { class: "hint" }, say("past.turns", one.turns))),
    el("button", { type: "button", class: "drop", "aria-label": say("past.drop", one.title), onclick: () => drop(one) }, icon("bin")))));
  const note = () => [conversations.length ? "" : said("past.none"), kept() ? said("past.kept", days) : said("past.memory")].join("");
  byId("past-none").replaceChildren(el("span", {}, note));
  byId("past-clear").hidden = !conversations.length;
}

byId("past-clear").addEventListener("click", dropAll);
