/** Money, days and sizes as staff read them. */

import * as t from "./sq";

/** Euro cents as `1,50 €`, whole euros as `7 €`; thousands are grouped with a no-break space. */
export function money(cents: number): string {
  const whole = Math.trunc(Math.abs(cents) / 100);
  const rest = Math.abs(cents) % 100;
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${cents < 0 ? "-" : ""}${grouped}${rest === 0 ? "" : `,${String(rest).padStart(2, "0")}`}\u00a0€`;
}

/** An ISO day as `12 nëntor 2026`. */
export function day(iso: string): string {
  const [year = 0, month = 0, date = 0] = iso.split("-").map(Number);
  return t.day(year, month, date);
}

/** Bytes as `34 kB`, `1,2 MB`. */
export function size(bytes: number): string {
  const kilo = bytes / 1000;
  return kilo < 1000 ? `${Math.max(1, Math.round(kilo))} kB` : `${(kilo / 1000).toFixed(1).replace(".", ",")} MB`;
}

/** Digits in groups of four, to be read out. */
export const spelled = (digits: string): string => digits.replace(/(\d{4})(?=\d)/g, "$1 ");
