// Numbers of citations, the quote that appears beside them, and text with sources to paste elsewhere.

import { announce, badge, badgeMeaning, badgeText, below, el, quoted, whoSpoke } from "./dom.js";
import { said, say } from "./words.js";

const tip = document.getElementById("tip");
let leaving = 0;

/** The button [n] of a citation. `find` gives the citation once it has arrived; `open` opens the source. */
export function citeButton(n, find, open) {
  const button = el("button", {
    type: "button",
    class: "cite",
    "aria-label": say("cite.open", n),
    onclick: () => { hideQuote(); open(find(n), button); },
    onfocus: () => { if (button.matches(":focus-visible")) show(button, find(n)); },
    onblur: hideQuote,
    onmouseenter: () => show(button, find(n)),
    onmouseleave: leave,
  }, String(n));
  return button;
}

function show(button, citation) {
  window.clearTimeout(leaving);
  if (!citation) return;
  tip.replaceChildren(
    quoted("strong", {}, citation.cited_as),
    badge(citation.audience),
    quoted("span", { class: "item-text" }, `「${citation.quote}」`),
  );
  tip.hidden = false;
  button.setAttribute("aria-describedby", "tip");
  const at = button.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, window.innerWidth - size.width - 8));
  const below = at.bottom + 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + size.height < window.innerHeight ? below : Math.max(8, at.top - size.height - 8)}px`;
}

function leave() {
  leaving = window.setTimeout(hideQuote, 250);
}

/** Hide the quote beside a number; nothing of one user may stay for the next. */
export function hideQuote() {
  window.clearTimeout(leaving);
  tip.hidden = true;
  tip.replaceChildren();
  document.querySelectorAll("[aria-describedby=tip]").forEach((button) => button.removeAttribute("aria-describedby"));
}

tip.addEventListener("mouseenter", () => window.clearTimeout(leaving));
tip.addEventListener("mouseleave", hideQuote);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !tip.hidden) {
    hideQuote();
    event.stopImmediatePropagation();
  }
}, true);
document.addEventListener("scroll", hideQuote, true);

/** A source as a line to press: number, citation form, badge, where, words. */
export function sourceItem(source, words, open) {
  const heading = below(source.title, source.agenda);
  const where = [source.title, heading, whoSpoke(source)].filter((part) => part && !source.cited_as.includes(part)).join("　");
  const button = el("button", { type: "button", class: "item", "data-passage": source.passage_id, onclick: () => open(source, button) },
    el("span", { class: "item-head" },
      source.n ? el("span", { class: "n" }, el("span", { class: "sr" }, say("cite.source")), String(source.n)) : null,
      quoted("span", { class: "item-name" }, source.cited_as || source.title),
      badge(source.audience)),
    where ? quoted("span", { class: "item-where" }, where) : null,
    quoted("span", { class: "item-text clamp" }, words));
  return el("li", {}, button);
}

/** An answer and its sources as plain text in the form Japanese offices use. */
export function withSources(answer, citations) {
  const body = answer.sentences.map(({ text, citations: ns }) => text + ns.map((n) => `〔${n}〕`).join("")).join("");
  const sources = citations.map((c) => `〔${c.n}〕${c.cited_as}「${c.quote}」（${badgeText(c.audience)()}）`);
  const handling = `${said("copy.handling")}${badgeText(answer.audience)()}（${badgeMeaning(answer.audience)()}）`;
  return [body, "", said("turn.sources"), ...sources, "", handling].join("\n");
}

/** Put text on the clipboard. Away from https and localhost the old way is the only one. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "sr", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  announce(say("copy.done"));
}
