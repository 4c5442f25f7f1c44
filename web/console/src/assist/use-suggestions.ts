/** Suggestions for what is typed, or for a customer's message, and what becomes of them. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { newId } from "../../../widget/src/pause";
import { useHere } from "../parts";
import { Asking, NOTHING, type Shown } from "./asking";
import { Ledger } from "./ledger";
import type { FeedbackAction, Given, Suggestion } from "./types";

/** So long suggestions stand before they count as seen; acting on one counts at once. */
const SEEN_MS = 1000;

export interface Suggesting {
  readonly shown: Shown;
  /** The text is now this one. */
  type(text: string): void;
  again(): void;
  /** Another question begins, even if it has the same words. */
  next(): void;
  /** Tells what became of one; throws when "wrong" could not be stored, nothing else. */
  tell(action: FeedbackAction, suggestion: Suggestion, right?: string): Promise<void>;
}

export function useSuggestions(conversation?: string): Suggesting {
  const { api } = useHere();
  const [shown, setShown] = useState<Shown>(NOTHING);
  const question = useRef(newId());
  const asking = useMemo(() => {
    const client = newId();
    return new Asking((text, sequence) => api.post<Given>("/assist/suggestions", { text, sequence, client }), setShown);
  }, [api]);
  const ledger = useMemo(() => new Ledger((feedback) => api.post("/assist/feedback", feedback)), [api]);
  useEffect(() => () => asking.stop(), [asking]);

  const about = { text: shown.text, ...(conversation === undefined ? {} : { conversation_id: conversation }) };
  const displayed = (): void => {
    for (const each of shown.suggestions) ledger.tell(question.current, "displayed", each, about).catch(() => undefined);
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
    next: () => {
      question.current = newId();
    },
    tell: async (action, suggestion, right) => {
      displayed();
      const told = ledger.tell(question.current, action, suggestion, right === undefined ? about : { ...about, right_intent: right });
      await (action === "wrong" ? told : told.catch(() => undefined));
    },
  };
}
