// @ts-check
/** The list of what was said: bubbles, message states, quick replies, notices, the typing indicator. */

import { el, icon } from "./dom.js";
import { clockTime, longDate, longDay, moment } from "./format.js";
import { linkified } from "./links.js";
import { sq } from "./sq.js";

/** @typedef {import("./types.js").Choice} Choice */
/** @typedef {import("./types.js").Outgoing} Outgoing */
/** @typedef {import("./types.js").ReplyEvent} ReplyEvent */
/** @typedef {import("./types.js").MessageEvent_} MessageEvent_ */
/** @typedef {{outgoing: Outgoing, node: HTMLElement, text: HTMLElement, foot: HTMLElement, line: Line, sent: boolean}} Mine */
/** @typedef {{who: string, text: string, at: Date}} Line */

/** The indicator ends after this long whatever happens. */
const TYPING_MAX_MS = 20_000;
/** So near to the end (px) the reader counts as being there, and the list follows what comes. */
const NEAR_END_PX = 120;
const SPACE_ABOVE_PX = 12;

export class Transcript {
  #log;
  #scroller;
  #typing;
  #latest;
  #handlers;
  /** @type {Map<string, Mine>} by client id */
  #mine = new Map();
  /** @type {Map<string, Outgoing>} what was asked, by message id: to ask again after an honest "not now" */
  #asked = new Map();
  /** @type {Line[]} */
  #lines = [];
  /** @type {HTMLElement | null} the quick replies that can still be used */
  #open = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typingEnds;
  #replies = 0;

