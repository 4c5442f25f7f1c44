/** What is half written, by conversation, in memory only: it outlives a sign-in, not the page. */

import { newId } from "../../widget/src/pause";

export type Kind = "reply" | "note";

interface Draft {
  readonly text: string;
  /** Under which the text is sent, so that a repeat is stored once. */
  readonly clientId: string;
}

const drafts = new Map<string, Draft>();
let owner: string | null = null;

const keyOf = (conversationId: string, kind: Kind): string => `${kind} ${conversationId}`;

export const draftOf = (conversationId: string, kind: Kind): string => drafts.get(keyOf(conversationId, kind))?.text ?? "";

/** Keeps a text; another text gets another id. */
export function keepDraft(conversationId: string, kind: Kind, text: string): void {
  const key = keyOf(conversationId, kind);
  if (text === "") drafts.delete(key);
  else if (drafts.get(key)?.text !== text) drafts.set(key, { text, clientId: newId() });
}

/** The id of what is kept. */
export const draftId = (conversationId: string, kind: Kind): string => drafts.get(keyOf(conversationId, kind))?.clientId ?? newId();

/** Forgets a text that was sent, unless it has been changed since. */
export function sent(conversationId: string, kind: Kind, clientId: string): void {
  const key = keyOf(conversationId, kind);
  if (drafts.get(key)?.clientId === clientId) drafts.delete(key);
}

export const forgetDrafts = (): void => drafts.clear();

/** Somebody signs in: what another person wrote here is not theirs to see. */
export function forgetOthersDrafts(username: string): void {
  if (owner !== null && owner !== username) drafts.clear();
  owner = username;
}
