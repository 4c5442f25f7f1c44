// @ts-check
/** The message field: Enter sends, Shift+Enter breaks the line, a counter appears near the limit. */

import { sq } from "./sq.js";

/** The API's limit, in Unicode characters after NFC (as the server counts). */
export const LIMIT = 1000;
const COUNT_FROM = 900;

/** @param {string} text */
const length = (text) => Array.from(text.normalize("NFC")).length;

export class Composer {
  #field;
  #counter;
  #button;
  #announcer;
  #level = 0;

  /**
   * @param {{form: HTMLFormElement, field: HTMLTextAreaElement, counter: HTMLElement, button: HTMLButtonElement}} parts
   * @param {import("./dom.js").Announcer} announcer
   * @param {(text: string) => void} send
   */
  constructor({ form, field, counter, button }, announcer, send) {
    this.#field = field;
    this.#counter = counter;
    this.#button = button;
    this.#announcer = announcer;
    field.addEventListener("input", () => this.#changed());
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (text === "") {
        field.focus();
        return;
      }
      const over = length(text) - LIMIT;
      if (over > 0) {
        announcer.say(sq.composer.tooLong(over), { urgent: true });
        field.focus();
        return;
      }
      this.fill("");
      send(text);
    });
    this.#changed();
  }

  get empty() {
    return this.#field.value.trim() === "";
  }

  /** @param {string} text */
  fill(text) {
    this.#field.value = text;
    this.#changed();
  }

  focus() {
    this.#field.focus();
  }

  #changed() {
    const used = length(this.#field.value.trim());
    const over = used - LIMIT;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`; // with its border; CSS bounds it
    this.#field.setAttribute("aria-invalid", String(over > 0));
    this.#button.setAttribute("aria-disabled", String(used === 0 || over > 0));
    this.#counter.hidden = used < COUNT_FROM;
    this.#counter.classList.toggle("counter--over", over > 0);
    this.#counter.textContent = over > 0 ? sq.composer.tooLong(over) : sq.composer.counter(used, LIMIT);
    // Spoken when a threshold is crossed, not on every key.
    const level = over > 0 ? 2 : used >= COUNT_FROM ? 1 : 0;
    if (level > this.#level) this.#announcer.say(level === 2 ? sq.composer.tooLong(over) : sq.composer.nearLimit(-over));
    this.#level = level;
  }
}
