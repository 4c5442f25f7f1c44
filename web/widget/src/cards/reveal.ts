/**
 * The cover over a PUK: opened by a click, shown once for a minute, then wiped. The code lives in this card only: not in the
 * conversation, not in what screen readers are told, not in any storage.
 */

import { failure } from "../api";
import { type Card, type Context, onEscape } from "../context";
import { h, shieldPath } from "../dom";
import * as t from "../i18n/words";
import { card } from "./form";

export function revealCard({ api, state, change, redraw, focus, announce }: Context): Card & { close(): void } {
  let reference: string | null = null;
  let codes: string[] | null = null;
  let endsAt = 0;
  let error = "";
  let busy = false;

  /** Wipes whatever is there. */
  const close = (): void => {
    codes = reference = null;
    change({ cover: null });
  };

  const show = async (): Promise<void> => {
    const asked = reference;
    busy = true;
    try {
      const { puk1, puk2, seconds } = await api.call(`/reveals/${encodeURIComponent(asked!)}`);
      if (reference !== asked) return;
      endsAt = performance.now() + Number(seconds) * 1000;
      codes = [`PUK: ${puk1}`];
      if (puk2) codes.push(`PUK2: ${puk2}`);
      focus(".puk", true);
    } catch (problem) {
      announce((error = failure(problem).message), true);
    }
    busy = false;
    redraw();
  };

  return {
    close,
    ticking: () => !!reference,

    sync() {
      const { cover } = state();
      if (codes ? performance.now() >= endsAt : cover && cover.ends <= api.now()) return close();
      const covered = cover?.reference ?? null;
      // "It was shown" may come before the code itself.
      if (codes || busy || covered === reference) return;
      reference = covered;
      error = "";
      if (!covered) return;
      announce(`${t.puk}. ${t.pukCover}`);
      focus("#show");
    },

    view: () =>
      !reference ? null : card("section", "reveal", shieldPath, t.puk, { onkeydown: onEscape(close) },
        !codes
          ? h("p.lead", null, t.pukCover)
          : h("div", { key: "codes" },
              // Focusable, so that a screen reader reads it where it stands.
              codes.map((code) => h("p.puk", { tabindex: -1 }, code)),
              h("p.hint", { role: "timer", "aria-live": "off" }, t.pukHides(Math.ceil((endsAt - performance.now()) / 1000)))),
        h("p.error", null, error),
        h("div.row", null,
          !codes && h("button.button.main", { id: "show", onclick: show }, t.pukShow),
          h("button.button", { key: "close", onclick: close }, t.close))),
  };
}
