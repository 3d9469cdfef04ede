// One turn of the conversation: the question, what was understood, the answer or the refusal, what one can do next.

import * as client from "./client.js";
import { citeButton, copy, sourceItem, withSources } from "./citing.js";
import { announce, badge, badgeMeaning, badgeText, dated, el, holdsFocus, icon, once, period, quoted, told, toldAll } from "./dom.js";
import { known, said, say } from "./words.js";

const LISTS = ["meetings", "speakers", "departments", "kinds"];
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
    this.conversation = "";
    this.chips = el("div", { class: "chips", hidden: true });
    this.card = el("div", { class: "card" });
    this.node = el("article", { class: "turn", id: this.id, tabindex: "-1", "aria-labelledby": `${this.id}-q` },
      el("h2", { class: "asked", id: `${this.id}-q` }, el("span", { class: "sr" }, say("turn.question")), quoted("span", {}, request.question)),
      this.chips, this.card);
    this.wait();
  }

  /** A turn that was kept, with what may be shown of it now. */
  static recalled(kept, doors) {
    const { question, filters, style, answer, refusal, citations } = kept;
    const turn = new Turn({ question, filters, style }, doors);
    turn.requestId = kept.request_id;
    turn.citations = citations;
    turn.quiet = true;
    if (answer) {
      answer.sentences.forEach((sentence) => turn.addSentence(sentence));
      turn.finish(answer, kept);
    } else {
      turn.refuse(refusal);
    }
    turn.quiet = false;
    return turn;
  }

  tell(text) {
    if (!this.quiet) announce(text);
  }

  wait() {
    this.busy = el("div", { class: "busy" },
      el("span", {}, say("turn.busy")),
      el("button", { type: "button", class: "plain", onclick: () => this.doors.stop() }, say("turn.stop")));
    this.card.replaceChildren(this.busy);
  }

  /** Take the button to stop away; whoever stood on it stands on the turn. */
  rest() {
    const held = this.busy.contains(document.activeElement);
    this.busy.remove();
    if (held) this.node.focus({ preventScroll: true });
  }

  /** What the stream calls. */
  get on() {
    return {
      meta: ({ question, request_id: requestId, conversation }) => {
        this.requestId = requestId;
        this.conversation = conversation || this.conversation;
        this.showChips(question);
      },
      sentence: (sentence) => this.addSentence(sentence),
      citations: (citations) => { this.citations = citations; },
      passages: (passages) => { this.passages = passages; },
      done: ({ answer, refusal, conversation, ...rest }) => {
        this.conversation = conversation || this.conversation;
        if (answer) this.finish(answer, rest);
        else this.refuse(refusal);
      },
    };
  }

  showChips(understood) {
    const ignored = this.request.filters.ignore ?? [];
    const chips = [];
    if (understood.from || understood.to) {
      chips.push(this.chip("period", say("turn.period", () => period(understood.from, understood.to))));
    }
    for (const name of LISTS) {
      const found = understood[name] ?? [];
      const values = () => found.map((value) => (name === "kinds" && known(`kind.${value}`) ? said(`kind.${value}`) : value));
      if (found.length) chips.push(this.chip(name, say("turn.list", say(`condition.${name}`), values)));
    }
    for (const name of ignored.filter((each) => known(`condition.${each}`))) {
      chips.push(el("span", { class: "chip chip-off" }, say(`condition.${name}`), el("span", { class: "sr" }, say("turn.dropped"))));
    }
    const asked = understood.question ? [el("span", { class: "looked" }, say("turn.looked", understood.question))] : [];
    const read = chips.length ? [el("span", {}, say("turn.read")), ...chips] : [];
    this.chips.hidden = !asked.length && !read.length;
    this.chips.replaceChildren(...asked, ...read);
  }

  chip(name, text) {
    return el("button", {
      type: "button", class: "chip", title: say("turn.drop.title"),
      onclick: () => this.doors.again(this, name),
    }, text, icon("close"), el("span", { class: "sr" }, say("turn.drop")));
  }

  addSentence(sentence) {
    if (!this.sentences.length) {
      this.text = quoted("p", { class: "text" });
      this.busy.before(this.text);
    }
    this.sentences.push(sentence);
    this.text.append(el("span", {}, sentence.text,
      sentence.citations.map((n) => citeButton(n, (number) => this.citations.find((c) => c.n === number), this.doors.open))));
  }

  finish(answer, { notice, notice_codes: codes, followups }) {
    const noticed = toldAll("notice", codes, notice);
    this.answer = { ...answer, sentences: this.sentences };
    const meaning = badgeMeaning(answer.audience);
    const head = el("div", { class: "card-head" }, el("h3", {}, say("turn.answer")), badge(answer.audience),
      el("span", { class: "hint" }, meaning));
    const sources = el("ol", { class: "sources" }, this.citations.map((c) => sourceItem(c, `「${c.quote}」`, this.doors.open)));
    // what is on the screen already stays where it is: somebody may stand on a number in it
    this.card.prepend(head);
    this.card.append(notice ? el("p", { class: "notice", lang: noticed.lang }, noticed.text) : "",
      el("h3", { class: "sources-title" }, say("turn.sources")), sources, this.actions(), this.comment());
    this.rest();
    if (followups.length) this.offer(followups);
    this.tell(say("turn.told", answer.text, this.citations.length, meaning));
  }

  /** Questions to ask next; they go when another one is asked. */
  offer(followups) {
    const id = `${this.id}-next`;
    const press = (text) => quoted("button", { type: "button", class: "example", onclick: () => this.doors.ask(text) }, text);
    this.node.append(el("section", { class: "next", "aria-labelledby": id },
      el("h3", { id, class: "sources-title" }, say("turn.next")),
      el("ul", {}, followups.map((text) => el("li", {}, press(text))))));
  }

  actions() {
    const press = (name, text, act) => el("button", { type: "button", class: "outline", onclick: act }, icon(name), text);
    this.good = press("good", say("turn.good"), () => once(this.good, () => this.rate("good")));
    this.bad = press("bad", say("turn.bad"), () => { this.form.hidden = false; this.form.querySelector("textarea").focus(); });
    return el("div", { class: "actions" },
      press("copy", say("turn.copy"), (event) => copied(event.currentTarget, "turn.copy", withSources(this.answer, this.citations))),
      press("word", say("turn.word"), (event) => once(event.currentTarget, () => this.export())),
      press("print", say("turn.print"), () => this.print()),
      el("span", { class: "gap" }), this.good, this.bad);
  }

  comment() {
    const id = `${this.id}-comment`;
    this.form = el("form", { class: "comment", hidden: true, autocomplete: "off", onsubmit: (event) => {
      event.preventDefault();
      once(this.form.querySelector("button"), () => this.rate("bad", this.form.querySelector("textarea").value));
    } },
    el("label", { for: id }, say("turn.comment")),
    el("textarea", { id, maxlength: "2000", spellcheck: "false" }),
    el("button", { type: "submit", class: "outline" }, say("turn.send")));
    return this.form;
  }

  async rate(rating, comment = "") {
    const ids = [...new Set(this.citations.map((c) => c.passage_id))];
    try {
      await client.feedback({ request_id: this.requestId, rating, comment, question: this.request.question, passage_ids: ids });
    } catch (problem) {
      this.trouble(problem);
      return;
    }
    if (!this.good.isConnected) return; // said already, in the other way
    const stands = holdsFocus(this.card);
    this.trouble(null);
    this.form.hidden = true;
    const thanks = el("p", { class: "hint", tabindex: "-1" }, say(`turn.thanks.${rating}`));
    this.good.replaceWith(thanks);
    this.bad.remove();
    if (stands) thanks.focus();
    announce(say(`turn.thanks.${rating}`));
  }

  /** Tell what went wrong with something that was done with the answer, or take that away. */
  trouble(problem) {
    this.card.querySelector(".error-card")?.remove();
    if (problem && !client.left(problem)) this.card.append(failed(problem));
  }

  async export() {
    const { question } = this.request;
    const sentences = this.sentences;
    const citations = this.citations.map(({ n, passage_id, start, end }) => ({ n, passage_id, start, end }));
    try {
      const file = await client.exported({ question, sentences, citations });
      if (!this.node.isConnected) return; // another user looks now, or another conversation
      this.trouble(null);
      const url = URL.createObjectURL(file);
      el("a", { href: url, download: said("turn.word.name") }).click();
      window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
      announce(say("turn.word.made"));
    } catch (problem) {
      this.trouble(problem);
    }
  }

  print() {
    this.onPaper(true);
    window.print();
    this.onPaper(false);
  }

  /** Take part in what is printed, an answer with the line that tells how it may be handled. */
  onPaper(on) {
    this.node.classList.toggle("printed", on);
    this.node.querySelector(".printed-on")?.remove();
    if (on && this.answer) {
      this.node.append(el("p", { class: "printed-on" }, say("turn.printed", () => dated(today()), badgeText(this.answer.audience))));
    }
  }

  refuse(refusal) {
    const found = this.passages.slice(0, 3);
    const parts = [el("h3", {}, told("refusal", refusal))];
    if (refusal.code === "not_found") parts.push(el("p", {}, say("try.title")), this.advice());
    if (refusal.code === "not_found" && found.length) {
      parts.push(el("h3", { class: "sources-title" }, say("turn.near")),
        el("ol", { class: "sources" }, found.map((p) => sourceItem(p, p.text, this.doors.open))));
    }
    this.rest();
    this.card.replaceChildren(...parts);
    this.tell(told("refusal", refusal));
  }

  advice() {
    const press = (text, act) => el("li", {}, el("button", { type: "button", class: "plain", onclick: act }, text));
    const list = el("ul", { class: "try" });
    if (!this.chips.hidden && this.chips.querySelector("button")) {
      list.append(press(say("try.conditions"), () => this.doors.again(this, "all")));
    }
    if (this.doors.filtered()) list.append(press(say("try.filters"), () => this.doors.unfiltered(this)));
    list.append(press(say("try.search"), () => this.doors.search(this.request.question)),
      el("li", {}, say("try.words")),
      el("li", {}, say("try.where")));
    return list;
  }

  fail(problem) {
    this.rest();
    this.card.replaceChildren(failed(problem), el("div", { class: "actions" },
      el("button", { type: "button", class: "outline", onclick: () => this.doors.again(this) }, say("turn.again"))));
    announce(told("error", problem));
  }

  stopped() {
    this.rest();
    this.card.replaceChildren(el("p", {}, say("turn.stopped")));
    announce(say("turn.stopped"));
  }
}

/** A card that tells of an error. */
export function failed(problem) {
  return el("div", { class: "card error-card", role: "alert" }, el("h3", {}, told("error", problem)),
    problem.requestId ? el("p", { class: "receipt" }, say("turn.receipt", problem.requestId)) : "");
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

async function copied(button, name, text) {
  await copy(text);
  const label = button.lastChild;
  label.data = said("copy.short");
  window.setTimeout(() => { label.data = said(name); }, 2000);
}
