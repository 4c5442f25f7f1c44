/** Suggestions for what is typed, or for a customer's message, and what becomes of them. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { newId } from "../../../widget/src/pause";
import { useHere } from "../parts";
import { Asking, NOTHING, type Shown } from "./asking";
import { Ledger } from "./ledger";
import type { Given, Source, Suggestion } from "./types";

/** So long suggestions stand before they count as seen; acting on one counts at once. */
const SEEN_MS = 1000;

export interface Suggesting {
  readonly shown: Shown;
  /** The text is now this one. */
  type(text: string): void;
  again(): void;
  /** One was put in; gives with what its later fate is told. */
  inserted(suggestion: Suggestion): Source;
  tell(action: "edited" | "sent", source: Source): void;
  /** Rejects when it could not be stored. */
  wrong(suggestion: Suggestion, right?: string): Promise<void>;
}

/** What was told in this page, whichever part of it told it: coming back to a question is not seeing it twice. */
const told = new Set<string>();

/** `question` tells two questions of the same words apart, and is the same when one comes back to it. */
export function useSuggestions(question: string, conversation?: string): Suggesting {
  const { api, session } = useHere();
  const [shown, setShown] = useState<Shown>(NOTHING);
  const of = `${session.username} ${question}`;
  const asking = useMemo(() => {
    const client = newId();
    return new Asking((text, sequence) => api.post<Given>("/assist/suggestions", { text, sequence, client }), setShown);
  }, [api]);
  const ledger = useMemo(() => new Ledger((feedback) => api.post("/assist/feedback", feedback), told), [api]);
  useEffect(() => () => asking.stop(), [asking]);

  const about = { text: shown.text, ...(conversation === undefined ? {} : { conversation_id: conversation }) };
  const displayed = (): void => {
    for (const each of shown.suggestions) ledger.tell(of, "displayed", each, about).catch(() => undefined);
  };
  useEffect(() => {
    if (shown.asking || shown.suggestions.length === 0) return;
    const seen = setTimeout(displayed, SEEN_MS);
    return () => clearTimeout(seen);
  }, [shown]);

  return {
    shown,
    type: (text) => asking.type(text),
    again: () => asking.again(),
    inserted: (suggestion) => {
      displayed();
      ledger.tell(of, "inserted", suggestion, about).catch(() => undefined);
      return { suggestion, question: of, about };
    },
    tell: (action, source) => void ledger.tell(source.question, action, source.suggestion, source.about).catch(() => undefined),
    wrong: (suggestion, right) => {
      displayed();
      return ledger.tell(of, "wrong", suggestion, right === undefined ? about : { ...about, right_intent: right });
    },
  };
}
