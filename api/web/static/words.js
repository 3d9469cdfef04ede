// The page's own words in two languages. What comes from the minutes stays as it was said.

import en from "./words.en.js";
import ja from "./words.ja.js";

const LANGUAGES = { ja, en };
const PLACE = "toben-language";
let current = "ja"; // until a page takes the words of this file
const living = new Set();

function remembered() {
  try {
    return window.localStorage.getItem(PLACE) === "en" ? "en" : "ja";
  } catch {
    return "ja"; // the browser keeps nothing
  }
}

/** The language of the page: ja or en. */
export const language = () => current;

/** Words as they stand in the language of the moment. Arguments that are functions are asked at that moment too. */
export function say(key, ...args) {
  return () => {
    const words = LANGUAGES[current][key] ?? ja[key] ?? key;
    return typeof words === "function" ? words(...args.map((arg) => (typeof arg === "function" ? arg() : arg))) : words;
  };
}

/** The same at once. */
export const said = (key, ...args) => say(key, ...args)();

/** Whether there are such words. */
export const known = (key) => key in ja;

/** Call `write(node)` now and whenever the language changes, for as long as the node lives. */
export function live(node, write) {
  living.add({ node: new WeakRef(node), write });
  write(node);
  return node;
}

/** Change the language of the page, and remember it; nothing else is kept in the browser. */
export function speak(chosen) {
  current = chosen in LANGUAGES ? chosen : "ja";
  try {
    if (current === "ja") window.localStorage.removeItem(PLACE);
    else window.localStorage.setItem(PLACE, current);
  } catch { /* it lasts until the page is left */ }
  tell();
}

function tell() {
  document.documentElement.lang = current;
  for (const one of living) {
    const node = one.node.deref();
    if (node) one.write(node);
    else living.delete(one);
  }
}

const ATTRIBUTES = ["aria-label", "placeholder", "title", "content"];

/** Let the words that the page is delivered with follow: data-t names the text, data-t-… an attribute. */
export function adopt(root = document) {
  current = remembered();
  for (const node of root.querySelectorAll("[data-t]")) {
    live(node, (place) => { place.textContent = said(place.dataset.t); });
  }
  for (const name of ATTRIBUTES) {
    for (const node of root.querySelectorAll(`[data-t-${name}]`)) {
      live(node, (place) => place.setAttribute(name, said(place.getAttribute(`data-t-${name}`))));
    }
  }
  document.documentElement.lang = current;
}
