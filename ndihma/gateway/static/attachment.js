// @ts-check
/** The card that takes a proof of payment: choose, see how far it is, cancel. */

import { el, icon } from "./dom.js";
import { sq } from "./sq.js";

const words = sq.attachment;
const LIMIT_BYTES = 5 * 1024 * 1024;
const TYPES = new Set(["image/jpeg", "image/png", "application/pdf"]);
const ACCEPT = ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf";

/**
 * Why a file cannot be taken, in words, or null when it can. The server judges by content; this only saves a wait.
 *
 * @param {File} file
 */
export function objection(file) {
  if (file.size === 0) return words.empty;
  if (file.size > LIMIT_BYTES) return words.tooBig;
  return TYPES.has(file.type) ? null : words.badType;
}

export class AttachmentCard {
  #place;
  #api;
  #announcer;
  #handlers;
  /** @type {AbortController | null} */
  #upload = null;

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

  /** @param {boolean} takeFocus */
  open(takeFocus) {
    this.#upload?.abort();
    const field = el("input", { id: "proof", type: "file", accept: ACCEPT, class: "visually-hidden", "aria-describedby": "proof-name proof-error" });
    const choose = el("label", { for: "proof", class: "button button--file" }, icon("clip"));
    const chooseText = el("span", { text: words.choose });
    choose.append(chooseText);
    const name = el("p", { id: "proof-name", class: "hint", text: words.none });
    const error = el("p", { id: "proof-error", class: "error" });
    const bar = el("progress", { max: "100", "aria-label": words.progressLabel, hidden: true });
    const send = el("button", { type: "submit", class: "button button--main", text: words.send });
    const cancel = el("button", { type: "button", class: "button", text: words.cancel });
    const form = el("form", { class: "card", novalidate: true, "aria-labelledby": "proof-title" },
      el("h2", { class: "card__title", id: "proof-title" }, icon("clip"), words.title),
      el("p", { class: "card__lead", text: words.lead }),
      el("div", { class: "file" }, field, choose, name),
      bar,
      error,
      el("div", { class: "row" }, send, cancel),
    );

    /** @param {string} text */
    const fail = (text) => {
      error.textContent = text;
      this.#announcer.say(text, { urgent: true });
      this.#handlers.grown();
      field.focus({ preventScroll: true });
    };
    field.addEventListener("change", () => {
      const file = field.files?.[0];
      error.textContent = "";
      name.textContent = file === undefined ? words.none : file.name;
      chooseText.textContent = file === undefined ? words.choose : words.other;
      const why = file === undefined ? null : objection(file);
      if (why !== null) fail(why);
    });
    cancel.addEventListener("click", () => {
      if (this.#upload !== null) this.#upload.abort();
      else this.#fold();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cancel.click();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#upload !== null) return;
      const file = field.files?.[0];
      const why = file === undefined ? words.missing : objection(file);
      if (file === undefined || why !== null) {
        fail(why ?? words.missing);
        return;
      }
      void this.#send(file, { field, send, bar, name, error, fail });
    });
    this.#show(form);
    this.#handlers.grown();
    if (takeFocus) field.focus({ preventScroll: true });
    else this.#announcer.say(`${words.title}. ${words.lead}`);
  }

  close() {
    if (this.#place.hidden) return;
    const hadFocus = this.#place.contains(document.activeElement);
    this.#upload?.abort();
    this.#upload = null;
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#handlers.closed(hadFocus);
  }

  /**
   * @param {File} file
   * @param {{field: HTMLInputElement, send: HTMLButtonElement, bar: HTMLProgressElement, name: HTMLElement, error: HTMLElement,
   *          fail: (text: string) => void}} parts
   */
  async #send(file, { field, send, bar, name, error, fail }) {
    const upload = new AbortController();
    this.#upload = upload;
    field.disabled = true;
    send.setAttribute("aria-disabled", "true");
    error.textContent = "";
    bar.hidden = false;
    bar.value = 0;
    let said = 0;
    try {
      await this.#api.upload(
        file,
        (fraction) => {
          const percent = Math.round(fraction * 100);
          bar.value = percent;
          name.textContent = words.progress(percent);
          if (percent - said >= 25) {
            said = percent;
            this.#announcer.say(words.progress(percent));
          }
        },
        upload.signal,
      );
      if (this.#upload === upload) this.close(); // the conversation's own event says that it was received
    } catch (problem) {
      if (this.#upload !== upload) return; // closed meanwhile
      this.#upload = null;
      bar.hidden = true;
      field.disabled = false;
      send.setAttribute("aria-disabled", "false");
      name.textContent = file.name;
      if (problem instanceof DOMException) {
        this.#announcer.say(words.cancelled);
        error.textContent = words.cancelled;
        field.focus();
      } else fail(problem instanceof Error ? problem.message : sq.error.badFile);
    }
  }

  /** Cancelled, but the request stays open: one button brings the card back. */
  #fold() {
    const reopen = el("button", { type: "button", class: "button" }, icon("clip"), words.reopen);
    reopen.addEventListener("click", () => this.open(true));
    this.#show(el("div", { class: "folded" }, reopen));
    reopen.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} content */
  #show(content) {
    this.#upload = null;
    this.#place.replaceChildren(content);
    this.#place.hidden = false;
  }
}
