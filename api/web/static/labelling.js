// Documents with their labels, the sheet of one document, and what waits for a second person.

import { json, left } from "./client.js";
import { announce, el, japaneseDate, once } from "./dom.js";
import { STATUS, at, list, pages, readers, readersOf, short, table, trouble, trying } from "./tables.js";

const byId = (id) => document.getElementById(id);
const sheet = byId("sheet");
const LIMIT = 50;
let me = null;
let shown = 0;

const ACTS = { claim: "取り込み", change: "変更", proposal: "提案", approval: "承認", rejection: "却下", withdrawal: "取りやめ", removal: "削除" };
const SOURCES = { form: "文書の様式", mark: "本文中の印", ledger: "台帳", operator: "取り込みの指定", change: "変更", approved: "承認", collection: "文書集の既定", version: "新しい版", anchor: "語句が見つからない", file: "元のファイルの削除" };
const SCOPES = { document: "文書全体", section: "議題", utterance: "発言", span: "箇所" };
const KINDS = { ask: "回答", search: "検索", document: "文書の閲覧", passage: "箇所の閲覧", thread: "質問と答弁の閲覧", history: "履歴の閲覧", export: "書き出し", answering: "回答" };
const GROUNDS = { DELIBERATION: "審議・検討", PERSONAL: "個人", CORPORATE: "法人", SAFETY: "安全", OPERATIONS: "事務・事業", LAW: "法令", SECRET_SESSION: "秘密会", RETRACTED: "取消発言", OTHER: "その他" };

/** From now on this person looks. */
export function lookAs(person) {
  me = person;
  shown = 0;
  sheet.close();
  sheet.replaceChildren(); // nothing of one user stays for the next
  tell([]);
}

const page = list("documents", (offset) => {
  const query = { words: byId("words").value, offset, limit: LIMIT };
  if (byId("status").value) query.status = byId("status").value;
  return json(`/v1/labels?${new URLSearchParams(query)}`);
}, (found, offset) => {
  const rows = found.documents.map((one) => ({
    cells: [
      el("button", { type: "button", class: "plain", onclick: () => open(one) }, one.title),
      short(japaneseDate(one.date)), one.department, one.collection, short(STATUS[one.status]), el("td", {}, readers(one.audience)),
    ],
  }));
  announce(`文書を${rows.length}件表示しました。`);
  return [
    table("文書の一覧", ["題名", "日付", "担当課", "文書集", "公開区分", "閲覧できる人"], rows, "当てはまる文書はありません。"),
    pages(offset, LIMIT, found.next_offset, documents),
  ];
});

/** A page of documents. */
export function documents(offset = shown) {
  shown = offset;
  return page(offset);
}

byId("seek").addEventListener("submit", (event) => { event.preventDefault(); documents(0); });
byId("status").addEventListener("change", () => documents(0));

// the sheet of one document

async function open(one) {
  const body = el("div", { class: "sheet-body" });
  sheet.replaceChildren(
    el("div", { class: "sheet-head" },
      el("h2", { id: "sheet-title" }, one.title),
      el("button", { type: "button", class: "outline", onclick: () => sheet.close() }, "閉じる")),
    body);
  body.append(el("div", { class: "facts" },
    ...[one.department, japaneseDate(one.date), STATUS[one.status]].filter(Boolean).map((fact) => el("span", {}, fact)), ...readers(one.audience),
    el("a", { href: `/#/document/${encodeURIComponent(one.id)}` }, "本文を開く")));
  if (!one.labelled) body.append(el("p", { class: "hint" }, "公開区分は、担当課の人と情報公開担当だけが変えられます。"));
  if (!sheet.open) sheet.showModal();
  if (one.labelled) {
    const outcome = el("div", { role: "status" });
    const history = el("section");
    body.append(form(one, outcome, history), outcome, history, recall(one));
    await told(one, history);
  }
}

sheet.addEventListener("close", () => { if (me && !byId("panel-labels").hidden) documents(); });

function form(one, outcome, history) {
  const choice = (name, value, label, checked) => el("label", {}, el("input", { type: "radio", name, value, checked }), label);
  const made = el("form", { class: "change", autocomplete: "off", "aria-labelledby": "change-title" },
    el("h3", { id: "change-title" }, "公開区分を変える"),
    el("p", { class: "hint" }, "閲覧できる人が減る変更はすぐに効きます。増える変更は提案となり、別の人が承認すると効きます。"),
    el("fieldset", {}, el("legend", {}, "公開区分"), el("div", { class: "choices" },
      choice("status", "closed", "非公開", true), choice("status", "open", "公開", false))),
    el("fieldset", {}, el("legend", {}, "非公開のとき閲覧できる人"), el("div", { class: "choices" },
      choice("audience", "", "担当課だけ", true), choice("audience", "庁内", "庁内", false), choice("audience", "other", "次の課や班", false)),
    el("label", { class: "sr", for: "others" }, "課や班"),
    el("input", { type: "text", id: "others", name: "others", maxlength: "400", placeholder: "例：部:福祉課、班:再編プロジェクト" })),
    el("div", {}, el("label", { class: "name", for: "quotes" }, "対象の語句（1行に一つ。空なら文書全体）"),
      el("textarea", { id: "quotes", name: "quotes", rows: "2", maxlength: "8000" })),
    el("fieldset", {}, el("legend", {}, "理由の区分"), el("div", { class: "choices" },
      Object.entries(GROUNDS).map(([value, label]) => el("label", {}, el("input", { type: "checkbox", name: "grounds", value }), label)))),
    el("div", {}, el("label", { class: "name", for: "reason" }, "理由"),
      el("input", { type: "text", id: "reason", name: "reason", maxlength: "1000" })),
    el("div", { class: "choices" }, el("label", {}, el("input", { type: "checkbox", name: "hidden" }), "存在も示さない（存否応答拒否）")),
    el("div", {}, el("button", { type: "submit", class: "primary" }, "変更する")));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    once(made.querySelector("[type=submit]"), async () => {
      await change(one, new FormData(made), outcome);
      await told(one, history);
    });
  });
  return made;
}

