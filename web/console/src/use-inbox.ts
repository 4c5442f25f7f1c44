/** The inbox as it changes: a view's conversations, the counters, whether the stream is there. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { follow } from "./live";
import { merged } from "./model";
import { useHere } from "./parts";
import type { Counters, Item, Page, View, Whisper } from "./types";

const PAGE = 50;
const LOOK_EVERY_MS = 15_000;

export interface Inbox {
  /** Null while they are not there yet. */
  readonly items: readonly Item[] | null;
  readonly counters: Counters | null;
  readonly more: boolean;
  readonly failure: unknown;
  readonly online: boolean;
  /** What a supervisor told this agent and the agent has not read. */
  readonly whispers: readonly Whisper[];
  whisperRead(id: string): Promise<void>;
  reload(): void;
  loadMore(): void;
  /** Tells of each change of any conversation; gives what ends it. */
  watch(told: (item: Item) => void): () => void;
}

interface List {
  readonly view: View | null;
  readonly items: readonly Item[] | null;
  readonly more: boolean;
  readonly failure: unknown;
}

const nothing = (view: View | null): List => ({ view, items: null, more: false, failure: null });

/** ``view``: null while no list is shown; ``there``: whether one has an inbox at all. */
export function useInbox(view: View | null, there: boolean): Inbox {
  const { api, session: { team } } = useHere();
  const [list, setList] = useState<List>(() => nothing(view));
  const [counters, setCounters] = useState<Counters | null>(null);
  const [online, setOnline] = useState(true);
  const [whispers, setWhispers] = useState<readonly Whisper[]>([]);
  const watchers = useRef(new Set<(item: Item) => void>());
  const wanted = useRef(view);
  wanted.current = view;

  const read = useCallback((offset: number): void => {
    const of = wanted.current;
    if (of === null) return;
    const meanwhile: Item[] = [];
    const listen = (item: Item): void => void meanwhile.push(item);
    watchers.current.add(listen);
    const isOver = (): boolean => of !== wanted.current;
    api
      .get<Page>(`/inbox/views/${of}?limit=${PAGE}&offset=${offset}`)
      .then((page) => {
        if (isOver()) return;
        setCounters(page.counters);
        setList((now) => {
          const before = offset > 0 && now.view === of ? (now.items ?? []) : [];
          const known = new Set(before.map((item) => item.conversation_id));
          const read = [...before, ...page.items.filter((item) => !known.has(item.conversation_id))];
          return { view: of, items: meanwhile.reduce((items, item) => merged(of, items, item, team), read as readonly Item[]), more: page.more, failure: null };
        });
      })
      .catch((failure: unknown) => isOver() || setList((now) => ({ ...now, failure })))
      .finally(() => watchers.current.delete(listen));
  }, [api, team]);
  const reload = useCallback(() => read(0), [read]);

  useEffect(() => {
    setList(nothing(view));
    reload();
    // Who talks with the assistant is not told by the stream.
    const timer = view === "bot" ? setInterval(reload, LOOK_EVERY_MS) : undefined;
    return () => clearInterval(timer);
  }, [view, reload]);

  useEffect(
    () =>
      !there ? undefined : follow(api, {
        path: () => "/inbox/changes",
        take: ({ event, data }) => {
          if (event === "counters") setCounters(JSON.parse(data) as Counters);
          if (event === "whispers") setWhispers((JSON.parse(data) as { whispers: readonly Whisper[] }).whispers);
          if (event !== "conversation") return;
          const item = JSON.parse(data) as Item;
          setList((now) => (now.items === null || now.view === null ? now : { ...now, items: merged(now.view, now.items, item, team) }));
          watchers.current.forEach((told) => told(item));
        },
        alive: (there, again) => {
          setOnline(there);
          if (again) reload();
        },
      }),
    [api, reload, team, there],
  );

  const watch = useCallback((told: (item: Item) => void) => {
    watchers.current.add(told);
    return () => void watchers.current.delete(told);
  }, []);
  const whisperRead = useCallback(async (id: string) => {
    await api.post<void>(`/inbox/whispers/${id}/read`);
    setWhispers((now) => now.filter((each) => each.id !== id));
  }, [api]);
  const shown = list.view === view ? list : nothing(view);
  const loadMore = (): void => read(shown.items?.length ?? 0);
  return { items: shown.items, more: shown.more, failure: shown.failure, counters, online, whispers, whisperRead, reload, loadMore, watch };
}
