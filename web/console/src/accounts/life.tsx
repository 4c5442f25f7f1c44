/** The life of a prepaid number: drawn on a line, and the same in words and days for who cannot see it. */

import * as t from "./sq";
import { day } from "./format";
import { laidOut } from "./layout";
import type { Life, Stretch } from "./types";

const HEIGHT = 40;
const BAR = 16;
/** Percent from which on a name fits into its stretch. */
const NAMED = 17;

export function LifeOf({ life }: { readonly life: Life }) {
  return (
    <>
      <p class={life.days_left !== null && life.days_left <= 3 ? "late" : ""}>{inWords(life)}</p>
      <Line life={life} />
      <ol class="stretches">
        {life.stretches.map((stretch) => (
          <li key={stretch.first_day} aria-current={stretch.now ? "date" : undefined}>
            <svg class={`swatch ${stretch.status}`} width="12" height="12" aria-hidden="true"><rect width="12" height="12" rx="2" /></svg>
            <span><strong>{t.statuses[stretch.status]}</strong>{stretch.now && ` (${t.today})`}</span>
            <span class="quiet">{daysOf(stretch)}</span>
          </li>
        ))}
      </ol>
      {life.next_status !== null && <p class="hint">{t.ifNothing}</p>}
      <dl class="pairs">
        <div><dt>{t.bought}</dt><dd>{day(life.purchased_on)}</dd></div>
        {life.activated_on !== null && <div><dt>{t.activated}</dt><dd>{day(life.activated_on)}</dd></div>}
        {life.valid_until !== null && <div><dt>{t.validUntil}</dt><dd>{day(life.valid_until)}</dd></div>}
        {life.reactivated_on !== null && life.reactivation !== null && <div><dt>{t.reactivated[life.reactivation]}</dt><dd>{day(life.reactivated_on)}</dd></div>}
      </dl>
    </>
  );
}

function inWords({ status, last_day, days_left, next_status, stretches }: Life): string {
  if (last_day === null || days_left === null || next_status === null) return t.lifeVoid(day(stretches.find(({ now }) => now)?.first_day ?? ""));
  return t.lifeUntil(t.statuses[status], day(last_day), days_left, t.nextStatuses[next_status]);
}

const daysOf = ({ first_day, last_day }: Stretch): string => (last_day === null ? t.from(day(first_day)) : t.between(day(first_day), day(last_day)));

/** A picture of the list below it, so nothing of it is read out. */
function Line({ life }: { readonly life: Life }) {
  const { segments, today, cut } = laidOut(life);
  const side = today > 80 ? "end" : today < 20 ? "start" : "middle";
  return (
    <svg class="life-line" width="100%" height={HEIGHT} aria-hidden="true">
      {segments.map(({ status, at, width }) => (
        <g key={at} class={status}>
          <rect x={`${at}%`} y={BAR} width={`${width}%`} height="22" />
          {width >= NAMED && <text x={`${at + width / 2}%`} y={BAR + 15.5} text-anchor="middle">{t.statuses[status]}</text>}
        </g>
      ))}
      {cut && <path class="cut" d={`M0 ${BAR} l6 5.5 l-6 5.5 l6 5.5 l-6 5.5 z`} />}
      <svg class="now" x={`${today}%`} y={BAR} overflow="visible">
        <path d="M0 5 l-5 -7 h10 z" />
        <text y="-5" text-anchor={side}>{t.today}</text>
      </svg>
    </svg>
  );
}
