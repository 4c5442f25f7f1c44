/** Moments, days and durations as the customer reads them: civil time of Kosovo, 24 hours. */

import * as t from "./i18n/words";

/** The tz database has no zone of its own for Kosovo. */
const timeZone = "Europe/Belgrade";
const clockFormat = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
const dayFormat = new Intl.DateTimeFormat("sv", { timeZone });

/** `16:05`. */
export const clock = (at: number): string => clockFormat.format(at);

/** A calendar day such as `2026-11-22` as `22 nëntor 2026`; what is not one comes back as it is. */
export function date(iso: string): string {
  const [year = 0, month = 0, day = 0] = iso.split("-").map(Number);
  const name = t.months.split(" ")[month - 1];
  return year && day && name ? t.calendar(day, name, year) : iso;
}

/** The day of a moment, such as `2026-11-22`; Swedish dates are written as ISO's are. */
export const isoDay = (at: number): string => dayFormat.format(at);

/** The day of a moment, in words. */
export const longDay = (at: number): string => date(isoDay(at));

/** An API moment in ms, or null when there is none or it is malformed. */
export const moment = (text: string | null | undefined): number | null => Date.parse(text ?? "") || null;

/** Milliseconds, less than ten minutes, as `4:59`. */
export const minutes = (ms: number): string => new Date(Math.ceil(ms / 1000) * 1000).toISOString().slice(15, 19);
