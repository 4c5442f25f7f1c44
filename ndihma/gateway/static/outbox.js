// @ts-check
/** Development only: what would have gone out by SMS. In production neither this page nor its API exists. */

import { byId, el, fillWords } from "./dom.js";
import { clockTime, longDate, moment } from "./format.js";
import { sq } from "./sq.js";

/** @typedef {{at: string, to: string, text: string}} SentText */

const EVERY_MS = 3_000;
const words = sq.outbox;
const list = byId("messages", HTMLOListElement);
const status = byId("status", HTMLElement);
const say = byId("say", HTMLElement);

fillWords(document, sq);

/** @param {SentText} sent */
function entry({ at, to, text }) {
  const when = moment(at);
  const head = el("p", { class: "hint", text: `${words.to} ${to}` });
  if (when !== null) head.append(" · ", el("time", { datetime: at, text: `${longDate(when)}, ${clockTime(when)}` }));
  const item = el("li", { class: "outbox__item" }, head, el("p", { class: "outbox__text", text }));
  const code = /(?<!\d)\d{6}(?!\d)/u.exec(text)?.[0];
  if (code !== undefined && "clipboard" in navigator) {
    const copy = el("button", { type: "button", class: "link", text: words.copyCode });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code);
      say.replaceChildren(el("span", { text: words.copied }));
      copy.textContent = words.copied;
    });
    item.append(copy);
  }
  return item;
}

let shown = "";

/** @returns {Promise<boolean>} whether to go on asking */
async function refresh() {
  try {
    const answer = await fetch("/api/dev/outbox", { cache: "no-store", credentials: "omit" });
    if (answer.status === 404) {
      status.textContent = words.off;
      list.replaceChildren();
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    /** @type {{messages: SentText[]}} */
    const { messages } = await answer.json();
    const newest = messages.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
    const now = JSON.stringify(newest);
    if (now !== shown) list.replaceChildren(...newest.map(entry)); // else the focus would be lost for nothing
    shown = now;
    status.textContent = messages.length === 0 ? words.empty : "";
  } catch {
    status.textContent = words.failed;
  }
  return true;
}

while (await refresh()) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
