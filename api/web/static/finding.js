// Keyword search with the words marked, and the list of records.

import * as client from "./client.js";
import { sourceItem } from "./citing.js";
import { announce, badge, dated, el, holdsFocus, japaneseDate, marked, quoted, toldAll } from "./dom.js";
import { openDocument, openSource } from "./source.js";
import { failed } from "./turn.js";
import { say } from "./words.js";

const results = document.getElementById("results");
const list = document.getElementById("documents");
const words = document.getElementById("words");
const sort = document.getElementById("sort");
const MANY = 20;
let finds = 0;
let lists = 0;

/** Search for the words in the box, within the filters given. */
export async function find(filters) {
  const question = words.value.trim();
  if (!question) return;
  results.replaceChildren(el("p", { class: "busy" }, say("find.busy")));
  await fill({ question, filters, sort: sort.value, limit: MANY, offset: 0 });
}

/** Fetch a page and put it below those before it. */
async function fill(request) {
  const call = finds += 1;
  try {
    const page = await client.search(request);
    if (call === finds) show(page, request);
  } catch (problem) {
    if (call === finds) told(results, problem, request.offset);
  }
}

/** What went wrong: below what was found before, or in its place. */
function told(place, problem, offset) {
  place.querySelector(":scope > .error-card")?.remove();
  if (offset) place.append(failed(problem));
  else place.replaceChildren(failed(problem));
}

function show({ passages, total, next_offset: next, question }, request) {
  if (!request.offset) begin(passages, total, next, question, request.filters);
  const stands = holdsFocus(results);
  results.querySelectorAll(".more, :scope > .error-card").forEach((one) => one.remove());
  const group = results.querySelector("ol");
  const items = passages.map((passage) => sourceItem(passage, snippet(passage), (one, from) => openSource(one, from, markedWords(passage))));
  group?.append(...items);
  if (next !== null) {
    results.append(el("button", { type: "button", class: "outline more", onclick: () => fill({ ...request, offset: next }) }, say("find.more")));
  }
  if (request.offset && stands) items[0]?.querySelector("button").focus();
}

function begin(passages, total, next, { reading, hint, hint_code: code }, filters) {
  const many = total !== null ? say("find.all", total.toLocaleString("ja-JP")) : say(next !== null ? "find.first" : "find.some", passages.length);
  const hinted = toldAll("hint", code ? [code] : [], hint);
  const heading = passages.length ? say("find.found", many) : say("find.none");
  results.replaceChildren(
    el("h2", { class: "sources-title found" }, heading),
    reading ? quoted("p", { class: "hint" }, reading) : "",
    hint ? el("p", { class: "hint", lang: hinted.lang }, hinted.text) : "",
    passages.length ? el("ol", {}) : "");
  if (!passages.length) {
    results.append(el("ul", { class: "try" }, ["less", "other"].map((way) => el("li", {}, say(`find.try.${way}`)))), unfiltering(filters) ?? "");
  }
  results.scrollTop = 0;
  announce(() => [heading(), hinted.text()].filter(Boolean).join("　"));
}

const filtered = (filters) => Object.values(filters).some((value) => (Array.isArray(value) ? value.length : value));

/** The way out where filters leave nothing: a button that takes them off; both lists follow. */
function unfiltering(filters) {
  if (!filtered(filters)) return null;
  const off = (event) => {
    event.currentTarget.closest("[tabindex]").focus();
    document.getElementById("filters").reset();
  };
  return el("p", {}, el("button", { type: "button", class: "outline off", onclick: off }, say("filters.clear.all")));
}

/** The part of a passage around the first mark, with every mark in it. */
function snippet({ text, highlights }) {
  const points = Array.from(text);
  const from = Math.max(0, (highlights[0]?.[0] ?? 0) - 40);
  const part = points.slice(from, from + 180).join("");
  const spans = highlights.map(([start, end]) => [Math.max(0, start - from), end - from]).filter(([, end]) => end > 0);
  return [from ? "…" : "", ...marked(part, spans), from + 180 < points.length ? "…" : ""];
}

/** What is marked in a passage, to be marked in its record too. */
function markedWords({ text, highlights }) {
  const points = Array.from(text);
  return [...new Set(highlights.map(([start, end]) => points.slice(start, end).join("")))].join(" ");
}

/** Forget what was found. */
export function forget() {
  finds += 1;
  lists += 1;
  words.value = "";
  results.replaceChildren();
  list.replaceChildren();
}

/** List the records within the filters, newest first, by year. */
export async function browse(filters, offset = 0, year = null) {
  const call = lists += 1;
  if (!offset) list.replaceChildren(el("p", { class: "busy" }, say("list.busy")));
  const query = { offset: String(offset) };
  if (filters.from) query.from = filters.from;
  if (filters.to) query.to = filters.to;
  if (filters.meetings.length) query.meeting = filters.meetings[0];
  if (filters.speakers.length) query.speaker = filters.speakers[0];
  if (filters.departments.length) query.department = filters.departments[0];
  if (filters.kinds.length) query.kind = filters.kinds[0];
  try {
    const page = await client.documents(query);
    if (call === lists) showRecords(page, filters, offset, year);
  } catch (problem) {
    if (call === lists) told(list, problem, offset);
  }
}

function showRecords({ documents, next_offset: next }, filters, offset, year) {
  if (!offset) {
    list.replaceChildren();
    list.append(el("h2", { class: "sr" }, say("list.title")));
    if (!documents.length) list.append(el("p", {}, say(filtered(filters) ? "list.none" : "list.empty")), unfiltering(filters) ?? "");
  }
  const stands = holdsFocus(list);
  list.querySelectorAll(".more, :scope > .error-card").forEach((one) => one.remove());
  const before = list.querySelectorAll(".item").length;
  let current = year;
  let group = list.querySelector("ol:last-of-type");
  for (const record of documents) {
    const of = record.date?.slice(0, 4) ?? "";
    if (of !== current || !group) {
      current = of;
      group = el("ol", {});
      list.append(el("h3", { class: "year" }, of ? say("list.year", of, japaneseDate(record.date).match(/^.+?年/)[0]) : say("list.undated")), group);
    }
    group.append(line(record));
  }
  if (next !== null) {
    list.append(el("button", { type: "button", class: "outline more", onclick: () => browse(filters, next, current) }, say("find.more")));
  }
  if (offset && stands) list.querySelectorAll(".item")[before]?.focus();
}

function line(record) {
  const button = el("button", { type: "button", class: "item", onclick: () => openDocument(record.id, button) },
    el("span", { class: "item-head" }, quoted("span", { class: "item-name" }, record.title), badge(record.audience)),
    el("span", { class: "item-where" }, () => dated(record.date), record.date ? "　" : "", quoted("span", {}, [record.meeting, record.department].filter(Boolean).join("　"))));
  return el("li", {}, button);
}
