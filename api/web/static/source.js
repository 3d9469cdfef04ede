// The source beside the answer: the exchange, the whole record, its table of contents, next and previous speech.

import * as client from "./client.js";
import { copy } from "./citing.js";
import { announce, badge, below, dated, el, hits, holdsFocus, icon, marked, quoted, whoSpoke } from "./dom.js";
import { failed } from "./turn.js";
import { say } from "./words.js";

const panel = document.getElementById("source");
const frame = document.getElementById("frame");
const behind = ["bar", "rail", "main"].map((id) => document.getElementById(id));
const narrow = window.matchMedia("(max-width: 63.99em)");
const PARTS = ["question", "answer", "explanation", "chair", "resolution"];

let opener = null;
let state = null;
let calls = 0;

/** Open the source of a citation or passage; `words` marks the words of a search instead of a quote. */
export async function openSource(source, from, words = "") {
  const span = source.quote ? [source.start, source.end] : null;
  await open(source.document_id, from, async () => {
    const thread = await client.thread(source.passage_id);
    return { source, span, words, thread: thread.questions.length ? thread : null };
  });
}

/** Open a whole record from its beginning. */
export async function openDocument(id, from) {
  await open(id, from, async () => ({ source: null, span: null, words: "", thread: null }));
}

async function open(documentId, from, more) {
  const call = calls += 1;
  opener = from ?? opener;
  mark(from);
  reveal();
  panel.replaceChildren(head(el("h2", { id: "source-title", tabindex: "-1" }, say("source.opening"))));
  toTitle();
  try {
    const [view, extra] = await Promise.all([client.document_(documentId), more()]);
    if (call !== calls) return;
    state = { ...extra, view, at: 0, shown: extra.thread ? "thread" : "whole" };
    state.at = Math.max(0, view.utterances.findIndex((u) => holds(u, extra.source)));
    keepingPlace(draw);
    announce(say("source.opened", view.document.title));
  } catch (problem) {
    if (call !== calls) return;
    keepingPlace(() => panel.replaceChildren(head(el("h2", { id: "source-title", tabindex: "-1" }, say("source.failed"))), failed(problem)));
  }
}

function toTitle() {
  panel.querySelector("#source-title").focus({ preventScroll: true });
}

/** Write the panel anew; whoever stands in it stays at the button to close it, or at the title. Others are left alone. */
function keepingPlace(write) {
  const inside = holdsFocus(panel);
  const closing = document.activeElement?.classList.contains("shut");
  write();
  if (inside && closing) panel.querySelector(".shut").focus();
  else if (inside) toTitle();
}

/** Close the panel and go back to where it was opened from. */
export function closeSource() {
  if (panel.hidden) return;
  calls += 1;
  const stood = holdsFocus(panel);
  panel.hidden = true;
  panel.replaceChildren();
  panel.setAttribute("role", "complementary");
  panel.removeAttribute("aria-modal");
  frame.classList.remove("with-source");
  for (const part of behind) part.inert = false;
  mark(null);
  state = null;
  if (stood && opener?.isConnected) opener.focus();
  opener = null;
}

function reveal() {
  panel.hidden = false;
  frame.classList.add("with-source");
  const covers = narrow.matches;
  for (const part of behind) part.inert = covers;
  panel.setAttribute("role", covers ? "dialog" : "complementary");
  if (covers) panel.setAttribute("aria-modal", "true");
  else panel.removeAttribute("aria-modal");
}

