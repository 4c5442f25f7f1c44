/** Beside a conversation: suggestions for the customer's last message. */

import type { RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import type { Event } from "../types";
import { lastAsked, type Asked } from "./model";
import * as t from "./sq";
import { Suggestions } from "./suggestions";
import type { Source, Suggestion } from "./types";
import { useSuggestions, type Suggesting } from "./use-suggestions";

export interface Beside {
  readonly asked: Asked;
  readonly suggesting: Suggesting;
  readonly used: ReadonlySet<string>;
  /** A suggestion was put into the reply. */
  inserted(suggestion: Suggestion): void;
  /** The reply is now this text. */
  written(text: string): void;
  /** The reply went out. */
  sent(): void;
}

/** ``wanted``: whether one may answer; nothing is asked for otherwise. */
export function useBeside(conversation: string, events: readonly Event[], wanted: boolean): Beside {
  const asked = useMemo(() => lastAsked(events, t.asides), [events]);
  const id = asked === null || asked === "hidden" ? null : asked.id;
  const suggesting = useSuggestions(`${conversation} ${id ?? ""}`, conversation);
  const [from, setFrom] = useState<Source | null>(null);
  const [used, setUsed] = useState<ReadonlySet<string>>(new Set());

  useEffect(() => {
    setUsed(new Set());
    suggesting.type(wanted && asked !== null && asked !== "hidden" ? asked.text : "");
  }, [id, asked === "hidden", wanted]);

  return {
    asked,
    suggesting,
    used,
    inserted: (suggestion) => {
      setFrom(suggesting.inserted(suggestion));
    },
    written: (text) => {
      if (from === null || text.trim() === from.suggestion.text.trim()) return;
      if (text.trim() === "") setFrom(null); // taken back
      else suggesting.tell("edited", from);
    },
    sent: () => {
      if (from === null) return;
      suggesting.tell("sent", from);
      setUsed(new Set([...used, from.suggestion.intent]));
      setFrom(null);
    },
  };
}

interface Props {
  readonly beside: Beside;
  readonly list: RefObject<HTMLOListElement | null>;
  onInsert(suggestion: Suggestion): void;
  onLeave(): void;
  announce(text: string): void;
}

export function BesidePane({ beside, list, onInsert, onLeave, announce }: Props) {
  const { asked, suggesting, used } = beside;
  return (
    <section class="card" aria-labelledby="beside-title">
      <h3 id="beside-title">{t.suggestions}</h3>
      {asked === null || asked === "hidden" ? (
        <p class="quiet">{asked === null ? t.noQuestion : t.hiddenMessage}</p>
      ) : (
        <>
          <p class="quiet small">{t.forMessage(asked.text)}</p>
          <Suggestions suggesting={suggesting} empty="" used={used} list={list} onInsert={onInsert} onLeave={onLeave} announce={announce} />
        </>
      )}
    </section>
  );
}
