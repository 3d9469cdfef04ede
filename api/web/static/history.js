// The conversations of whoever asks: kept by the server for people it knows, in this page's memory for all others.

import * as client from "./client.js";
import { announce, el, holdsFocus, icon, lately, quoted, rewrite } from "./dom.js";
import { said, say } from "./words.js";

const byId = (id) => document.getElementById(id);
const sure = byId("sure");
let days = 0;
let conversations = [];
let current = null;
let doors = null;
let opening = 0; // what is opened last counts; asking, leaving and deleting give up what is being opened
let introduced = Promise.resolve();

/** Whether the server keeps what is asked. */
export const kept = () => days > 0;

/** The id under which the next turn is kept; empty where the server keeps none. */
export const place = () => (kept() ? current?.id ?? "new" : "");

/** Ask the server what there is. `on` opens a conversation and leaves one. */
export function recall(on) {
  doors = on;
  days = 0;
  introduced = look();
  return introduced;
}

async function look() {
  try {
    const found = await client.conversations();
    days = found.days;
    if (kept()) conversations = found.conversations;
  } catch (problem) {
    if (client.left(problem)) return; // another user looks now
    days = 0; // the e-learning is not completed, or the server is away: asking will say so
  }
  list();
}

/** Resolves as soon as it is known whether the server keeps what is asked: a question may come before that. */
export const ready = () => introduced;

/** A question is being asked: the conversation on the screen goes on. */
export function goesOn() {
  opening += 1;
}

/** A turn has been added: at its first one a conversation begins, and stands first in the list. */
export function grown(turn, turns) {
  if (kept() && !turn.conversation) return;
  if (!current) {
    current = { id: turn.conversation, title: turn.request.question, turns: 0, updated_at: "" };
    conversations.unshift(current);
  }
  if (!kept()) current.held = [...turns];
  current.turns += 1;
  current.updated_at = new Date();
  conversations = [current, ...conversations.filter((one) => one !== current)];
  list();
}

/** From the next question on it is another conversation. */
export function leave() {
  opening += 1;
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
  const call = opening += 1;
  let turns = conversation.held;
  try {
    turns ??= (await client.conversation(conversation.id)).turns;
    if (call !== opening) return;
  } catch (problem) {
    if (call !== opening || client.left(problem)) return;
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
    if (client.left(problem)) return;
    if (problem.code !== "not_found") { doors.failed(problem); return; }
  }
  opening += 1;
  conversations = conversations.filter((one) => one !== conversation);
  if (conversation === current) { current = null; doors.left(); }
  list();
  if (holdsFocus(byId("rail"))) byId("new").focus();
  announce(say("past.gone"));
}

async function dropAll() {
  if (!await agreed(say("past.sure.all"))) return;
  try {
    if (kept()) await client.forgetAll();
  } catch (problem) {
    if (client.left(problem)) return;
    doors.failed(problem);
    return;
  }
  forget();
  doors.left();
  if (holdsFocus(byId("rail"))) byId("new").focus();
  announce(say("past.cleared"));
}

function agreed(question) {
  if (sure.open) return Promise.resolve(false);
  byId("sure-text").replaceChildren(el("span", {}, question));
  sure.returnValue = "";
  sure.showModal();
  return new Promise((settle) => { sure.addEventListener("close", () => settle(sure.returnValue === "yes"), { once: true }); });
}

function list() {
  rewrite(byId("past"), ...conversations.map((one) => el("li", {},
    el("button", { type: "button", class: "go", "aria-current": one === current ? "true" : null, onclick: () => open(one) },
      quoted("span", { class: "go-title" }, one.title), el("span", { class: "hint" }, say("past.turns", one.turns), "　", () => lately(new Date(one.updated_at)))),
    el("button", { type: "button", class: "drop", "aria-label": say("past.drop", one.title), onclick: () => drop(one) }, icon("bin")))));
  const note = () => [conversations.length ? "" : said("past.none"), kept() ? said("past.kept", days) : said("past.memory")].join("");
  byId("past-none").replaceChildren(el("span", {}, note));
  byId("past-clear").hidden = !conversations.length;
}

byId("past-clear").addEventListener("click", dropAll);
