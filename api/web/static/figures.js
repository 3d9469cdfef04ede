// How much is asked, what found no answer, and what auditors are told.

import { json } from "./client.js";
import { el } from "./dom.js";
import { at, list, number, short, table } from "./tables.js";

const byId = (id) => document.getElementById(id);
const ALERTS = { refused_ids: "得られないIDを続けて求めた", closed_passages: "所属限りの箇所を多く閲覧した", names: "多くの人の名前を続けて尋ねた" };
const day = new Intl.DateTimeFormat("ja-JP-u-ca-japanese", { era: "long", year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });

/** 2025-W40 → 令和7年9月29日の週, by its Monday. */
function week(name) {
  const [year, number_] = name.split("-W").map(Number);
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth + (((number_ - 1) * 7) - ((new Date(fourth).getUTCDay() + 6) % 7)) * 86_400_000;
  return `${day.format(new Date(monday))}の週`;
}

function share(row) {
  if (!row.staff) return el("td", { class: "number" }, "－");
  const percent = Math.round((100 * row.people) / row.staff);
  const label = `${row.staff}人のうち${row.people}人`;
  return el("td", { class: "number" }, `${percent}% `, el("meter", { min: "0", max: "100", value: Math.min(percent, 100), "aria-label": label }));
}

/** Questions and people by week and department. */
export const usage = list("usage", () => json(`/v1/usage?weeks=${byId("weeks").value}`), ({ usage: found }) => {
  const rows = found.map((row) => ({
    kind: row.department === "*" ? "all" : null,
    cells: [
      week(row.week), row.department === "*" ? "全体" : row.department || "（所属なし・公開の利用）",
      number(row.people), number(row.staff), share(row), number(row.questions), number(row.searches),
    ],
  }));
  return [table("週と担当課ごとの利用", ["週", "担当課", "#使った人", "#職員", "#割合", "#質問", "#検索"], rows, "この期間の利用はありません。")];
});

/** Questions without answer. */
export const unanswered = list("unanswered", () => json("/v1/unanswered"), ({ unanswered: found, days }) => {
  const rows = found.map((one) => ({
    cells: [one.question, short(one.why === "bad" ? "「違う」という意見" : "見つからなかった"), one.comment, one.departments.join("、") || "（公開の利用）", short(at(one.at))],
  }));
  const none = days ? "ありません。" : "この設定では、質問の文を残していません（TOBEN_UNANSWERED__DAYS）。";
  return [
    table("答えのなかった質問", ["質問", "どうなったか", "意見", "所属", "日時"], rows, none),
    days ? el("p", { class: "hint" }, `${days}日を過ぎると消えます。`) : null,
  ];
});

/** What auditors are told. */
export const alerts = list("alerts", () => json("/v1/alerts"), ({ alerts: found }) => {
  const rows = found.map((one) => ({ cells: [at(one.at), ALERTS[one.kind], one.person, number(one.count)] }));
  return [table("90日の知らせ", ["日時", "こと", "利用者", "#件数"], rows, "示すものはありません。")];
});

byId("weeks").addEventListener("change", () => usage());
