// @ts-check
/** Two fields beside a proof of payment: what was paid, and on which day. Neither has to be filled in. */

import { el } from "./dom.js";
import { longDay } from "./format.js";
import { sq } from "./sq.js";

/** @typedef {"amount" | "paid_on"} ClaimField the names that the API knows them by */

const words = sq.attachment.claim;
/** As people write it: `23,40`, `23.4 €`. The server's own rule is stricter about how much; this only saves a wait. */
const AMOUNT = /^\d{1,5}(?:[.,]\d{1,2})?\s?(?:€|euro?)?$/iu;

export class ClaimFields {
  #today;
  #amount;
  #day;
  /** @type {Record<ClaimField, HTMLElement>} */
  #errors;
  /** What goes into the form. */
  node;

  /** @param {() => string} today the day in Kosovo, such as `2026-11-22` */
  constructor(today) {
    this.#today = today;
    this.#amount = el("input", {
      id: "paid-amount", type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "16",
      "aria-describedby": "paid-amount-hint paid-amount-error",
    });
    this.#day = el("input", { id: "paid-on", type: "date", max: today(), autocomplete: "off", "aria-describedby": "paid-on-words paid-on-error" });
    // Browsers write days in the order of their own language: 05/11 may be May or November.
    const inWords = el("p", { id: "paid-on-words", class: "hint" });
    this.#day.addEventListener("input", () => (inWords.textContent = longDay(this.#day.value)));
    this.#errors = {
      amount: el("p", { id: "paid-amount-error", class: "error" }),
      paid_on: el("p", { id: "paid-on-error", class: "error" }),
    };
    this.node = el("fieldset", { class: "claim" },
      el("legend", { text: words.legend }),
      el("div", {},
        el("label", { for: "paid-amount", text: words.amount }),
        this.#amount,
        el("p", { id: "paid-amount-hint", class: "hint", text: words.amountHint }),
        this.#errors.amount,
      ),
      el("div", {},
        el("label", { for: "paid-on", text: words.paidOn }),
        this.#day,
        inWords,
        this.#errors.paid_on,
      ),
    );
    for (const name of /** @type {ClaimField[]} */ (["amount", "paid_on"])) {
      this.#field(name).addEventListener("input", () => this.#mark(name, ""));
    }
  }

  /** What is in the fields; empty where nothing is said. @returns {Record<ClaimField, string>} */
  get values() {
    return { amount: this.#amount.value.trim(), paid_on: this.#day.value };
  }

  /** The first field that cannot be sent, and why, or null. @returns {{name: ClaimField, why: string} | null} */
  objection() {
    const { amount } = this.values;
    if (amount !== "" && !AMOUNT.test(amount)) return { name: "amount", why: words.amountBad };
    if (this.#day.validity.badInput) return { name: "paid_on", why: words.dayHalf };
    this.#day.max = this.#today(); // midnight may have passed; a half-typed day would be emptied by this
    if (this.#day.validity.rangeOverflow) return { name: "paid_on", why: words.dayAhead };
    return null;
  }

  /** Say what is wrong with a field, there, and put the focus on it. @param {ClaimField} name @param {string} why */
  fail(name, why) {
    this.#mark(name, why);
    this.#field(name).focus({ preventScroll: true });
  }

  clear() {
    this.#mark("amount", "");
    this.#mark("paid_on", "");
  }

  /** While a file travels nothing changes; a field that is only read keeps the focus. @param {boolean} held */
  set held(held) {
    this.#amount.readOnly = held;
    this.#day.readOnly = held;
  }

  /** @param {ClaimField} name */
  #field(name) {
    return name === "amount" ? this.#amount : this.#day;
  }

  /** @param {ClaimField} name @param {string} why */
  #mark(name, why) {
    this.#errors[name].textContent = why;
    this.#field(name).setAttribute("aria-invalid", String(why !== ""));
  }
}

/** Whether the API's name of a wrong field is one of these. @param {string | null} name @returns {name is ClaimField} */
export const isClaimField = (name) => name === "amount" || name === "paid_on";
