// One turn of the conversation: the question, what was understood, the answer or the refusal, what one can do next.

import * as client from "./client.js";
import { citeButton, copy, sourceItem, withSources } from "./citing.js";
import { announce, badge, badgeMeaning, badgeText, el, icon, japaneseDate, japanesePeriod } from "./dom.js";

const LABELS = { meetings: "会議", speakers: "発言者", departments: "担当課", kinds: "種類" };
const NAMES = {
  minutes: "議会の会議録", meeting_record: "会議録", answer_book: "答弁書・想定問答", plan: "計画",
  manual: "マニュアル・要綱", newsletter: "議会だより", material: "その他の資料",
};
let count = 0;

/** A turn of the conversation, filled in as its stream arrives. */
export class Turn {
  constructor(request, doors) {
    this.request = request;
    this.doors = doors;
    this.id = `turn-${count += 1}`;
    this.sentences = [];
    this.citations = [];
    this.passages = [];
    this.answer = null;
    this.requestId = "";
    this.chips = el("div", { class: "chips", hidden: true });
    this.card = el("div", { class: "card" });
    this.node = el("article", { class: "turn", id: this.id, tabindex: "-1", "aria-labelledby": `${this.id}-q` },
      el("h2", { class: "asked", id: `${this.id}-q` }, el("span", { class: "sr" }, "質問："), request.question),
      this.chips, this.card);
    this.wait();
  }

  wait() {
    this.card.replaceChildren(el("div", { class: "busy" },
      el("span", {}, "閲覧できる記録を調べています。"),
      el("button", { type: "button", class: "plain", onclick: () => this.doors.stop() }, "中止")));
  }

  /** What the stream calls. */
  get on() {
    return {
      meta: ({ question, request_id: requestId }) => { this.requestId = requestId; this.showChips(question); },
      sentence: (sentence) => this.addSentence(sentence),
      citations: (citations) => { this.citations = citations; },
      passages: (passages) => { this.passages = passages; },
      done: ({ answer, refusal, notice }) => (answer ? this.finish(answer, notice) : this.refuse(refusal)),
    };
  }

  showChips(understood) {
    const ignored = this.request.filters.ignore ?? [];
    const chips = [];
    if (understood.from || understood.to) {
      chips.push(this.chip("period", `時期：${japanesePeriod(understood.from, understood.to)}`));
    }
    for (const [name, label] of Object.entries(LABELS)) {
      const values = (understood[name] ?? []).map((value) => NAMES[value] ?? value);
      if (values.length) chips.push(this.chip(name, `${label}：${values.join("、")}`));
    }
    for (const name of ignored) {
      chips.push(el("span", { class: "chip chip-off" }, name === "period" ? "時期" : LABELS[name], el("span", { class: "sr" }, "は外しました")));
    }
    const asked = understood.question ? [el("span", {}, `「${understood.question}」として調べました`)] : [];
    const read = chips.length ? [el("span", {}, "質問から読み取った条件"), ...chips] : [];
    this.chips.hidden = !asked.length && !read.length;
    this.chips.replaceChildren(...asked, ...read);
  }

  chip(name, text) {
    return el("button", {
      type: "button", class: "chip", title: "この条件を外して質問し直す",
      onclick: () => this.doors.again(this, name),
    }, text, icon("close"), el("span", { class: "sr" }, "を外して質問し直す"));
  }

  addSentence(sentence) {
    if (!this.sentences.length) {
      this.text = el("p", { class: "text" });
      this.card.replaceChildren(this.text);
    }
    this.sentences.push(sentence);
    this.text.append(el("span", {}, sentence.text,
      sentence.citations.map((n) => citeButton(n, (number) => this.citations.find((c) => c.n === number), this.doors.open))));
  }

  finish(answer, notice) {
    this.answer = { ...answer, sentences: this.sentences };
    const head = el("div", { class: "card-head" }, el("h3", {}, "回答"), badge(answer.audience),
      el("span", { class: "hint" }, badgeMeaning(answer.audience)));
    const sources = el("ol", { class: "sources" }, this.citations.map((c) => sourceItem(c, `「${c.quote}」`, this.doors.open)));
    this.card.replaceChildren(head, this.text, notice ? el("p", { class: "notice" }, notice) : "",
      el("h3", { class: "sources-title" }, "出典"), sources, this.actions(), this.comment());
    announce(`回答：${answer.text}　出典${this.citations.length}件。取扱いは${badgeMeaning(answer.audience)}。`);
  }

