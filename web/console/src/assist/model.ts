/** What helps an agent, as pure functions. */

import type { Event } from "../types";
import type { Canned, Suggestion } from "./types";

const HIDDEN = /<(?:msisdn|iccid|code|puk|personal_number|card|email|number)>/;
const STEP_OPEN = new Set(["number_needed", "code_sent"]);

/** What suggestions are for: the customer's last message; `hidden` when it must not be read, null when there is none. */
export type Asked = { readonly id: string; readonly text: string } | "hidden" | null;

/** `asides`: what asks for nothing but a person, in small letters. */
export function lastAsked(events: readonly Event[], asides: ReadonlySet<string>): Asked {
  let asked: Asked = null;
  let inStep = false;
  for (const event of events) {
    if (event.type === "verification") inStep = STEP_OPEN.has(event.state);
    if (event.type !== "message" || asides.has(event.text.trim().toLowerCase())) continue;
    asked = inStep || HIDDEN.test(event.text) ? "hidden" : { id: event.message_id, text: event.text };
  }
  return asked;
}

/** A word as it is compared: small, without marks, ç as c and ë as e. */
const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The replies in which every typed word begins a word, those whose shortcut begins so first. */
export function matching(replies: readonly Canned[], typed: string): readonly Canned[] {
  const words = folded(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return replies;
  const begins = (text: string, word: string): boolean => folded(text).split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word));
  const fits = replies.filter(({ shortcut, title, text }) => words.every((word) => begins(`${shortcut} ${title} ${text}`, word)));
  const first = (each: Canned): number => (folded(each.shortcut).startsWith(words.join(" ")) ? 0 : 1);
  return [...fits].sort((one, other) => first(one) - first(other));
}

/** Suggestions in whose title or text every typed word begins a word. */
export const matchingSuggestions = (suggestions: readonly Suggestion[], typed: string): readonly Suggestion[] =>
  suggestions.filter(({ title, text }) => folded(typed).split(/\s+/).filter(Boolean).every((word) => folded(`${title} ${text}`).includes(word)));

/** Variables of canned replies that nobody has filled in. */
export const unfilled = (text: string): readonly string[] => [...new Set([...text.matchAll(/\{([a-z_]+)\}/g)].map((found) => found[1]!))];

/** A text put where the selection is, and where the caret is then. */
export function insertedAt(before: string, start: number, end: number, text: string): readonly [string, number] {
  return [before.slice(0, start) + text + before.slice(end), start + text.length];
}

/** Whether a slash at the end of the text opens the list: at the beginning or after a blank. */
export const opensList = (before: string): boolean => before === "" || /\s$/.test(before);
