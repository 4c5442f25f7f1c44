/**
 * What the tabs of one site share: the session's id and token (localStorage), which also tells of what changes (its
 * events), and one worker at a time (Web Locks, or entries of the storage). With a blocked storage a tab works alone.
 *
 * Only the id and the token are in localStorage: it outlives the visit and every script of the site reads it, so nothing
 * a customer wrote or is called goes there. What is not sent yet is in sessionStorage, gone with its tab.
 */

import { newId, sleep } from "./pause";

/** A lock that was free is had within this time. */
const AT_ONCE_MS = 30;
/** Within this time a tab sees what another has stored. */
export const SEEN_MS = 400;
/** Within this time two tabs that wrote at once see whose entry stayed. */
const WRITTEN_MS = 150;
/** No work under a lock takes longer: its calls have a time-out. Whose tab was closed meanwhile holds it for so long. */
const LEASE_MS = 20_000;

export interface Credentials {
  readonly id: string;
  readonly token: string;
  /** Good in place of a token that was on its way here and got lost. */
  readonly spare?: string;
}

/** A lock where there are no Web Locks. */
interface Lease {
  readonly by: string;
  readonly until: number;
}

export type Tabs = ReturnType<typeof makeTabs>;

/**
 * @param gateway the conversations of two gateways on one site are two
 * @param changed another tab renewed the token or began another session
 * @param read another tab showed the conversation
 */
export function makeTabs(gateway: string, changed: () => void, read: () => void) {
  const name = `ndihma ${gateway}`;
  const note = `${name} read`;
  const leave = new AbortController();

  addEventListener("storage", ({ key, newValue }) => {
    if (key === name) changed();
    else if (key === note && newValue) read();
  }, { signal: leave.signal });

  return {
    leave(): void {
      leave.abort();
    },

    /** Tells the other tabs that the conversation is shown here: a note that is gone again at once. */
    tell(): void {
      put(false, note, 1);
      put(false, note, null);
    },

    load(): Credentials | null {
      const stored = get(false, name) as Credentials | null | undefined;
      return stored?.id && stored.token ? stored : null;
    },

    save: (credentials: Credentials | null): void => put(false, name, credentials),

    /** What this tab alone keeps until it is closed. */
    own: <T>(what: string): T | null => (get(true, `${name} ${what}`) as T | null | undefined) ?? null,
    keep: (what: string, value: unknown): void => put(true, `${name} ${what}`, value),

    /**
     * One tab at a time does this work; who comes second waits, and a little longer, because what another tab stored takes a
     * moment to be seen here.
     */
    async exclusive<T>(what: string, work: () => Promise<T>): Promise<T> {
      if (!("locks" in navigator)) return leased(`${name} ${what}`, work);
      const asked = performance.now();
      return (await navigator.locks.request(`${name} ${what}`, async () => {
        if (performance.now() - asked > AT_ONCE_MS) await sleep(SEEN_MS);
        return work();
      })) as T;
    },
  };
}

/**
 * The same by an entry in the storage that the tabs share: who finds none writes its own, and has the lock if that is still
 * there after a while. Two tabs that wrote at once see who was last.
 */
async function leased<T>(key: string, work: () => Promise<T>): Promise<T> {
  const by = newId();
  const held = (): Lease | null | undefined => get(false, key) as Lease | null | undefined;
  for (let lease; (lease = held()) !== undefined && lease?.by !== by; ) {
    const left = (lease?.until ?? 0) - Date.now();
    if (left < 0 || left > LEASE_MS) {
      put(false, key, { by, until: Date.now() + LEASE_MS });
      if (held()?.by !== by) break; // full: nothing is shared either
    }
    await sleep(WRITTEN_MS);
  }
  try {
    return await work();
  } finally {
    if (held()?.by === by) put(false, key, null);
  }
}

const storage = (session: boolean): Storage => (session ? sessionStorage : localStorage);

/** The value, null when there is none, undefined when the browser forbids looking. */
function get(session: boolean, key: string): unknown {
  try {
    return JSON.parse(storage(session).getItem(key) ?? "null");
  } catch {
    return undefined;
  }
}

function put(session: boolean, key: string, value: unknown): void {
  try {
    if (value === null) storage(session).removeItem(key);
    else storage(session).setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it lives as long as the page.
  }
}
