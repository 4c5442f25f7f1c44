/** The auditor's view, as pure functions. */

import * as t from "./sq";
import type { Chain, Wanted } from "./types";

const NAMES = ["kind", "actor", "action", "number", "since", "until"] as const;

/** What a form asks for; empty fields ask for nothing. `subject`: the code that was chosen in the list. */
export function wantedBy(form: FormData, subject: string | null): Wanted {
  const given = NAMES.map((name) => [name, String(form.get(name) ?? "").trim()] as const).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(given), ...(subject === null ? {} : { subject }) };
}

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/Belgrade", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** `22.11.2026 16:05:09`, in Kosovo. */
export const fullMoment = (at: string): string => parts.format(Date.parse(at)).replaceAll("/", ".").replace(",", "");

const dayParts = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Belgrade", dateStyle: "short" });

/** `2026-11-22`, in Kosovo. */
export const day = (at: number): string => dayParts.format(at);

/** How the trail stands, in a sentence, and whether that is bad. */
export function told(chain: Chain): { readonly words: string; readonly bad: boolean } {
  if (chain.broken_at !== null) return { words: t.chainBroken(chain.broken_at, t.problems[chain.problem ?? ""] ?? chain.problem ?? ""), bad: true };
  if (chain.running) return { words: t.chainRunning, bad: false };
  if (chain.failed) return { words: t.chainFailed, bad: true };
  if (chain.checked_at === null) return { words: t.chainNever, bad: false };
  return { words: t.chainHolds(chain.entries, fullMoment(chain.checked_at)), bad: false };
}
