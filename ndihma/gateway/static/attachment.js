// @ts-check
/** The card that takes a proof of payment: choose, say what was paid, see how far it is, cancel. */

import { ApiError } from "./api.js";
import { ClaimFields, isClaimField } from "./claim.js";
import { el, icon } from "./dom.js";
import { isoDay } from "./format.js";
import { sq } from "./sq.js";

/**
 * @typedef {{node: HTMLFormElement, field: HTMLInputElement, name: HTMLElement, error: HTMLElement, claim: ClaimFields,
 *            bar: HTMLProgressElement, send: HTMLButtonElement}} Form
 */

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
  /** Kept while the card is folded, so that nothing has to be chosen or written twice. @type {Form | null} */
  #form = null;
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

  /** Shows the card; one that is there already, folded or not, stays as it is filled in. @param {boolean} takeFocus */
  open(takeFocus) {
    this.#form ??= this.#build();
    this.#show(this.#form.node);
    this.#handlers.grown();
    if (takeFocus) this.#form.field.focus({ preventScroll: true });
    else this.#announcer.say(`${words.title}. ${words.lead}`);
  }

  close() {
    if (this.#place.hidden) return;
    const hadFocus = this.#place.contains(document.activeElement);
    this.#upload?.abort();
    this.#upload = null;
    this.#form = null;
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#handlers.closed(hadFocus);
  }

  /** @returns {Form} */
  #build() {
    const field = el("input", { id: "proof", type: "file", accept: ACCEPT, class: "visually-hidden", "aria-describedby": "proof-name proof-error" });
    const choose = el("label", { for: "proof", class: "button button--file" }, icon("clip"));
    const chooseText = el("span", { text: words.choose });
    choose.append(chooseText);
    const name = el("p", { id: "proof-name", class: "hint", text: words.none });
    const error = el("p", { id: "proof-error", class: "error" });
    const claim = new ClaimFields(() => isoDay(new Date(this.#api.now())));
    const bar = el("progress", { max: "100", "aria-label": words.progressLabel, hidden: true });
    const send = el("button", { type: "submit", class: "button button--main", text: words.send });
    const cancel = el("button", { type: "button", class: "button", text: words.cancel });
    const node = el("form", { class: "card", novalidate: true, "aria-labelledby": "proof-title" },
      el("h2", { class: "card__title", id: "proof-title" }, icon("clip"), words.title),
      el("p", { class: "card__lead", text: words.lead }),
      el("div", { class: "file" }, field, choose, name),
      bar,
      error,
      claim.node,
      el("div", { class: "row" }, send, cancel),
    );
    const form = { node, field, name, error, claim, bar, send };
    field.addEventListener("change", () => {
      const file = field.files?.[0];
      error.textContent = "";
      name.textContent = file === undefined ? words.none : file.name;
      chooseText.textContent = file === undefined ? words.choose : words.other;
      const why = file === undefined ? null : objection(file);
      if (why !== null) this.#failFile(form, why);
    });
    cancel.addEventListener("click", () => {
      if (this.#upload !== null) this.#upload.abort();
      else this.#fold(form);
    });
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cancel.click();
    });
    node.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#upload !== null) return;
      error.textContent = "";
      claim.clear();
      const file = field.files?.[0];
      const why = file === undefined ? words.missing : objection(file);
      if (file === undefined || why !== null) {
        this.#failFile(form, why ?? words.missing);
        return;
      }
      const unfit = claim.objection();
      if (unfit === null) void this.#send(form, file);
      else this.#failClaim(form, unfit.name, unfit.why);
    });
    return form;
  }

  /** @param {Form} form @param {File} file */
  async #send(form, file) {
    const { field, name, error, claim, bar, send } = form;
    const upload = new AbortController();
    this.#upload = upload;
    field.disabled = true;
    claim.held = true;
    send.setAttribute("aria-disabled", "true");
    bar.hidden = false;
    bar.value = 0;
    let said = 0;
    try {
      await this.#api.upload(
        file,
        claim.values,
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
      claim.held = false;
      send.setAttribute("aria-disabled", "false");
      name.textContent = file.name;
      if (problem instanceof DOMException) {
        this.#announcer.say(words.cancelled);
        error.textContent = words.cancelled;
        field.focus();
      } else if (problem instanceof ApiError && isClaimField(problem.field)) {
        this.#failClaim(form, problem.field, problem.message);
      } else this.#failFile(form, problem instanceof Error ? problem.message : sq.error.badFile);
    }
  }

  /** @param {Form} form @param {string} why */
  #failFile({ error, field }, why) {
    error.textContent = why;
    field.focus({ preventScroll: true });
    this.#told(why);
  }

  /** @param {Form} form @param {import("./claim.js").ClaimField} name @param {string} why */
  #failClaim({ claim }, name, why) {
    claim.fail(name, why);
    this.#told(why);
  }

  /** @param {string} why */
  #told(why) {
    this.#announcer.say(why, { urgent: true });
    this.#handlers.grown();
  }

  /** Cancelled, but the request stays open: one button brings the card back. @param {Form} form */
  #fold({ error, claim }) {
    error.textContent = "";
    claim.clear();
    const reopen = el("button", { type: "button", class: "button" }, icon("clip"), words.reopen);
    reopen.addEventListener("click", () => this.open(true));
    this.#show(el("div", { class: "folded" }, reopen));
    reopen.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} content */
  #show(content) {
    if (content.parentElement !== this.#place) this.#place.replaceChildren(content);
    this.#place.hidden = false;
  }
}
