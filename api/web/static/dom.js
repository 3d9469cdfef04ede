// Elements, text by code points, and dates as Japanese offices write them.

import { known, language, live, said, say } from "./words.js";

/** An element with attributes, listeners (on…) and children; text is always text, never markup.
 *  Functions among attributes and children are words that follow the language (`say`). */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (typeof value === "function") live(made, (node) => node.setAttribute(name, value()));
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map(grown));
  return made;
}

function grown(child) {
  return typeof child === "function" ? live(document.createTextNode(""), (node) => { node.data = child(); }) : child;
}

/** Text of the records, whatever the language of the page. */
export function quoted(tag, attributes, ...children) {
  return el(tag, { lang: "ja", ...attributes }, ...children);
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite; decoration only. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

const kindOf = (audience) => (audience === "public" || audience === "staff" ? audience : "narrow");

/** 公開可・庁内限り・所属限り, with what it means. */
export function badge(audience) {
  const kind = kindOf(audience);
  return el("span", { class: `badge badge-${kind}`, title: badgeMeaning(audience) }, icon(kind), badgeText(audience));
}

/** The word on the badge. */
export const badgeText = (audience) => say(`badge.${kindOf(audience)}`);

/** What the badge means. */
export const badgeMeaning = (audience) => say(`badge.${kindOf(audience)}.meaning`);

/** What went wrong, in the language of the page; in Japanese as the server says it. */
export function told(kind, { code, message }) {
  return () => (language() === "ja" || !known(`${kind}.${code}`) ? message : said(`${kind}.${code}`));
}

/** A notice or a hint of several parts, in the language of the page; in Japanese as the server says it. */
export function toldAll(kind, codes, message) {
  const own = () => language() === "ja" || !codes.length || !codes.every((code) => known(`${kind}.${code}`));
  return { lang: () => (own() ? "ja" : language()), text: () => (own() ? message : codes.map((code) => said(`${kind}.${code}`)).join(" ")) };
}

const day = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });

/** 2024-06-12 → 令和6年6月12日. */
export function japaneseDate(iso) {
  return iso ? day.format(new Date(`${iso}T00:00:00Z`)) : "";
}

const year = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", timeZone: "UTC" });

const english = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });

/** A day in the language of the page: 令和6年6月12日, 12 June 2024. */
export function dated(iso) {
  if (language() === "ja" || !iso) return japaneseDate(iso);
  return english.format(new Date(`${iso}T00:00:00Z`));
}

const short = { month: "long", day: "numeric" };
const days = {
  ja: new Intl.DateTimeFormat("ja-JP", short), en: new Intl.DateTimeFormat("en-GB", short),
  older: { ja: new Intl.DateTimeFormat("ja-JP", { year: "numeric", ...short }), en: new Intl.DateTimeFormat("en-GB", { year: "numeric", ...short }) },
};

/** The day of a moment in short, in the language of the page; with its year where that is not this one. */
export function lately(moment) {
  const same = moment.getFullYear() === new Date().getFullYear();
  return (same ? days : days.older)[language()].format(moment);
}

/** A period in the language of the page. */
export function period(from, to) {
  if (language() === "ja") return japanesePeriod(from, to);
  return from === to ? dated(from) : `${dated(from)} – ${dated(to)}`;
}

/** A period as people say it: 令和6年, 令和6年度, or from one day to another. */
export function japanesePeriod(from, to) {
  const [a, b] = [from ?? "", to ?? ""];
  const of = (iso) => year.format(new Date(`${iso}T00:00:00Z`));
  // within the year in which an era began its last day tells the name people use
  if (a.endsWith("-01-01") && b === `${a.slice(0, 4)}-12-31`) return of(b);
  if (a.endsWith("-04-01") && b === `${Number(a.slice(0, 4)) + 1}-03-31`) return `${of(`${a.slice(0, 4)}-12-31`)}度`;
  if (a === b) return japaneseDate(a);
  return `${a ? `${japaneseDate(a)}から` : ""}${b ? `${japaneseDate(b)}まで` : ""}`;
}

/** Text with the spans [start, end) marked; offsets are code points, as the server counts them. */
export function marked(text, spans) {
  const points = Array.from(text);
  const cut = (from, to) => points.slice(from, to).join("");
  const parts = [];
  let at = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, at);
    if (from >= end || from >= points.length) continue;
    parts.push(cut(at, from), el("mark", {}, cut(from, end)));
    at = Math.min(end, points.length);
  }
  parts.push(cut(at));
  return parts.filter((part) => part !== "");
}

/** Where the words of a search stand in a text, as code point spans. Width and case do not matter. */
export function hits(text, query) {
  const words = wordsOf(query);
  const folded = [];
  const origin = [];
  Array.from(text).forEach((point, index) => {
    for (const unit of fold(point).split("")) {
      folded.push(unit);
      origin.push(index);
    }
  });
  const flat = folded.join("");
  const spans = [];
  for (const word of words) {
    for (let at = flat.indexOf(word); at >= 0; at = flat.indexOf(word, at + word.length)) {
      spans.push([origin[at], origin[at + word.length - 1] + 1]);
    }
  }
  return spans;
}

function fold(text) {
  return text.normalize("NFKC").toLowerCase();
}

function wordsOf(query) {
  const folded = fold(query);
  const given = folded.split(/[\s、。，．・「」]+/u);
  const runs = folded.match(/[\p{Script=Han}々]{2,}|[\p{Script=Katakana}ー]{2,}|[a-z0-9.]{2,}/gu) ?? [];
  return [...new Set([...given, ...runs])].filter((word) => word.length > 1);
}

let announcing = 0;

/** Tell people who do not see the screen. */
export function announce(text) {
  const place = silence();
  announcing = window.setTimeout(() => { place.textContent = typeof text === "function" ? text() : text; }, 50);
}

/** Take back what was told, and what was about to be: nothing of one user may be told to the next. */
export function silence() {
  const place = document.getElementById("announce");
  window.clearTimeout(announcing);
  place.textContent = "";
  return place;
}

/** Whether the focus is inside `place`, or nowhere because what held it is gone: then it may be moved.
 *  Somebody who has gone on elsewhere meanwhile, and may be typing there, is left alone. */
export function holdsFocus(place) {
  const active = document.activeElement;
  return !active || active === document.body || place.contains(active);
}

const held = (place) => [...place.querySelectorAll("button, a, input, select, textarea, [tabindex]")];

/** Write a list anew. Where the focus was inside, it goes to what stands at the same place now. */
export function rewrite(place, ...children) {
  const at = held(place).indexOf(document.activeElement);
  place.replaceChildren(...children);
  const now = held(place);
  if (at >= 0) now[Math.min(at, now.length - 1)]?.focus();
}

/** Do something once, however often it is pressed until it is done. */
export async function once(button, work) {
  if (button.disabled) return;
  button.disabled = true;
  const had = document.activeElement === button;
  try {
    await work();
  } finally {
    button.disabled = false;
    if (had && holdsFocus(button)) button.focus();
  }
}

/** A line of headings without those at its beginning that the title says already. */
export function below(title, heading) {
  const squeezed = (words) => words.normalize("NFKC").replace(/\s+/g, "");
  const words = heading.split(/\s+/u).filter(Boolean);
  let told = "";
  while (words.length && squeezed(title).startsWith(told + squeezed(words[0]))) told += squeezed(words.shift());
  return words.join(" ");
}

/** A name in a sentence of a header: 市長 早瀬一郎. */
export function whoSpoke({ post, speaker }) {
  return [post, speaker].filter(Boolean).join(" ");
}
