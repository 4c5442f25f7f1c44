/** After the end: one to five, with a comment if wanted; once, or changed. */

import { failure } from "../api";
import type { Card, Context } from "../context";
import { glyph, h } from "../dom";
import * as t from "../i18n/words";
import { form, problem } from "./form";

const COMMENT_LIMIT = 500;

export function ratingCard({ api, state, change, redraw, focus, announce }: Context): Card {
  let score = 0;
  let error = "";

  const send = async (sent: HTMLFormElement): Promise<void> => {
    const comment = sent.querySelector("textarea")!.value.trim();
    error = t.rateMissing;
    try {
      if (score > 0) {
        await api.call("/rating", { score, comment });
        error = "";
        change({ rated: score });
      }
    } catch (problem) {
      error = failure(problem).message;
    }
    announce(error || t.rated, error !== "");
    if (error !== "") focus(`#score-${score || 1}`, true);
    redraw();
  };

  return {
    view() {
      const { phase, rated } = state();
      if (phase !== "ended") {
        score = 0;
        return null;
      }
      const shown = score || (rated ?? 0);
      return h("form.card", { key: "rating", ...form(send) },
        h("fieldset", { "aria-describedby": "rate-error" },
          h("legend", null, t.rateAsk),
          h("div.stars", null, [1, 2, 3, 4, 5].map((value) =>
            h("span.star", null,
              h("input.hidden", {
                type: "radio", name: "score", id: `score-${value}`, value, checked: value === rated,
                onchange: () => {
                  score = value;
                  error = "";
                  redraw();
                },
              }),
              h("label", { for: `score-${value}` }, glyph(value <= shown ? "★" : "☆"), h("span.hidden", null, t.stars(value))))))),
        h("label", { for: "comment" }, t.comment),
        h("textarea", { id: "comment", rows: 2, maxlength: COMMENT_LIMIT }),
        problem("rate", error),
        rated && error === "" && h("p.notice.good", { key: "rated" }, glyph("✓"), t.rated),
        h("button.button.main", { type: "submit" }, t.rate));
    },
  };
}