  /**
   * @param {{log: HTMLElement, scroller: HTMLElement, typing: HTMLElement, latest: HTMLButtonElement}} parts
   * @param {{choose: (choice: Choice) => void, retry: (message: Outgoing) => void, edit: (message: Outgoing) => void,
   *          askAgain: (message: Outgoing) => void}} handlers
   */
  constructor(parts, handlers) {
    this.#log = parts.log;
    this.#scroller = parts.scroller;
    this.#typing = parts.typing;
    this.#latest = parts.latest;
    this.#handlers = handlers;
    this.#latest.addEventListener("click", () => {
      this.toEnd();
      this.#scroller.focus({ preventScroll: true });
    });
    this.#scroller.addEventListener("scroll", () => {
      if (this.#nearEnd()) this.#latest.hidden = true;
    }, { passive: true });
  }

  /** Whether the customer has said anything yet. */
  get started() {
    return this.#mine.size > 0;
  }

  /** While history is put back, screen readers stay silent. @param {boolean} quiet */
  set quiet(quiet) {
    this.#log.setAttribute("aria-live", quiet ? "off" : "polite");
  }

  clear() {
    this.#log.replaceChildren();
    this.#mine.clear();
    this.#asked.clear();
    this.#lines = [];
    this.#replies = 0;
    this.#open = null;
    this.#latest.hidden = true;
    this.setTyping(false);
  }

  /** The next conversation begins below the old one, which can no longer be answered. */
  closeConversation() {
    this.#supersede(null);
    this.#replies = 0;
    this.setTyping(false);
  }

  /** A message that leaves this page now. @param {Outgoing} outgoing */
  addOutgoing(outgoing) {
    this.#supersede(outgoing.title ?? null);
    this.#addMine(outgoing, new Date());
    this.setState(outgoing.client_id, "sending");
    this.toEnd();
  }

  /** The message as the server stored it: what was sent from here, or history. @param {MessageEvent_} event */
  confirm(event) {
    const at = moment(event.at) ?? new Date();
    const id = event.client_id ?? event.message_id;
    const known = this.#mine.get(id);
    const mine = known ?? this.#addMine({ client_id: id, text: event.text }, at);
    if (known === undefined) this.#supersede(event.text);
    else this.#asked.set(event.message_id, known.outgoing);
    const shown = readable(event.text);
    mine.line.text = shown;
    mine.line.at = at;
    this.setState(id, "sent");
    if (shown !== mine.text.textContent) {
      mine.text.textContent = shown;
      const typed = known === undefined || known.outgoing.choice !== undefined ? event.text : known.outgoing.text;
      if (plain(typed) !== plain(event.text)) mine.foot.before(el("p", { class: "hint", text: sq.state.redacted }));
    }
    this.#follow();
  }

  /**
   * @param {string} clientId
   * @param {"sending" | "sent" | "failed"} state
   * @param {{reason?: string, retryable?: boolean}} [why] of a failure
   */
  setState(clientId, state, { reason = "", retryable = true } = {}) {
    const mine = this.#mine.get(clientId);
    if (mine === undefined || (mine.sent && state !== "sent")) return; // stored is stored, whatever was lost on the way
    mine.sent = state === "sent";
    mine.node.dataset.state = state;
    mine.foot.replaceChildren(time(mine.line.at), " ", el("span", { class: "state", text: sq.state[state] }));
    if (state === "sending") this.#moveToEnd(mine);
    if (state !== "failed") return;
    const action = el("button", { type: "button", class: "link", text: retryable ? sq.state.retry : sq.state.edit });
    action.addEventListener("click", () => {
      if (retryable) this.#handlers.retry(mine.outgoing);
      else {
        this.#remove(clientId);
        this.#handlers.edit(mine.outgoing);
      }
    });
    mine.foot.append(" ", action);
    if (reason !== "") mine.foot.append(" ", el("span", { class: "reason", text: reason }));
    this.#follow();
  }

  /** @param {ReplyEvent} event */
  addReply(event) {
    const at = moment(event.at) ?? new Date();
    const unavailable = event.outcome === "unavailable";
    const bubble = el("div", { class: "bubble" });
    for (const paragraph of String(event.text).split(/\n{2,}/u)) bubble.append(el("p", {}, ...linkified(paragraph)));
    const item = el("div", { class: `item item--them${unavailable ? " item--unavailable" : ""}` }, avatar(), bubble);
    bubble.prepend(hiddenAuthor(sq.who.assistant));
    if (event.source) {
      const source = sq.source(event.source.text, longDay(event.source.reviewed));
      bubble.append(el("p", { class: "source", text: source }));
    }
    const asked = event.in_reply_to === null ? undefined : this.#asked.get(event.in_reply_to);
    if (unavailable && asked !== undefined) bubble.append(this.#askAgain(asked));
    item.append(el("div", { class: "foot" }, time(at)));
    const buttons = event.buttons ?? [];
    if (buttons.length > 0) {
      this.#supersede(null);
      const topics = this.#replies === 0 && event.in_reply_to === null;
      this.#open = this.#choices(buttons, topics);
      item.append(this.#open);
    }
    this.#replies += 1;
    this.#append(item, { who: sq.who.assistant, text: event.text, at });
  }

  /**
   * A line of the page's own: verified, cancelled, expired …
   *
   * @param {string} text
   * @param {{at?: string | null, kind?: "info" | "good" | "bad"}} [how]
   */
  addNotice(text, { at = null, kind = "info" } = {}) {
    const mark = icon(kind === "good" ? "check" : kind === "bad" ? "warn" : "info");
    const item = el("div", { class: `item notice notice--${kind}` }, mark, el("p", { text }));
    this.#append(item, { who: sq.who.system, text, at: moment(at) ?? new Date() });
  }

  /** @param {boolean} active */
  setTyping(active) {
    clearTimeout(this.#typingEnds);
    if (!active) {
      this.#typing.replaceChildren();
      return;
    }
    this.#typingEnds = setTimeout(() => this.setTyping(false), TYPING_MAX_MS);
    if (this.#typing.hasChildNodes()) return;
    const near = this.#nearEnd();
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("span"), el("span"), el("span"));
    this.#typing.append(avatar(), el("div", { class: "bubble bubble--typing" }, dots, el("span", { text: sq.state.typing })));
    if (near) this.toEnd();
  }

  toEnd() {
    this.#latest.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  /** The conversation as plain text, to keep. */
  toText() {
    const first = this.#lines[0]?.at ?? new Date();
    const said = this.#lines.map(({ who, text, at }) => `[${clockTime(at)}] ${who}: ${text}`);
    return [sq.transcript.heading, sq.transcript.madeOn(longDate(first)), "", ...said, ""].join("\n");
  }

  /** @param {Outgoing} outgoing @param {Date} at @returns {Mine} */
  #addMine(outgoing, at) {
    const text = el("p", { text: outgoing.text });
    const foot = el("div", { class: "foot" });
    const node = el("div", { class: "item item--me" }, el("div", { class: "bubble" }, hiddenAuthor(sq.who.me), text), foot);
    const line = { who: sq.who.me, text: outgoing.text, at };
    const mine = { outgoing, node, text, foot, line, sent: false };
    this.#mine.set(outgoing.client_id, mine);
    this.#append(node, line);
    return mine;
  }

  /** A message that is sent again stands where it is sent, not where it failed. @param {Mine} mine */
  #moveToEnd(mine) {
    if (this.#log.lastElementChild === mine.node) return;
    this.#log.append(mine.node);
    this.#lines = [...this.#lines.filter((line) => line !== mine.line), mine.line];
  }

  /** @param {string} clientId */
  #remove(clientId) {
    const mine = this.#mine.get(clientId);
    mine?.node.remove();
    this.#lines = this.#lines.filter((line) => line !== mine?.line);
    this.#mine.delete(clientId);
  }

  /** @param {Choice[]} buttons @param {boolean} topics */
  #choices(buttons, topics) {
    const group = el("div", {
      class: topics ? "choices choices--topics" : "choices",
      role: "group",
      "aria-label": topics ? sq.state.topics : sq.state.choices,
    });
    for (const choice of buttons) {
      const button = el("button", { type: "button", class: "choice", text: choice.title });
      button.addEventListener("click", () => this.#handlers.choose(choice));
      group.append(button);
    }
    return group;
  }

  /** Buttons serve once: after an answer, of whatever kind, they only show what was chosen. @param {string | null} chosen a title */
  #supersede(chosen) {
    if (this.#open === null) return;
    this.#open.classList.add("choices--over");
    for (const button of this.#open.querySelectorAll("button")) {
      button.disabled = true;
      if (chosen !== null && button.textContent === chosen) {
        button.classList.add("choice--used");
        button.prepend(icon("check"));
        button.append(el("span", { class: "visually-hidden", text: ` (${sq.state.used})` }));
        chosen = null;
      }
    }
    this.#open = null;
  }

  /** @param {Outgoing} asked */
  #askAgain(asked) {
    const button = el("button", { type: "button", class: "link", text: sq.state.askAgain });
    button.addEventListener("click", () => {
      button.remove();
      this.#handlers.askAgain(asked);
    });
    return button;
  }

  /** @param {HTMLElement} node @param {Line} line */
  #append(node, line) {
    const near = this.#nearEnd();
    this.#log.append(node);
    this.#lines.push(line);
    if (near) this.#show(node);
    else if (!node.classList.contains("item--me")) this.#latest.hidden = false;
  }

  /** What came is shown from its beginning, even when it is longer than the window. @param {HTMLElement} node */
  #show(node) {
    this.toEnd();
    const above = this.#scroller.getBoundingClientRect().top + SPACE_ABOVE_PX - node.getBoundingClientRect().top;
    if (above > 0) this.#scroller.scrollTop -= above;
  }

  #follow() {
    if (this.#nearEnd()) this.toEnd();
  }

  #nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }
}

/** A stored message with the server's placeholders (`<msisdn>`) in words. @param {string} text */
function readable(text) {
  /** @type {Readonly<Record<string, string>>} */
  const words = sq.hidden;
  return text.replace(/<([a-z_]+)>/gu, (placeholder, name) => (Object.hasOwn(words, name) ? words[name] : null) ?? placeholder);
}

/** What is left when the server's tidying (NFC, control characters, spaces) is disregarded. @param {string} text */
const plain = (text) => text.normalize("NFC").replace(/[\p{C}\s]+/gu, "");

/** @param {string} name */
const hiddenAuthor = (name) => el("span", { class: "visually-hidden", text: `${name}: ` });

function avatar() {
  const node = el("span", { class: "avatar", "aria-hidden": "true" });
  node.append(icon("wave"));
  return node;
}

/** @param {Date} at */
function time(at) {
  return el("time", { datetime: at.toISOString(), title: longDate(at), text: clockTime(at) });
}
