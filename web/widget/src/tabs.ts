/**
 * What the tabs of one site share: the session's id and token (localStorage), one worker at a time (Web Locks), and short
 * notes (BroadcastChannel). Each part may be missing (a blocked storage, no secure context): a tab then works alone.
 *
 * Only the id and the token are in localStorage: it outlives the visit and every script of the site reads it, so nothing
 * a customer wrote or is called goes there. What is not sent yet is in sessionStorage, gone with its tab.
 */

import { sleep } from "./pause";

/** A lock that was free is had within this time. */
const AT_ONCE_MS = 30;
export const SEEN_MS = 400;

export interface Credentials {
  readonly id: string;
  readonly token: string;
}

export type Tabs = ReturnType<typeof makeTabs>;

/**
 * @param gateway the conversations of two gateways on one site are two
 * @param changed another tab renewed the token or began another session
 * @param read another tab showed the conversation
 */
export function makeTabs(gateway: string, changed: () => void, read: () => void) {
  const name = `ndihma ${gateway}`;
  const leave = new AbortController();
  let channel: BroadcastChannel | null = null;
  /** The present credentials, for when there is no storage. */
  let own: Credentials | null = null;

  addEventListener("storage", ({ key }) => {
    if (key === name) changed();
  }, { signal: leave.signal });
  try {
    channel = new BroadcastChannel(name);
    channel.onmessage = read;
  } catch {
    // An opaque origin.
  }

  return {
    leave(): void {
      leave.abort();
      channel?.close();
    },

    /** Tells the other tabs that the conversation is shown here. */
    tell: (): void => channel?.postMessage(0),

    load(): Credentials | null {
      const stored = get(false, name) as Credentials | null | undefined;
      return stored === undefined ? own : typeof stored?.id === "string" && typeof stored.token === "string" ? stored : null;
    },

    save(credentials: Credentials | null): void {
      put(false, name, (own = credentials));
    },

    /** What this tab alone keeps until it is closed. */
    own: <T>(what: string): T | null => (get(true, `${name} ${what}`) as T | null | undefined) ?? null,
    keep: (what: string, value: unknown): void => put(true, `${name} ${what}`, value),

    /**
     * One tab at a time does this work; who comes second waits, and a little longer, because what another tab stored takes a
     * moment to be seen here.
     */
    async exclusive<T>(what: string, work: () => Promise<T>): Promise<T> {
      if (!("locks" in navigator)) return work();
      const asked = performance.now();
      return (await navigator.locks.request(`${name} ${what}`, async () => {
        if (performance.now() - asked > AT_ONCE_MS) await sleep(SEEN_MS);
        return work();
      })) as T;
    },
  };
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
