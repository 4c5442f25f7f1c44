/** The call that is being noted, in memory only: it outlives another part of the console and a sign-in, not the page. */

import { newId } from "../../../widget/src/pause";
import { newCall, type CallDraft } from "./call-draft";
import type { Source } from "./types";

export interface Call {
  /** Another for each question of the caller, even in the same words. */
  readonly question: string;
  /** What the caller says. */
  readonly says: string;
  readonly answer: string;
  /** Of which suggestion the answer was made. */
  readonly from: Source | null;
  readonly note: CallDraft;
}

export const nobodyCalls = (): Call => ({ question: newId(), says: "", answer: "", from: null, note: newCall() });

let kept: { readonly username: string; readonly call: Call } | null = null;

/** What this person was noting; what another person was is not theirs to see. */
export const keptCall = (username: string): Call => (kept?.username === username ? kept.call : nobodyCalls());

export function keepCall(username: string, call: Call): Call {
  kept = { username, call };
  return call;
}

export function forgetCall(): void {
  kept = null;
}
