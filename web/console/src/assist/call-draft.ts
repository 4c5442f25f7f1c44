/** A note of a call that is not stored yet. */

import { newId } from "../../../widget/src/pause";
import type { Disposition } from "./types";

export interface CallDraft {
  readonly text: string;
  readonly number: string;
  readonly disposition: Disposition | null;
  /** Under which it is stored, so that a repeat is stored once. */
  readonly clientId: string;
}

export const newCall = (): CallDraft => ({ text: "", number: "", disposition: null, clientId: newId() });

/** Another text is another note: what may have been stored under the id before stays as it is. */
export const changedDraft = (draft: CallDraft, change: Partial<Omit<CallDraft, "clientId">>): CallDraft => ({ ...draft, ...change, clientId: newId() });

/** The draft with the title of what the caller was told, once. */
export function withTold(draft: CallDraft, title: string): CallDraft {
  if (draft.text.split("\n").includes(title)) return draft;
  return changedDraft(draft, { text: draft.text === "" ? title : `${draft.text}\n${title}` });
}
