/** Moments and durations as staff read them: civil time of Kosovo, 24 hours. */

import * as t from "./sq";

/** The tz database has no zone of its own for Kosovo. */
const timeZone = "Europe/Belgrade";
const clockFormat = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { timeZone, day: "2-digit", month: "2-digit" });

/** `16:05`. */
export const clock = (at: number): string => clockFormat.format(at);

/** `16:05` today, else `22.11. 16:05`. */
export function moment(at: number, now: number): string {
  const day = dayFormat.format(at);
  return day === dayFormat.format(now) ? clock(at) : `${day.replace("/", ".")}. ${clock(at)}`;
}

/** Milliseconds in words: `40 s`, `4 min`, `2 orë 5 min`, `3 ditë`; what lies ahead counts as none. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return t.seconds(seconds);
  if (hours < 1) return t.minutes(minutes);
  if (hours < 24) return t.hours(hours, minutes % 60);
  return t.days(Math.floor(hours / 24));
}

/** A secret in groups of four, to be typed off. */
export const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");

/** A day of the calendar, `2026-11-22`, as `22.11.2026`. */
export const day = (iso: string): string => iso.slice(0, 10).split("-").reverse().join(".");
