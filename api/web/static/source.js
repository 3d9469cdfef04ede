// The source beside the answer: the exchange, the whole record, its table of contents, next and previous speech.

import * as client from "./client.js";
import { copy } from "./citing.js";
import { announce, badge, el, hits, icon, japaneseDate, marked, whoSpoke } from "./dom.js";
import { failed } from "./turn.js";

const panel = document.getElementById("source");
const frame = document.getElementById("frame");
const behind = ["bar", "rail", "main"].map((id) => document.getElementById(id));
const narrow = window.matchMedia("(max-width: 63.99em)");
const PARTS = { question: "質問", answer: "答弁", explanation: "説明", chair: "議事", resolution: "議決" };

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
  panel.replaceChildren(head(el("h2", { id: "source-title", tabindex: "-1" }, "出典を開いています")));
  try {
    const [view, extra] = await Promise.all([client.document_(documentId), more()]);
    if (call !== calls) return;
    state = { ...extra, view, at: 0, shown: extra.thread ? "thread" : "whole" };
    state.at = Math.max(0, view.utterances.findIndex((u) => holds(u, extra.source)));
    draw();
    panel.querySelector("#source-title").focus({ preventScroll: true });
    announce(`${view.document.title}を開きました。`);
  } catch (problem) {
    if (call === calls) panel.replaceChildren(head(el("h2", { id: "source-title", tabindex: "-1" }, "開けませんでした")), failed(problem));
  }
}

/** Close the panel and go back to where it was opened from. */
export function closeSource() {
  if (panel.hidden) return;
  calls += 1;
  panel.hidden = true;
  panel.replaceChildren();
  panel.setAttribute("role", "complementary");
  panel.removeAttribute("aria-modal");
  frame.classList.remove("with-source");
  for (const part of behind) part.inert = false;
  mark(null);
  state = null;
  if (opener?.isConnected) opener.focus();
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
      el("button", { type: "button", class: "shut", onclick: closeSource }, icon("close"), "閉じる")),
    ...rest);
}

function draw() {
  const { view, shown, thread } = state;
  const { document: record } = view;
  const facts = [record.meeting, record.session, japaneseDate(record.date), record.department].filter((fact) => fact && !record.title.includes(fact));
  const title = el("h2", { id: "source-title", tabindex: "-1" }, record.title);
  const body = el("div", { class: "source-body", tabindex: "0", role: "group", "aria-label": "出典の本文" });
  body.append(...(shown === "thread" ? exchange(thread) : whole()));
  panel.replaceChildren(
    head(title, el("div", { class: "source-facts" }, badge(state.source?.audience ?? record.audience),
      ...facts.map((fact) => el("span", {}, fact)), original(record)), tools()),
    body);
  scrollToMark(body);
}

function original(record) {
  if (!/^https?:\/\//.test(record.source_url)) return null;
  return el("a", { href: record.source_url, target: "_blank", rel: "noopener noreferrer" }, "公開元のページ（別の窓で開く）");
}

function tools() {
  const { shown, thread, source, view } = state;
  const switchTo = (name, text) => el("button", {
    type: "button", class: "outline", "aria-pressed": String(shown === name),
    onclick: () => { state.shown = name; draw(); focusTool(text); },
  }, text);
  const step = (name, text, by) => el("button", { type: "button", class: "outline", "data-step": String(by), "aria-label": `${text}の発言へ`, onclick: () => go(by) }, icon(name), text);
  return el("div", { class: "source-tools", role: "group", "aria-label": "出典の見方" },
    thread ? switchTo("thread", "質問と答弁") : null,
    thread ? switchTo("whole", "記録の全体") : null,
    view.sections.length > 1 ? el("button", { type: "button", class: "outline", "aria-expanded": "false", onclick: (event) => contents(event.currentTarget) }, "目次") : null,
    step("up", "前", -1), step("down", "次", 1),
    source?.quote ? el("button", { type: "button", class: "outline", onclick: () => copy(`${source.cited_as}「${source.quote}」`) }, icon("copy"), "引用をコピー") : null);
}

function focusTool(text) {
  [...panel.querySelectorAll(".source-tools button")].find((button) => button.textContent === text)?.focus();
}

function exchange({ questions, answers }) {
  const group = (title, passages) => [
    el("h3", { class: "side" }, title),
    ...joined(passages).map(({ first, texts }) => speech(first, texts, { page: first.page })),
  ];
  return [...group("質問", questions), ...group("答弁", answers)];
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
    if (utterance.agenda !== agenda && utterance.agenda) parts.push(el("h3", { class: "agenda" }, utterance.agenda));
    agenda = utterance.agenda;
    const made = speech(utterance, [utterance], { page: utterance.page });
    made.id = `speech-${index}`;
    if (index === state.at && state.source) made.setAttribute("aria-current", "true");
    parts.push(made);
  });
  return parts;
}

function speech(header, texts, { page }) {
  const part = PARTS[header.role];
  const name = whoSpoke(header);
  return el("article", { class: "speech", tabindex: "-1" },
    name || part ? el("div", { class: "speech-head" },
      part ? el("span", { class: `part part-${header.role}` }, part) : null, name,
      page ? el("span", { class: "page" }, /^\d+$/.test(page) ? `${page}ページ` : page) : null) : null,
    ...texts.flatMap((text) => paragraphs(text)));
}

/** Paragraphs of a text with the quote, or the words of a search, marked. */
function paragraphs({ text, start, audience }) {
  const made = [];
  let at = start;
  for (const line of text.split("\n")) {
    if (line.trim()) made.push(el("p", {}, ...marked(line, spans(line, at, audience))));
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
    el("button", { type: "button", class: "plain", onclick: () => { contents(button); showSpeech(section.utterance); } }, section.title))));
  const made = el("nav", { class: "contents", "aria-label": "目次" }, list);
  const body = panel.querySelector(".source-body");
  body.prepend(made);
  body.scrollTop = 0;
  made.querySelector("button")?.focus();
}
