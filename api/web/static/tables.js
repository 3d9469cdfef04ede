// Tables, pages and the words that the operators' page uses for labels.

import { left } from "./client.js";
import { badge, el, rewrite } from "./dom.js";

export const STATUS = { open: "公開", partial: "一部非公開", closed: "非公開", undetermined: "未判定" };

const moment = new Intl.DateTimeFormat("ja-JP", { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** A moment as people here read it; the server's times carry their zone. */
export const at = (iso) => (iso ? moment.format(new Date(iso)) : "");

/** A table that scrolls by itself where it is wider than the screen. A row is a list of cells: text, nodes or cells. */
export function table(caption, heads, rows, none = "ありません。") {
  if (!rows.length) return el("p", { class: "none" }, none);
  const scroll = el("div", { class: "wide", role: "region", "aria-label": caption, tabindex: "0" });
  scroll.append(el("table", {},
    el("caption", { class: "sr" }, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col", class: head.startsWith("#") ? "number" : null }, head.replace("#", ""))))),
    el("tbody", {}, rows.map(({ cells, kind }) => el("tr", { class: kind }, cells.map(cell))))));
  return scroll;
}

function cell(content, place) {
  if (content instanceof Element && (content.tagName === "TD" || content.tagName === "TH")) return content;
  return place === 0 ? el("th", { scope: "row" }, content) : el("td", {}, content);
}

export const number = (value) => el("td", { class: "number" }, value === null ? "－" : value.toLocaleString("ja-JP"));
export const short = (...content) => el("td", { class: "short" }, ...content);

/** 庁内、福祉課、班：… from the name of a compartment or from clauses. */
export function audience(names) {
  const atoms = { public: "公開", staff: "庁内" };
  const word = (atom) => atoms[atom] ?? atom.replace(/^dept:/, "").replace(/^group:/, "班：");
  const clauses = Array.isArray(names) ? names : names.split("&");
  return clauses.map((clause) => clause.split("|").map(word).join("または")).join("、かつ");
}

/** Who reads what a label is on. */
export function readersOf(status, clauses) {
  if (!status) return "";
  return audience(clauses) || (status === "open" ? "だれでも" : "担当課");
}

/** The badge of an audience, with the names where it is a narrow one. */
export function readers(name) {
  const narrow = name !== "public" && name !== "staff";
  return [badge(name), narrow ? el("span", { class: "names" }, audience(name)) : null];
}

/** Buttons to turn pages: `turn(offset)`. */
export function pages(offset, limit, next, turn) {
  if (!offset && next === null) return null;
  return el("nav", { class: "pages", "aria-label": "ページ" },
    el("button", { type: "button", class: "outline", disabled: !offset, onclick: () => turn(Math.max(0, offset - limit)) }, "前へ"),
    el("span", {}, `${offset + 1}件目から`),
    el("button", { type: "button", class: "outline", disabled: next === null, onclick: () => turn(next) }, "次へ"));
}

/** Show what went wrong, or take it away again. */
export function trouble(problem) {
  const place = document.getElementById("trouble");
  place.hidden = !problem;
  place.textContent = problem ? `${problem.message}${problem.requestId ? `（受付番号 ${problem.requestId}）` : ""}` : "";
}

/** Run something that asks the server; what goes wrong is shown, unless it was given up for another user. */
export async function trying(work) {
  try {
    trouble(null);
    return await work();
  } catch (problem) {
    if (!left(problem)) trouble(problem);
    return null;
  }
}

/** A list that is asked for and shown. Where it is asked for again before it has come, only the last one is shown.
 *  `ask(...)` gives what `draw(found, ...)` makes the children of the element `id` of. */
export function list(id, ask, draw) {
  let calls = 0;
  return (...args) => trying(async () => {
    const call = calls += 1;
    const found = await ask(...args);
    if (call === calls) rewrite(document.getElementById(id), ...draw(found, ...args).filter(Boolean));
    return found;
  });
}
