/** The account that is worked on, for whichever areas show it; in memory only, and gone with the session. */

import { useEffect, useState } from "preact/hooks";

import type { Subscriber } from "./types";

let chosen: Subscriber | null = null;
const told = new Set<(subscriber: Subscriber | null) => void>();

/** Whose account is shown from now on; null: nobody's. */
export function chooseAccount(subscriber: Subscriber | null): void {
  chosen = subscriber;
  for (const each of told) each(subscriber);
}

/** The account that was chosen, wherever that was. */
export function useChosenAccount(): Subscriber | null {
  const [now, setNow] = useState(chosen);
  useEffect(() => {
    setNow(chosen);
    told.add(setNow);
    return () => void told.delete(setNow);
  }, []);
  return now;
}
