/** Where the stretches of a number's life stand on a line; the days themselves are the server's. */

import type { Life, LifeStatus } from "./types";

const DAY_MS = 86_400_000;
/** Days before today that are drawn; what was earlier is only listed. */
const PAST_DAYS = 45;
/** Of the end, which has none. */
const TAIL = 0.08;

export interface Segment {
  readonly status: LifeStatus;
  readonly now: boolean;
  /** Percent of the line's width. */
  readonly at: number;
  readonly width: number;
}

export interface Layout {
  readonly segments: readonly Segment[];
  readonly today: number;
  /** Whether something before the line is left out. */
  readonly cut: boolean;
}

const dayOf = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;

/** The line begins with the first stretch, at most 45 days before today, and ends a little after the last deadline. */
export function laidOut({ stretches, today }: Pick<Life, "stretches" | "today">): Layout {
  const now = dayOf(today);
  const begin = Math.max(dayOf(stretches[0]?.first_day ?? today), now - PAST_DAYS);
  const end = stretches.at(-1);
  const last = Math.max(now, dayOf(end?.first_day ?? today)) + 1;
  const scale = 100 / ((last - begin) / (1 - TAIL));
  const place = (from: number): number => Math.max(0, from - begin) * scale;
  const segments = stretches
    .filter(({ last_day }) => last_day === null || dayOf(last_day) >= begin)
    .map(({ status, now: holds, first_day, last_day }) => {
      const at = place(dayOf(first_day));
      return { status, now: holds, at, width: (last_day === null ? 100 : place(dayOf(last_day) + 1)) - at };
    });
  return { segments, today: place(now) + scale / 2, cut: begin > dayOf(stretches[0]?.first_day ?? today) };
}
