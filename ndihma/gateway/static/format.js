// @ts-check
/** Dates and times as the customer reads them: civil time of Kosovo, 24 hours, Albanian months. */

import { sq } from "./sq.js";

/** The tz database has no zone of its own for Kosovo. */
const ZONE = "Europe/Belgrade";

const CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric" });

/** `16:05`. @param {Date} moment */
export const clockTime = (moment) => CLOCK.format(moment);

/** `22 nëntor 2026`. @param {Date} moment */
export function longDate(moment) {
  const { day, month, year } = dayOf(moment);
  return `${day} ${sq.months[Number(month) - 1]} ${year}`;
}

/** The calendar day in Kosovo as machines write it: `2026-11-22`. @param {Date} moment */
export function isoDay(moment) {
  const { day = "", month = "", year = "" } = dayOf(moment);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** @param {Date} moment @returns {Partial<Record<string, string>>} */
const dayOf = (moment) => Object.fromEntries(DAY.formatToParts(moment).map(({ type, value }) => [type, value]));

/**
 * A calendar day such as `2026-11-22` in words; what is not one comes back as it is.
 *
 * @param {string} day
 */
export function longDay(day) {
  const match = /^(\d{4})-(\d{2})-(\d{2})/u.exec(day);
  const month = match === null ? undefined : sq.months[Number(match[2]) - 1];
  return match === null || month === undefined ? day : `${Number(match[3])} ${month} ${match[1]}`;
}

/**
 * An API moment, or null when there is none or it is malformed.
 *
 * @param {string | null | undefined} text
 */
export function moment(text) {
  const parsed = new Date(text ?? Number.NaN);
  return Number.isNaN(parsed.getTime()) ? null : parsed;
}

/** Seconds as `4:59`. @param {number} seconds */
export function minutes(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
