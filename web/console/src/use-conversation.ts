/** One conversation as it goes on. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { follow } from "./live";
import { laterHandoff, withEvents } from "./model";
import { useHere } from "./parts";
import type { Conversation, Event, Handoff, Item } from "./types";

const SOON_MS = 700;
const LOOK_EVERY_MS = 30_000;
const EARLIER = 100;

export interface Opened {
  /** Null while it is not there yet. */
  readonly conversation: Conversation | null;
  readonly failure: unknown;
  /** Reads it anew; gives who has it, or null when it could not be read. */
  reload(): Promise<Handoff | null>;
  moved(handoff: Handoff): void;
  readEarlier(): Promise<void>;
}

export function useConversation(id: string, watch: (told: (item: Item) => void) => () => void): Opened {
  const { api } = useHere();
  const [conversation, setConversation] = useState<Conversation | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const current = useRef<Conversation | null>(null);
  current.current = conversation;
  const shown = useRef(id);
  shown.current = id;

  const reload = useCallback(async () => {
    try {
      const read = await api.get<Conversation>(`/inbox/conversations/${id}`);
      if (shown.current !== id) return null;
      setFailure(null);
      setConversation((known) => joined(known, read));
      return read.handoff;
    } catch (error) {
      if (shown.current === id) setFailure(error);
      return null;
    }
  }, [api, id]);

  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    let stop: (() => void) | undefined;
    let over = false;
    const refresh = (): void => {
      clearTimeout(soon);
      soon = setTimeout(() => void reload(), SOON_MS);
    };
    const listen = (): void => {
      if (over) return;
      stop = follow(api, {
        path: () => `/inbox/conversations/${id}/events?after=${current.current?.events.at(-1)?.cursor ?? 0}`,
        take: ({ event, data }) => {
          if (event === "typing") return;
          const happened = JSON.parse(data) as Event;
          setConversation((known) => (known === null ? null : { ...known, events: withEvents(known.events, [happened]) }));
          if (event !== "reply") refresh(); // its summary, and who has it
        },
        alive: (_there, again) => again && refresh(),
      });
    };
    setConversation(null);
    void reload().then(listen);
    const unwatch = watch((item) => {
      if (item.conversation_id === id) refresh(); // its version tells of no reply, which ends the waiting
    });
    const timer = setInterval(refresh, LOOK_EVERY_MS); // notes of others
    return () => {
      over = true;
      stop?.();
      unwatch();
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [api, id, reload, watch]);

  const moved = useCallback((handoff: Handoff) => {
    setConversation((known) => (known === null ? null : { ...known, handoff: laterHandoff(known.handoff, handoff) }));
  }, []);

  const readEarlier = useCallback(async () => {
    const first = current.current?.events[0]?.cursor ?? 1;
    const after = Math.max(0, first - 1 - EARLIER);
    const page = await api.get<{ events: readonly Event[] }>(`/inbox/conversations/${id}/history?after=${after}&limit=${EARLIER}`);
    const earlier = page.events.filter((event) => event.cursor < first);
    setConversation((known) => (known === null || known.events[0]?.cursor !== first ? known : { ...known, events: [...earlier, ...known.events] }));
  }, [api, id]);

  return { conversation, failure, reload, moved, readEarlier };
}

/** What was read with what is known: earlier events stay, unless some between are missing. */
function joined(known: Conversation | null, read: Conversation): Conversation {
  if (known === null || known.conversation_id !== read.conversation_id) return read;
  const last = known.events.at(-1)?.cursor ?? 0;
  const missing = (read.events[0]?.cursor ?? 0) > last + 1;
  return { ...read, handoff: laterHandoff(known.handoff, read.handoff), events: missing ? read.events : withEvents(known.events, read.events) };
}
