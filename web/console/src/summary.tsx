/** What was asked, and what the assistant took it for. */

import { moment } from "./format";
import * as t from "./sq";
import type { Summary } from "./types";

export function SummaryPane({ summary, now }: { readonly summary: Summary; readonly now: number }) {
  return (
    <section class="summary" aria-labelledby="summary-title" tabIndex={0}>
      <h3 id="summary-title">{t.summary}</h3>
      <p class="quiet">
        {t.messages(summary.messages)} · {t.verifiedNumber(summary.verified)}
        {summary.proofs > 0 && ` · ${t.proofs(summary.proofs)}`}
      </p>
      {summary.asked.length === 0 ? (
        <p class="quiet">{t.nothingAsked}</p>
      ) : (
        <ol>
          {summary.asked.map((asked, index) => (
            <li key={index}>
              <p>{asked.text}</p>
              <p class="taken">
                {taken(asked).map((words) => `${words} · `)}
                <time>{moment(Date.parse(asked.at), now)}</time>
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** What it was taken for and how surely; nothing when it was said to people. */
function taken({ title, intent, confidence, answered }: Summary["asked"][number]): string[] {
  const words = [title ?? (intent === null ? null : (t.asides[intent] ?? intent)), confidence === null ? null : t.sure(Math.round(confidence * 100)), answered ? null : t.unanswered];
  return words.filter((each) => each !== null);
}