  actions() {
    const press = (name, text, act) => el("button", { type: "button", class: "outline", onclick: act }, icon(name), text);
    this.good = press("good", "役に立った", () => this.rate("good"));
    this.bad = press("bad", "違う", () => { this.form.hidden = false; this.form.querySelector("textarea").focus(); });
    return el("div", { class: "actions" },
      press("copy", "出典つきでコピー", (event) => copied(event.currentTarget, withSources(this.answer, this.citations))),
      press("word", "Word", () => this.export()),
      press("print", "印刷", () => this.print()),
      el("span", { class: "gap" }), this.good, this.bad);
  }

  comment() {
    const id = `${this.id}-comment`;
    this.form = el("form", { class: "comment", hidden: true, autocomplete: "off", onsubmit: (event) => {
      event.preventDefault();
      this.rate("bad", this.form.querySelector("textarea").value);
    } },
    el("label", { for: id }, "どこが違うかを教えてください（書かなくても送れます）"),
    el("textarea", { id, maxlength: "2000", spellcheck: "false" }),
    el("button", { type: "submit", class: "outline" }, "送る"));
    return this.form;
  }

  async rate(rating, comment = "") {
    const ids = [...new Set(this.citations.map((c) => c.passage_id))];
    try {
      await client.feedback({ request_id: this.requestId, rating, comment, question: this.request.question, passage_ids: ids });
    } catch (problem) {
      announce(problem.message);
      return;
    }
    this.form.hidden = true;
    const thanks = el("p", { class: "hint", tabindex: "-1" }, rating === "good" ? "役に立ったと伝えました。" : "違うと伝えました。ありがとうございます。");
    this.good.replaceWith(thanks);
    this.bad.remove();
    thanks.focus();
    announce(thanks.textContent);
  }

  async export() {
    const { question } = this.request;
    const sentences = this.sentences;
    const citations = this.citations.map(({ n, passage_id, start, end }) => ({ n, passage_id, start, end }));
    try {
      const url = URL.createObjectURL(await client.exported({ question, sentences, citations }));
      el("a", { href: url, download: "答弁ナビ.docx" }).click();
      window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
      announce("Wordファイルを作りました。");
    } catch (problem) {
      this.card.append(failed(problem));
    }
  }

  print() {
    this.node.querySelector(".printed-on")?.remove();
    this.node.append(el("p", { class: "printed-on" }, `答弁ナビ　${japaneseDate(today())}印刷　${badgeText(this.answer.audience)}`));
    this.node.classList.add("printed");
    window.print();
    this.node.classList.remove("printed");
  }

  refuse(refusal) {
    const found = this.passages.slice(0, 3);
    const parts = [el("h3", {}, refusal.message)];
    if (refusal.code === "not_found") parts.push(el("p", {}, "次のことを試せます。"), this.advice());
    if (refusal.code === "not_found" && found.length) {
      parts.push(el("h3", { class: "sources-title" }, "言葉の近い記録"),
        el("ol", { class: "sources" }, found.map((p) => sourceItem(p, p.text, this.doors.open))));
    }
    this.card.replaceChildren(...parts);
    announce(refusal.message);
  }

  advice() {
    const press = (text, act) => el("li", {}, el("button", { type: "button", class: "plain", onclick: act }, text));
    const list = el("ul", { class: "try" });
    if (!this.chips.hidden && this.chips.querySelector("button")) {
      list.append(press("読み取った条件をすべて外して質問し直す", () => this.doors.again(this, "all")));
    }
    if (this.doors.filtered()) list.append(press("絞り込みをすべて外して質問し直す", () => this.doors.unfiltered(this)));
    list.append(press("同じ言葉をキーワード検索で探す", () => this.doors.search(this.request.question)),
      el("li", {}, "別の言い方にする（例：「無料にする」を「無償化」に）"),
      el("li", {}, "時期・会議・発言者のいずれかを入れる"));
    return list;
  }

  fail(problem) {
    this.card.replaceChildren(failed(problem), el("div", { class: "actions" },
      el("button", { type: "button", class: "outline", onclick: () => this.doors.again(this) }, "もう一度質問する")));
    announce(problem.message);
  }

  stopped() {
    this.card.replaceChildren(el("p", {}, "中止しました。"));
    announce("中止しました。");
  }
}

/** A card that tells of an error. */
export function failed(problem) {
  return el("div", { class: "card error-card", role: "alert" }, el("h3", {}, problem.message),
    problem.requestId ? el("p", { class: "receipt" }, `受付番号：${problem.requestId}`) : "");
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

async function copied(button, text) {
  await copy(text);
  const label = button.lastChild;
  const before = label.textContent;
  label.textContent = "コピーしました";
  window.setTimeout(() => { label.textContent = before; }, 2000);
}
