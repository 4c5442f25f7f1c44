// @ts-check
/**
 * The cover over a PUK: opened by a click, shown once for a minute, then wiped. The code lives in one element of this
 * card only: not in the transcript, not in what screen readers are told, not in storage.
 */

import { el, icon } from "./dom.js";
import { moment } from "./format.js";
import { sq } from "./sq.js";

const words = sq.reveal;

export class RevealCard {
  #place;
  #api;
  #announcer;
  #handlers;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  #open = false;
  /** Nobody has asked for the code under this cover yet. */
  #covered = false;

  /**
   * @param {HTMLElement} place
   * @param {import("./api.js").Api} api
   * @param {import("./dom.js").Announcer} announcer
   * @param {{grown: () => void, closed: (hadFocus: boolean) => void}} handlers
   */
  constructor(place, api, announcer, handlers) {
    this.#place = place;
    this.#api = api;
    this.#announcer = announcer;
    this.#handlers = handlers;
    // A page that the browser keeps for its "back" must not keep the code.
    window.addEventListener("pagehide", () => this.close());
  }

  /**
   * Covers the code of a reference, unless its time is over already.
   *
   * @param {string} reference
   * @param {string | null} expiresAt
   * @param {boolean} takeFocus
   */
  cover(reference, expiresAt, takeFocus) {
    this.close();
    const ends = moment(expiresAt)?.getTime() ?? 0;
    if (ends <= this.#api.now()) return;
    const error = el("p", { class: "error" });
    const show = el("button", { type: "button", class: "button button--main", text: words.show });
    show.addEventListener("click", async () => {
      if (show.getAttribute("aria-disabled") === "true") return;
      show.setAttribute("aria-disabled", "true");
      this.#covered = false;
      try {
        const { puk1, puk2, seconds } = await this.#api.reveal(reference);
        if (show.isConnected) this.#uncover(String(puk1), typeof puk2 === "string" ? puk2 : null, Number(seconds));
      } catch (problem) {
        show.setAttribute("aria-disabled", "false");
        this.#covered = true;
        error.textContent = problem instanceof Error ? problem.message : sq.error.server;
        this.#announcer.say(error.textContent, { urgent: true });
        this.#handlers.grown();
      }
    });
    this.#put(el("p", { class: "card__lead", text: words.lead }), error, el("div", { class: "row" }, show, this.#closeButton()));
    this.#clock = setInterval(() => {
      if (ends <= this.#api.now()) this.close();
    }, 1000);
    this.#covered = true;
    if (takeFocus) show.focus({ preventScroll: true });
    else this.#announcer.say(`${words.title}. ${words.lead}`);
  }

  /** The code was shown: a cover that is still closed, after a reload or in another window, opens no more. */
  shown() {
    if (this.#covered) this.close();
  }

  /** Wipes whatever is there. */
  close() {
    clearInterval(this.#clock);
    this.#covered = false;
    if (!this.#open) return;
    const hadFocus = this.#place.contains(document.activeElement);
    for (const code of this.#place.querySelectorAll(".puk")) code.textContent = "";
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#open = false;
    this.#handlers.closed(hadFocus);
  }

  /** @param {string} puk1 @param {string | null} puk2 @param {number} seconds */
  #uncover(puk1, puk2, seconds) {
    clearInterval(this.#clock);
    const first = code("PUK", puk1);
    const countdown = el("p", { class: "hint", role: "timer", "aria-live": "off" });
    this.#put(first, ...(puk2 === null ? [] : [code("PUK2", puk2)]), countdown, el("div", { class: "row" }, this.#closeButton()));
    const endsAt = performance.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((endsAt - performance.now()) / 1000);
      if (left <= 0) this.close();
      else countdown.textContent = words.countdown(left);
    };
    tick();
    this.#clock = setInterval(tick, 250);
    first.focus({ preventScroll: true });
  }

  /** @param {...Node} content */
  #put(...content) {
    const title = el("h2", { class: "card__title", id: "reveal-title" }, icon("shield"), words.title);
    const card = el("section", { class: "card", "aria-labelledby": "reveal-title" }, title, ...content);
    card.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.#place.replaceChildren(card);
    this.#place.hidden = false;
    this.#open = true;
    this.#handlers.grown();
  }

  #closeButton() {
    const button = el("button", { type: "button", class: "button", text: words.close });
    button.addEventListener("click", () => this.close());
    return button;
  }
}

/** Focusable, so that a screen reader reads it where it stands. @param {string} name @param {string} digits */
const code = (name, digits) => el("p", { class: "puk", tabindex: "-1", text: `${name}: ${digits}` });
