// @ts-check
/** The card that proves a number: the number, then the code from the SMS. Numbers and codes live in its fields only. */

import { ApiError } from "./api.js";
import { el, icon } from "./dom.js";
import { minutes, moment } from "./format.js";
import { sq } from "./sq.js";

/** @typedef {import("./types.js").VerificationState} VerificationState */

const words = sq.verification;
const CODE_LIFE_MS = 5 * 60_000;
const RESEND_AFTER_MS = 30_000;
const DIGITS = 6;

export class VerificationCard {
  #place;
  #api;
  #announcer;
  #handlers;
  /** Kept for "send again" only; a reload forgets it. */
  #number = "";
  /** @type {string | null} */
  #masked = null;
  /** Two codes are asked for, through registered contacts. */
  #forPuk = false;
  /** @type {string | null} the masked contact of a second code */
  #sentTo = null;
  #endsAt = 0;
  #resendAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock;
  /** @type {"none" | "number" | "code"} */
  #step = "none";
  /** @type {Promise<boolean> | null} asked once, when a code is first awaited */
  #devOutbox = null;

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
  }

  /**
   * What the conversation's events say about the step.
   *
   * @param {VerificationState} state
   * @param {{masked: string | null, at: string, expires_at: string | null, purpose?: string, sent_to?: string | null}} details
   * @param {boolean} takeFocus
   */
  show(state, { masked, at, expires_at, purpose, sent_to = null }, takeFocus) {
    if (state === "number_needed" || state === "code_sent") {
      this.#forPuk = purpose === "puk";
      this.#sentTo = sent_to;
    }
    if (state === "number_needed") this.#askNumber(takeFocus);
    else if (state === "code_sent") {
      this.#masked = masked;
      this.#endsAt = moment(expires_at)?.getTime() ?? (moment(at)?.getTime() ?? this.#api.now()) + CODE_LIFE_MS;
      this.#resendAt = (moment(at)?.getTime() ?? this.#api.now()) + RESEND_AFTER_MS;
      if (this.#step !== "code") this.#askCode(takeFocus);
      else this.#sayWhere();
    } else if (state === "expired" && this.#step === "code") {
      this.#endsAt = 0;
      this.#resendAt = 0;
    } else if (state === "expired" || (state === "locked" && expires_at === null)) {
      // The step is still open: another code may be asked for.
      this.#askNumber(takeFocus);
      this.#fail(null, state === "expired" ? words.codeExpired : words.usedUp);
    } else this.close();
  }

  close() {
    if (this.#step === "none") return;
    const hadFocus = this.#place.contains(document.activeElement);
    this.#clear("none");
    this.#number = "";
    this.#place.hidden = true;
    this.#handlers.closed(hadFocus);
  }

  /** @param {boolean} takeFocus */
  #askNumber(takeFocus) {
    this.#clear("number");
    const field = el("input", {
      id: "msisdn", name: "msisdn", type: "tel", inputmode: "tel", autocomplete: "tel", maxlength: "24", required: true,
      "aria-describedby": "msisdn-hint card-error",
    });
    field.value = this.#number;
    const submit = el("button", { type: "submit", class: "button button--main", text: words.sendCode });
    const form = this.#form(words.title, this.#forPuk ? words.pukLead : words.lead, [
      el("label", { for: "msisdn", text: words.number }),
      field,
      el("p", { id: "msisdn-hint", class: "hint", text: words.numberHint }),
      errorLine(),
      el("div", { class: "row" }, submit, this.#cancelButton()),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const digits = field.value.replace(/\D/gu, "").length;
      if (digits < 8 || digits > 14) {
        this.#fail(field, words.numberBad);
        return;
      }
      void this.#busy(submit, words.sendCode, field, async () => {
        this.#number = field.value.trim();
        await this.#ask();
        if (this.#step === "number") this.#askCode(true); // its event may have been here first
      });
    });
    this.#open(form, field, takeFocus);
  }

  /** The answer is the same for every number; its event, which may come first, brings the exact end. */
  async #ask() {
    const before = this.#endsAt;
    await this.#api.startVerification(this.#number);
    if (this.#endsAt !== before) return;
    this.#endsAt = this.#api.now() + CODE_LIFE_MS;
    this.#resendAt = this.#api.now() + RESEND_AFTER_MS;
  }

  /** @param {boolean} takeFocus */
  #askCode(takeFocus) {
    this.#clear("code");
    const field = el("input", {
      id: "code", name: "code", type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: String(DIGITS),
      pattern: "[0-9]*", required: true, class: "code", spellcheck: "false", "aria-describedby": "card-error",
    });
    const submit = el("button", { type: "submit", class: "button button--main", text: words.check });
    const resend = el("button", { type: "button", class: "link", id: "resend", text: words.resend });
    const change = el("button", { type: "button", class: "link", text: words.change });
    const links = el("div", { class: "row row--links" }, resend, change);
    // The same for every number, so that it tells nothing of this one; it waits until an SMS would have come.
    const noCode = el("p", { class: "hint", id: "no-code", text: this.#forPuk ? words.noPukCode : words.noCode });
    noCode.hidden = true;
    const form = this.#form(words.codeTitle, this.#codeLead(), [
      el("label", { for: "code", text: words.code }),
      field,
      el("p", { class: "hint", role: "timer", "aria-live": "off", id: "countdown" }),
      errorLine(),
      el("div", { class: "row" }, submit, this.#cancelButton()),
      links,
      noCode,
    ]);
    field.addEventListener("input", () => {
      const digits = field.value.replace(/\D/gu, "");
      if (digits !== field.value) field.value = digits;
    });
    field.addEventListener("paste", (event) => {
      // "123 456" or the whole SMS: the limit of six would cut it before it could be read.
      const pasted = event.clipboardData?.getData("text") ?? "";
      const digits = /(?<!\d)\d{6}(?!\d)/u.exec(pasted)?.[0] ?? pasted.replace(/\D/gu, "").slice(0, DIGITS);
      if (digits === "") return;
      event.preventDefault();
      field.value = digits;
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.length !== DIGITS) {
        this.#fail(field, words.codeBad);
        return;
      }
      void this.#busy(submit, words.check, field, async () => {
        const { verified, sent_to } = await this.#api.submitCode(field.value);
        if (verified === false) {
          // The first of two codes was right; the second has its own field, and its event the exact end.
          this.#sentTo = typeof sent_to === "string" ? sent_to : null;
          this.#askCode(true);
        } else this.close(); // the conversation's own event says who was verified, and until when
      });
    });
    resend.addEventListener("click", () => {
      if (resend.getAttribute("aria-disabled") === "true") return;
      if (this.#number === "") {
        this.#askNumber(true);
        return;
      }
      void this.#busy(resend, words.resend, field, async () => {
        await this.#ask();
        field.value = "";
        this.#showError("");
        this.#announcer.say(words.resent);
        field.focus();
        this.#tick(field, resend);
      });
    });
    change.addEventListener("click", () => this.#askNumber(true));
    this.#open(form, field, takeFocus);
    this.#tick(field, resend);
    this.#clock = setInterval(() => this.#tick(field, resend), 1000);
    void this.#hintOutbox(links);
  }

  /** @param {HTMLInputElement} field @param {HTMLButtonElement} resend */
  #tick(field, resend) {
    const countdown = this.#place.querySelector("#countdown");
    // The server's clock is known to a second only: never more than the code's whole life.
    const left = Math.min(this.#endsAt - this.#api.now(), CODE_LIFE_MS) / 1000;
    const over = left <= 0;
    if (countdown !== null) {
      const wasOver = countdown.classList.contains("hint--over");
      countdown.textContent = over ? words.codeExpired : words.countdown(minutes(left));
      countdown.classList.toggle("hint--over", over);
      if (over && !wasOver) this.#announcer.say(words.codeExpired, { urgent: true });
    }
    if (resend.dataset.busy === "true") return;
    const wait = Math.ceil((this.#resendAt - this.#api.now()) / 1000);
    resend.setAttribute("aria-disabled", String(wait > 0));
    resend.textContent = wait > 0 ? words.resendIn(wait) : words.resend;
    const noCode = this.#place.querySelector("#no-code");
    if (wait > 0 || !(noCode instanceof HTMLElement) || !noCode.hidden) return;
    noCode.hidden = false;
    this.#handlers.grown();
    this.#announcer.say(noCode.textContent ?? "");
  }

  #codeLead() {
    return this.#forPuk ? words.pukCodeLead(this.#sentTo) : words.codeLead(this.#masked);
  }

  #sayWhere() {
    const lead = this.#place.querySelector(".card__lead");
    if (lead !== null) lead.textContent = this.#codeLead();
  }

  /** @param {string} title @param {string} lead @param {Node[]} content */
  #form(title, lead, content) {
    const heading = el("h2", { class: "card__title", id: "card-title" }, icon("shield"), title);
    const form = el("form", { class: "card", novalidate: true, "aria-labelledby": "card-title", autocomplete: "on" });
    form.append(heading, el("p", { class: "card__lead", text: lead }), ...content);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") void this.#cancel();
    });
    return form;
  }

  #cancelButton() {
    const button = el("button", { type: "button", class: "button", text: words.cancel });
    button.addEventListener("click", () => void this.#cancel());
    return button;
  }

  async #cancel() {
    const waiting = this.#step;
    try {
      await this.#api.cancelVerification();
    } catch (error) {
      if (this.#step === waiting && !(error instanceof ApiError && error.status < 500)) {
        this.#showError(error instanceof Error ? error.message : sq.error.server);
        return;
      }
    }
    this.close();
  }

  /** @param {HTMLElement} form @param {HTMLInputElement} field @param {boolean} takeFocus */
  #open(form, field, takeFocus) {
    this.#place.replaceChildren(form);
    this.#place.hidden = false;
    this.#handlers.grown();
    if (takeFocus) field.focus({ preventScroll: true });
    else this.#announcer.say(this.#step === "number" ? `${words.title}. ${words.lead}` : this.#codeLead());
  }

  /** @param {"none" | "number" | "code"} step */
  #clear(step) {
    clearInterval(this.#clock);
    this.#step = step;
    this.#place.replaceChildren();
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {string} label
   * @param {HTMLInputElement} field
   * @param {() => Promise<void>} work
   */
  async #busy(button, label, field, work) {
    if (button.dataset.busy === "true") return;
    button.dataset.busy = "true";
    button.setAttribute("aria-disabled", "true");
    button.textContent = words.busy;
    this.#showError("");
    field.setAttribute("aria-invalid", "false");
    try {
      await work();
    } catch (error) {
      this.#explain(field, error);
    } finally {
      delete button.dataset.busy;
      button.setAttribute("aria-disabled", "false");
      button.textContent = label;
    }
  }

  /** @param {HTMLInputElement} field @param {unknown} error */
  #explain(field, error) {
    const message = error instanceof Error ? error.message : sq.error.server;
    const code = error instanceof ApiError ? error.code : "";
    const tries = error instanceof ApiError && error.triesLeft !== null ? words.triesLeft(error.triesLeft) : "";
    // Some messages count the tries themselves.
    const whole = tries === "" || /\d/u.test(message) ? message : `${message} ${tries}`;
    if (code === "code_expired") this.#endsAt = 0;
    this.#fail(field, whole);
  }

  /** @param {HTMLInputElement | null} field the one to correct @param {string} text */
  #fail(field, text) {
    this.#showError(text);
    this.#announcer.say(text, { urgent: true });
    if (field === null || !field.isConnected) return;
    field.setAttribute("aria-invalid", "true");
    field.focus({ preventScroll: true });
    field.select();
  }

  /** @param {string} text */
  #showError(text) {
    const line = this.#place.querySelector("#card-error");
    if (line === null || line.textContent === text) return;
    line.textContent = text;
    if (text !== "") this.#handlers.grown();
  }

  /** In development the code is not in a telephone but on a page; in production that page does not exist. @param {HTMLElement} links */
  async #hintOutbox(links) {
    this.#devOutbox ??= fetch("/api/dev/outbox", { cache: "no-store", credentials: "omit" })
      .then((answer) => answer.status === 200)
      .catch(() => false);
    if (await this.#devOutbox) {
      links.append(el("a", { href: "/outbox", target: "_blank", rel: "noopener", class: "dev", text: words.devOutbox }));
      this.#handlers.grown();
    }
  }
}

const errorLine = () => el("p", { id: "card-error", class: "error" });
