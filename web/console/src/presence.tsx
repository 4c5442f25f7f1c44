/** Whether one is there: said by its person, kept alive by a heartbeat. */

import { useCallback, useEffect, useState } from "preact/hooks";

import { useHere } from "./parts";
import * as t from "./sq";
import type { Presence } from "./types";

const BEAT_MS = 25_000;
export const PRESENCES: readonly Presence[] = ["available", "busy", "away"];

interface Said {
  readonly presence: Presence | null;
  say(presence: Presence): void;
}

/** `failed` is told why it could not be said; `talks`: whether one has a presence at all. */
export function usePresence(failed: (error: unknown) => void, talks: boolean): Said {
  const { api } = useHere();
  const [presence, setPresence] = useState<Presence | null>(null);
  useEffect(() => {
    if (!talks) return;
    const beat = (): void => {
      api.get<{ presence: Presence }>("/inbox/presence").then((said) => setPresence(said.presence), () => undefined); // the next one may arrive
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    addEventListener("online", beat);
    return () => {
      clearInterval(timer);
      removeEventListener("online", beat);
    };
  }, [api, talks]);
  const say = useCallback((wanted: Presence) => {
    api.post<{ presence: Presence }>("/inbox/presence", { presence: wanted }).then((said) => setPresence(said.presence), failed);
  }, [api, failed]);
  return { presence, say };
}

export function PresenceSwitch({ presence, say }: Said) {
  return (
    <label class="presence" data-presence={presence ?? "away"}>
      <span class="hidden">{t.presence}</span>
      <select value={presence ?? "away"} disabled={presence === null} title={t.presenceHint} onChange={(event) => say(event.currentTarget.value as Presence)}>
        {PRESENCES.map((each) => <option key={each} value={each}>{t.presences[each]}</option>)}
      </select>
    </label>
  );
}
