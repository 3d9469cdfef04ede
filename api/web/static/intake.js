// Handing files in with their progress, and what became of them.

import { identity, json } from "./client.js";
import { announce, el, once } from "./dom.js";
import { at, list, number, pages, short, table, trying } from "./tables.js";

const byId = (id) => document.getElementById(id);
const LIMIT = 50;
const RUNS = 10;
const ORIGINS = { command: "コマンド", watch: "フォルダの見張り", upload: "登録" };
const PHASES = { reading: "読み取り", labels: "区分・分割", embedding: "ベクトル", words: "索引語", publishing: "索引の公開" };
const STATES = { waiting: "取り込み待ち", taken: "取り込み済み", refused: "取り込めませんでした" };
let timer = 0;
let visit = 0; // files chosen by one user are not sent for the next

/** Everything about files. */
export async function intake() {
  await Promise.all([collections(), uploads(), runs(0), sources(0)]);
}

/** Stop asking how far uploads are. */
export function rest() {
  window.clearTimeout(timer);
}

/** Another user looks from now on. */
export function stop() {
  rest();
  visit += 1;
  byId("upload").reset();
  for (const id of ["sending", "collection"]) byId(id).replaceChildren();
}

const collections = () => trying(async () => {
  const { collections: found } = await json("/v1/collections");
  const mine = found.filter((one) => one.writable);
  byId("upload").hidden = byId("formats").hidden = !mine.length;
  byId("no-upload").hidden = Boolean(mine.length);
  const chosen = byId("collection").value;
  byId("collection").replaceChildren(...mine.map((one) => el("option", { value: one.name, selected: one.name === chosen }, one.name)));
});

async function handedIn() {
  rest();
  try {
    return (await json("/v1/uploads")).uploads;
  } catch (problem) {
    if (problem.code !== "not_found") throw problem;
    return [];
  }
}

const uploads = list("uploads", handedIn, (found) => {
  const rows = found.map((one) => ({
    cells: [
      one.name, one.collection, short(STATES[one.state]), el("td", { class: "reason" }, one.reason), short(at(one.received_at)),
      el("td", {}, one.documents.map((id) => el("a", { href: `/#/document/${encodeURIComponent(id)}` }, "文書を開く"))),
    ],
  }));
  if (found.some((one) => one.state === "waiting") && !byId("panel-intake").hidden) timer = window.setTimeout(uploads, 1500);
  return [table("登録したファイル", ["ファイル", "文書集", "状態", "理由・注意", "登録した日時", "文書"], rows, "登録したファイルはありません。")];
});

const seconds = (spent) => (spent < 9.95 ? spent.toFixed(1) : Math.round(spent).toLocaleString("ja-JP"));

function spent(phases) {
  if (!phases) return el("td", { class: "short" }, "－");
  const all = Object.values(phases).reduce((sum, each) => sum + each, 0);
  const parts = Object.entries(PHASES).map(([name, label]) => el("li", {}, `${label} ${seconds(phases[name] ?? 0)}秒`));
  return el("td", {}, el("details", {}, el("summary", {}, `${seconds(all)}秒`), el("ul", {}, parts)));
}

function refusals({ refused, seconds: kept }) {
  if (!refused.length) return el("td", {}, kept ? "0件" : "－"); // of a collection of others nobody is told
  const each = refused.map((one) => el("li", {}, el("span", { class: "file" }, one.name), el("span", { class: "reason" }, one.reason)));
  return el("td", {}, el("details", {}, el("summary", {}, `${refused.length}件`), el("ul", { class: "refusals" }, each)));
}

const runs = list("runs", (offset) => json(`/v1/runs?${new URLSearchParams({ offset, limit: RUNS })}`), (found, offset) => {
  const rows = found.runs.map((run) => ({
    cells: [at(run.begun_at), short(ORIGINS[run.origin]), run.by, run.collection, number(run.taken), number(run.unchanged), refusals(run), spent(run.seconds)],
  }));
  return [
    table("取り込みの記録", ["日時", "きっかけ", "登録した人", "文書集", "#取り込み", "#変更なし", "取り込めず", "かかった時間"], rows, "取り込みの記録はありません。"),
    pages(offset, RUNS, found.next_offset, runs),
  ];
});

const sources = list("sources", (offset) => {
  const state = byId("state").value;
  return json(`/v1/sources?${new URLSearchParams({ state, offset, limit: LIMIT })}`);
}, (found, offset) => {
  const state = byId("state").value;
  const rows = found.sources.map((one) => ({
    cells: [one.name, one.collection, el("td", { class: "reason" }, one.reason), short(one.uploaded ? "登録" : "取り込み"), short(at(one.taken_at))],
  }));
  return [
    table(state === "refused" ? "取り込めなかったファイル" : "取り込んだファイル", ["ファイル", "文書集", "理由", "もと", "日時"], rows),
    pages(offset, LIMIT, found.next_offset, sources),
  ];
});

byId("state").addEventListener("change", () => sources(0));

byId("upload").addEventListener("submit", (event) => {
  event.preventDefault();
  once(byId("upload").querySelector("[type=submit]"), async () => {
    const mine = visit;
    byId("sending").replaceChildren();
    const files = [...byId("file").files];
    for (const file of files) if (mine === visit) await send(file, mine);
    if (mine !== visit) return;
    byId("file").value = "";
    await uploads();
  });
});

function send(file, mine) {
  const bar = el("progress", { max: "100", value: "0", "aria-label": `${file.name}の送信` });
  const state = el("span", {}, "送信中");
  byId("sending").append(el("li", {}, el("span", {}, file.name), bar, state));
  const form = new FormData();
  form.append("collection", byId("collection").value);
  if (byId("kind").value) form.append("kind", byId("kind").value);
  form.append("file", file);
  const request = new XMLHttpRequest();  // fetch does not tell how much has been sent
  request.open("POST", "/v1/documents");
  for (const [name, value] of Object.entries(identity())) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => {
      const sent = request.status === 202;
      bar.value = sent ? 100 : bar.value;
      state.textContent = sent ? "受け付けました" : refusal(request);
      if (mine === visit) announce(`${file.name}：${state.textContent}`);
      resolve();
    });
    request.send(form);
  });
}

function refusal(request) {
  try {
    return JSON.parse(request.responseText).error.message;
  } catch {
    return "送信できませんでした。";
  }
}
