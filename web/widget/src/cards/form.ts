/** What the cards at the end of the conversation are made of. */

import { onEscape, onSubmit } from "../context";
import { type Child, h, icon, type Props, type VNode } from "../dom";
import * as t from "../i18n/words";

/** A card with a title, which names it. */
export const card = (tag: string, key: string, path: string, title: string, props: Props, ...content: readonly Child[]): VNode =>
  h(`${tag}.card`, { key, "aria-labelledby": `${key}-title`, ...props }, h("h3", { id: `${key}-title` }, icon(path), title), content);

/** A form that stays on the page; Escape leaves it. */
export const form = (submit: (form: HTMLFormElement) => unknown, cancel?: () => unknown): Props => ({
  novalidate: true, onsubmit: onSubmit(submit), onkeydown: cancel && onEscape(cancel),
});

/** A label, its field, a hint, and what is wrong with what is in it; `#…-error` is there for the next error to be read from. */
export const field = (name: string, id: string, label: string, error: string, hint: string, props: Props): readonly Child[] => [
  h("label", { for: id }, label),
  h(name, { id, "aria-describedby": `${id}-hint ${id}-error`, "aria-invalid": error !== "", ...props }),
  hint && h("p.hint", { id: `${id}-hint` }, hint),
  problem(id, error),
];

export const problem = (id: string, error: string): VNode => h("p.error", { id: `${id}-error` }, error);

/** Send and cancel. */
export const buttons = (busy: boolean, send: string, cancel: () => unknown): VNode =>
  h("div.row", null, h("button.button.main", { type: "submit", "aria-disabled": busy }, send), h("button.button", { onclick: cancel }, t.cancel));