async function change(one, given, outcome) {
  const split = (text, by) => text.split(by).map((word) => word.trim()).filter(Boolean);
  const status = given.get("status");
  const wanted = given.get("audience");
  const body = {
    status,
    audience: status === "open" || !wanted ? [] : wanted === "other" ? split(given.get("others"), /[、,，]/) : [wanted],
    grounds: given.getAll("grounds"),
    reason: given.get("reason"),
    hidden: given.has("hidden"),
    quotes: split(given.get("quotes"), "\n"),
  };
  try {
    const done = await json(`/v1/documents/${encodeURIComponent(one.id)}/label`, { method: "PATCH", body });
    const text = done.state === "proposed"
      ? "提案しました。別の人が承認すると効きます。"
      : `変更しました。閉じたところは、もうだれにも示されません。${done.recall ? `これまでに${done.recall}件の回答などで示されています。` : ""}`;
    outcome.replaceChildren(el("p", { class: "done" }, text));
    trying(waiting);
  } catch (problem) {
    if (left(problem)) return;
    outcome.replaceChildren(el("p", { class: "trouble" }, problem.message));
  }
  outcome.scrollIntoView({ block: "nearest" });
}

async function told(one, place) {
  let events = [];
  try {
    ({ events } = await json(`/v1/documents/${encodeURIComponent(one.id)}/label`));
  } catch (problem) {
    if (left(problem)) return null;
    if (problem.code !== "not_found") return place.replaceChildren(el("p", { class: "trouble" }, problem.message));
  }
  const rows = events.reverse().map((event) => ({
    cells: [
      short(at(event.recorded_at && `${event.recorded_at}Z`)),
      short(ACTS[event.act]), SOURCES[event.source] ?? event.source, short(SCOPES[event.scope]),
      [STATUS[event.status] ?? "", event.hidden ? "（存否も秘匿）" : ""].join(""), readersOf(event.status, event.audience), event.reason, event.by, short(event.in_force ? "有効" : ""),
    ],
  }));
  return place.replaceChildren(el("h3", {}, "公開区分の履歴"),
    table("公開区分の履歴", ["日時", "種別", "もと", "範囲", "公開区分", "閲覧できる人", "理由", "決めた人", "今"], rows));
}

function recall(one) {
  const place = el("div", {});
  const find = async () => {
    const { uses } = await json(`/v1/documents/${encodeURIComponent(one.id)}/recall`);
    const rows = uses.map((use) => ({
      cells: [short(at(use.at)), use.person, short(KINDS[use.kind] ?? use.kind), el("td", { class: "number" }, String(use.passages)), short(use.withdrawn ? "閉じた箇所を含む" : ""), use.used_in],
    }));
    place.replaceChildren(table("この文書を示した記録", ["日時", "利用者", "用途", "#箇所", "回収", "受付番号"], rows, "示した記録はありません。"));
  };
  return el("section", {}, el("h3", {}, "だれに示したか"),
    el("p", { class: "hint" }, "閲覧できる箇所が使われたものだけを、新しい順に500件まで示します。"),
    el("button", { type: "button", class: "outline", onclick: (event) => once(event.currentTarget, () => find().catch((problem) => place.replaceChildren(left(problem) ? "" : el("p", { class: "trouble" }, problem.message)))) }, "一覧を出す"), place);
}

// what waits for a second person

/** The proposals, and their number on the tab. */
export const proposals = list("proposals", () => waiting(), (found) => {
  const rows = found.map((one) => ({
    cells: [
      one.title || "（閲覧できない文書）", short(SCOPES[one.scope]), short(STATUS[one.status] ?? ""), readersOf(one.status, one.audience), one.reason, one.by,
      short(at(one.recorded_at && `${one.recorded_at}Z`)), el("td", {}, decide(one)),
    ],
  }));
  return [table("承認待ちの提案", ["文書", "範囲", "公開区分", "閲覧できる人", "理由", "提案した人", "日時", "判断"], rows, "承認を待っている提案はありません。")];
});

function decide(one) {
  const path = `/v1/label-proposals/${encodeURIComponent(one.id)}`;
  const act = (route, method, text) => (event) => once(event.currentTarget, async () => {
    await trying(async () => {
      await json(route, { method });
      announce(text);
    });
    const problem = byId("trouble").textContent;
    await proposals();
    if (problem) trouble({ message: problem });
  });
  const own = one.by === me.id;
  return el("div", { class: "buttons" },
    el("button", { type: "button", class: "outline", disabled: own, onclick: act(`${path}/approval`, "POST", "承認しました。") }, "承認する"),
    el("button", { type: "button", class: "outline", onclick: act(path, "DELETE", "取り下げました。") }, own ? "取り下げる" : "却下する"),
    own ? el("span", { class: "hint" }, "自分の提案は、別の人が承認します") : null);
}

/** What waits, with its number on the tab. */
export async function waiting() {
  const { proposals: found } = await json("/v1/label-proposals");
  tell(found);
  return found;
}

function tell(found) {
  byId("waiting").textContent = String(found.length);
  byId("waiting").hidden = !found.length;
}
