/** The message field: Enter sends, Shift+Enter breaks the line, what is too long says by how much. */

import { type Context, onSubmit } from "../context";
import { h, icon, sendPath, type VNode } from "../dom";
import * as t from "../i18n/words";

/** The API's limit, in Unicode characters after NFC (as the server counts). */
export const LIMIT = 1000;
const MOST_ROWS = 6;

export const length = (text: string): number => [...text.trim().normalize("NFC")].length;

export interface Composer {
  empty(): boolean;
  fill(text: string): void;
  view(): VNode;
}

/**
 * @param draft what was being written before a reload
 * @param send says it
 * @param typed called with each change, to keep it
 */
export function makeComposer({ redraw, announce }: Pick<Context, "redraw" | "announce">, draft: string, send: (text: string) => void, typed: (text: string) => void): Composer {
  let field: HTMLTextAreaElement | undefined;
  let text = draft;

  const changed = (): void => {
    typed(text);
    redraw();
    if (!field) return;
    // As many lines as the text has, by the number of rows: no style is written.
    field.rows = 1;
    while (field.rows < MOST_ROWS && field.scrollHeight > field.clientHeight + 1) field.rows += 1;
  };

  const fill = (words: string): void => {
    text = words;
    if (field) field.value = words;
    changed();
  };

  const submit = (): void => {
    const said = text.trim();
    const over = length(said) - LIMIT;
    field?.focus();
    if (over > 0) announce(t.tooLong(over), true);
    else if (said !== "") {
      fill("");
      send(said);
    }
  };

  return {
    empty: () => text.trim() === "",
    fill,
    view() {
      const used = length(text);
      const over = used - LIMIT;
      return h("form.composer", { key: "composer", novalidate: true, onsubmit: onSubmit(submit) },
        h("label.hidden", { for: "message" }, t.label),
        h("textarea", {
          id: "message", rows: 1, autocomplete: "off", enterkeyhint: "send", placeholder: t.placeholder, "aria-describedby": "counter", "aria-invalid": over > 0,
          made: (node: Element) => {
            field = node as HTMLTextAreaElement;
            field.value = text;
          },
          oninput: () => {
            text = field!.value;
            changed();
          },
          onkeydown: (event: KeyboardEvent) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          },
        }),
        h("button.send", { type: "submit", "aria-label": t.send, "aria-disabled": used === 0 || over > 0 }, icon(sendPath)),
        h("p.error", { id: "counter", role: "status" }, over > 0 && t.tooLong(over)));
    },
  };
}