narrow.addEventListener("change", () => { if (!panel.hidden) reveal(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSource(); });

function mark(button) {
  document.querySelectorAll(".item[aria-current], .cite.lit").forEach((item) => { item.removeAttribute("aria-current"); item.classList.remove("lit"); });
  if (button?.classList.contains("item")) button.setAttribute("aria-current", "true");
  if (button?.classList.contains("cite")) button.classList.add("lit");
}

function holds(utterance, source) {
  return Boolean(source) && utterance.audience === source.audience && utterance.start <= source.start && source.start < Math.max(utterance.end, utterance.start + 1);
}

function head(...parts) {
  const [title, ...rest] = parts;
  return el("div", { class: "source-head" },
    el("div", { class: "source-top" }, title,
      el("button", { type: "button", class: "shut", onclick: closeSource }, icon("close"), say("source.close"))),
    ...rest);
}

function draw() {
  calls += 1; // a page of the original that is still awaited is not shown any more
  const { view, shown, thread } = state;
  const { document: record } = view;
  const facts = [record.meeting, record.session, record.department].filter((fact) => fact && !record.title.includes(fact));
  const title = quoted("h2", { id: "source-title", tabindex: "-1" }, record.title);
  const body = el("div", { class: "source-body", tabindex: "0", role: "group", "aria-label": say("source.body") });
  if (shown !== "page") body.append(...(shown === "thread" ? exchange(thread) : whole()));
  panel.replaceChildren(
    head(title, el("div", { class: "source-facts" }, badge(state.source?.audience ?? record.audience),
      facts.map((fact) => quoted("span", {}, fact)), record.date ? el("span", {}, () => dated(record.date)) : null, original(record)), tools()),
    body);
  if (shown === "page") drawPage(body);
  else scrollToMark(body);
}

function original(record) {
  if (!/^https?:\/\//.test(record.source_url)) return null;
  return el("a", { href: record.source_url, target: "_blank", rel: "noopener noreferrer" }, say("source.origin"));
}

function tools() {
  const { shown, thread, source, view } = state;
  const switchTo = (name, text) => el("button", {
    type: "button", class: "outline", "data-view": name, "aria-pressed": String(shown === name),
    onclick: () => { state.shown = name; draw(); focusTool(name); },
  }, text);
  const paged = shown === "page";
  const step = (name, text, by, what) => el("button", { type: "button", class: "outline", "data-step": String(by), "aria-label": say(what), onclick: () => go(by) }, icon(name), text);
  const contentsButton = () => el("button", { type: "button", class: "outline", "aria-expanded": "false", onclick: (event) => contents(event.currentTarget) }, say("source.contents"));
  return el("div", { class: "source-tools", role: "group", "aria-label": say("source.tools") },
    thread ? switchTo("thread", say("source.thread")) : null,
    thread || view.page_pictures ? switchTo("whole", say("source.whole")) : null,
    view.page_pictures ? switchTo("page", say("source.page")) : null,
    view.sections.length > 1 && !paged ? contentsButton() : null,
    step("up", say("source.previous"), -1, paged ? "source.previous.page" : "source.previous.speech"),
    step("down", say("source.next"), 1, paged ? "source.next.page" : "source.next.speech"),
    source?.quote && !paged ? el("button", { type: "button", class: "outline", onclick: () => copy(`${source.cited_as}「${source.quote}」`) }, icon("copy"), say("source.copy")) : null);
}

/** The page of the original on which the speech stands; a canvas, so that no picture is kept by the browser. */
async function drawPage(body) {
  const call = calls += 1;
  state.page ??= Number(state.source?.page || state.view.utterances[state.at]?.page) || 1;
  body.append(el("p", { class: "busy" }, say("source.page.busy")));
  try {
    const { picture, pages } = await client.pagePicture(state.view.document.id, state.page);
    const drawn = await createImageBitmap(picture);
    if (call !== calls) return;
    state.pages = pages;
    const label = say("source.page.shown", state.page, pages);
    const canvas = el("canvas", { class: "sheet", role: "img", "aria-label": label, width: drawn.width, height: drawn.height });
    canvas.getContext("2d").drawImage(drawn, 0, 0);
    body.replaceChildren(el("p", { class: "hint" }, label), canvas);
    body.scrollTop = 0;
    announce(label);
  } catch (problem) {
    if (call === calls) body.replaceChildren(failed(problem));
  }
}

function focusTool(name) {
  panel.querySelector(`[data-view="${name}"]`)?.focus();
}

function exchange({ questions, answers }) {
  const group = (title, passages) => [
    el("h3", { class: "side" }, title),
    ...joined(passages).map(({ first, texts }) => speech(first, texts, { page: first.page })),
  ];
  return [...group(say("source.questions"), questions), ...group(say("source.answers"), answers)];
}

/** Passages of one speech under one heading. */
function joined(passages) {
  const groups = [];
  for (const passage of passages) {
    const last = groups.at(-1);
    const same = last && ["speaker", "post", "agenda", "role"].every((name) => last.first[name] === passage[name]);
    if (same) last.texts.push(passage);
    else groups.push({ first: passage, texts: [passage] });
  }
  return groups;
}

function whole() {
  const parts = [];
  let agenda = null;
  state.view.utterances.forEach((utterance, index) => {
    // a closed passage names its own heading alone, without those above it
    const same = utterance.agenda === agenda || (agenda && closed(utterance) && agenda.endsWith(utterance.agenda));
    const heading = same ? "" : below(state.view.document.title, utterance.agenda);
    if (heading) parts.push(quoted("h3", { class: "agenda" }, heading));
    if (!same) agenda = utterance.agenda;
    const made = speech(utterance, [utterance], { page: utterance.page });
    made.id = `speech-${index}`;
    if (index === state.at && state.source) made.setAttribute("aria-current", "true");
    parts.push(made);
  });
  return parts;
}

/** Whether a part is for fewer people than the record as a whole. */
function closed(part) {
  return part.audience !== state.view.document.audience;
}

function speech(header, texts, { page }) {
  const part = PARTS.includes(header.role) ? say(`part.${header.role}`) : null;
  const name = whoSpoke(header);
  return el("article", { class: "speech", tabindex: "-1" },
    name || part || closed(header) ? el("div", { class: "speech-head" },
      part ? el("span", { class: `part part-${header.role}` }, part) : null, quoted("span", {}, name), closed(header) ? badge(header.audience) : null,
      page ? el("span", { class: "page" }, /^\d+$/.test(page) ? say("source.on", page) : page) : null) : null,
    ...texts.flatMap((text) => paragraphs(text)));
}

/** Paragraphs of a text with the quote, or the words of a search, marked. */
function paragraphs({ text, start, audience }) {
  const made = [];
  let at = start;
  for (const line of text.split("\n")) {
    if (line.trim()) made.push(quoted("p", {}, ...marked(line, spans(line, at, audience))));
    at += Array.from(line).length + 1;
  }
  return made;
}

function spans(line, at, audience) {
  const { span, source, words } = state;
  if (words) return hits(line, words);
  if (!span || audience !== source.audience) return [];
  const length = Array.from(line).length;
  const from = Math.max(span[0] - at, 0);
  const to = Math.min(span[1] - at, length);
  return from < to ? [[from, to]] : [];
}

function scrollToMark(body) {
  const current = body.querySelector("[aria-current]");
  const target = (state.words ? current?.querySelector("mark") : body.querySelector("mark")) ?? current;
  if (!target) return;
  target.scrollIntoView({ block: "center" });
  // speeches above get their true height when they are first drawn, so look once more
  window.requestAnimationFrame(() => target.scrollIntoView({ block: "center" }));
}

function go(by) {
  if (state.shown === "page") {
    const next = (state.page ?? 1) + by;
    if (next < 1 || next > (state.pages ?? 1)) return;
    state.page = next;
    draw();
    panel.querySelector(`[data-step="${by}"]`).focus();
    return;
  }
  const last = state.view.utterances.length - 1;
  const next = Math.min(last, Math.max(0, state.at + by));
  showSpeech(next, by);
}

function showSpeech(index, by = 0) {
  state.at = index;
  if (state.shown !== "whole") {
    state.shown = "whole";
    draw();
  }
  panel.querySelectorAll(".speech[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  const target = panel.querySelector(`#speech-${index}`);
  if (!target) return; // a record of which no speech may be read
  target.setAttribute("aria-current", "true");
  target.scrollIntoView({ block: "start" });
  if (by) {
    panel.querySelector(`[data-step="${by}"]`).focus();
    announce(whoSpoke(state.view.utterances[index]) || state.view.utterances[index].agenda);
  } else {
    target.focus({ preventScroll: true });
  }
}

function contents(button) {
  const shown = panel.querySelector(".contents");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) {
    shown.remove();
    return;
  }
  const list = el("ol", {}, state.view.sections.map((section) => el("li", { class: `level-${Math.min(section.level, 3)}` },
    el("button", { type: "button", class: "plain", onclick: () => { contents(button); showSpeech(section.utterance); } }, quoted("span", {}, section.title)))));
  const made = el("nav", { class: "contents", "aria-label": say("source.contents") }, list);
  const body = panel.querySelector(".source-body");
  body.prepend(made);
  body.scrollTop = 0;
  made.querySelector("button")?.focus();
}
