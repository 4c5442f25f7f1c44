/**
 * One conversation's life: find it again or begin it, follow its events, keep its token, begin the next when it ends.
 * It knows no DOM; what happens goes to `change`.
 */

import { type ApiError, failure, makeApi } from "./api";
import { delay, sleep } from "./pause";
import { serverEvents } from "./sse";
import { begun, type Changes, fellAsleep, happened, type State } from "./store";
import type { Tabs } from "./tabs";
import type { Author, ChatEvent, Outgoing, Why } from "./types";

/** The server sends a comment every 15 s. */
const SILENCE_MS = 40_000;
const RENEW_BEFORE_MS = 120_000;
const LONG_MS = 30_000;
/** A stream that ends sooner than this counts as a failure, so that a broken server is not hammered. */
const SHORT_STREAM_MS = 5_000;
/** The server says `typing` again every 10 s; without that it has ended, whatever got lost. */
const TYPING_MAX_MS = 20_000;
/** A clock that leapt this far between two ticks tells that the machine slept. */
const TICK_MS = 5_000;
const LEAP_MS = 20_000;

type Timer = ReturnType<typeof setTimeout> | undefined;
export type Conversation = ReturnType<typeof makeConversation>;

/**
 * @param state what the widget shows now
 * @param change makes it something else
 * @param came called after each event that came just now
 */
export function makeConversation(gateway: string, tabs: Tabs, state: () => State, change: (how: Changes) => void, came: (event: ChatEvent) => void) {
  const api = makeApi(gateway, tabs, () => planRenewal());
  let cursor = 0;
  /** Counts conversations; a loop that finds another number than its own stops. */
  let generation = 0;
  let stream = new AbortController();
  let wake: () => void = () => undefined;
  let renewal: Timer;
  let typing: Timer;
  let starting: Promise<void> | null = null;
  /** The conversation that this browser knew was over already. */
  let lost = false;
  let heardAt = 0;
  let paused = false;

  /** A new generation: everything that belongs to the old conversation stops. */
  const next = (): number => {
    stream.abort();
    wake();
    clearTimeout(renewal);
    return ++generation;
  };

  /** One start at a time; who comes second waits for the first. */
  const single = (work: () => Promise<void>): Promise<void> =>
    (starting ??= work().finally(() => {
      starting = null;
    }));

  const type = (active: boolean, author?: Author | null): void => {
    clearTimeout(typing);
    if (active) typing = setTimeout(type, TYPING_MAX_MS, false);
    change({ typing: active ? (author?.kind === "agent" ? (author.name ?? "") : "") : null });
  };

  const take = (event: ChatEvent, live: boolean): void => {
    if (!(event.cursor > cursor)) return;
    cursor = event.cursor;
    if (event.type === "done") type(false);
    change(happened(event, live, api.now()));
    if (live || event.type === "message") came(event);
  };

  /** All stored events that are not known yet. */
  const replay = async (): Promise<void> => {
    for (let more: unknown = true; more === true; ) {
      const page = await api.call(`/history?after=${cursor}&limit=200`, undefined, "GET");
      const before = cursor;
      for (const event of (page.events as ChatEvent[] | undefined) ?? []) take(event, false);
      more = page.more === true && cursor > before;
    }
  };

  const rest = async (ms: number, lost: boolean): Promise<void> => {
    type(false);
    if (lost) change({ offline: true });
    await sleep(ms, (now) => (wake = now));
  };

  /** Repeats the work, with growing pauses, until it succeeds. */
  const insist = async (mine: number, work: () => Promise<void>): Promise<void> => {
    for (let failures = 1; mine === generation; failures += 1) {
      try {
        await work();
        if (mine === generation) change({ offline: false });
        return;
      } catch (error) {
        if (mine !== generation) return;
        const { status, message, wait } = failure(error);
        change({ problem: status === 0 || status >= 500 ? "" : message });
        await rest(delay(failures, wait), true);
      }
    }
  };

  const begin = (why: Why): Promise<void> =>
    single(async () => {
      const mine = next();
      lost = false;
      cursor = 0;
      change({ phase: "starting" });
      let known = why === "known";
      let told = false;
      await insist(mine, async () => {
        if (!told) {
          known ||= !(await api.begin());
          if (mine !== generation) return;
          change(begun(known ? "known" : why, api.now()));
          told = true;
        }
        if (!known) return;
        change({ phase: "starting" });
        try {
          const { verification, rating } = (await api.state()) as { verification?: object | null; rating?: { score: number } | null };
          await replay();
          // A step that time has ended since is not shown again.
          if (verification === null) change({ step: null });
          if (rating) change({ rated: rating.score });
          if (state().phase === "starting") change({ phase: "live", problem: null });
        } catch (error) {
          if (!failure(error).gone) throw error;
          lost = true;
          api.forget();
          change({ phase: "idle" }); // the next is begun when somebody looks
        }
      });
      if (lost || mine !== generation) return;
      planRenewal();
      void listen(mine);
    });

  /** Follows the stream of one conversation, again and again, until the session ends. */
  const listen = async (mine: number): Promise<void> => {
    for (let failures = 0; mine === generation; ) {
      if (paused) {
        await sleep(LONG_MS, (now) => (wake = now));
        continue;
      }
      const openedAt = Date.now();
      stream = new AbortController();
      try {
        const response = await api.stream(cursor, stream.signal);
        heardAt = Date.now();
        change({ offline: false });
        await serverEvents(response, SILENCE_MS, () => (heardAt = Date.now()), ({ event, data }) => {
          if (mine !== generation) return;
          failures = 0;
          serve(event, data);
        });
        if (Date.now() - openedAt > SHORT_STREAM_MS) failures = 0;
        throw new Error();
      } catch (error) {
        if (mine !== generation) return;
        const problem = failure(error);
        if (problem.gone) return over();
        if (paused) continue;
        failures += 1;
        await rest(failures === 1 ? 250 : delay(failures - 1, problem.wait), failures > 1 || !navigator.onLine);
      }
    }
  };

  const serve = (kind: string, data: string): void => {
    let body;
    try {
      body = JSON.parse(data) as (ChatEvent & { active?: boolean; author?: Author | null }) | null;
    } catch {
      return; // not for us
    }
    if (body === null) return;
    if (kind === "typing") type(body.active === true, body.author);
    else take(body, true);
  };

  /** The session is over; a new one begins as soon as somebody goes on. */
  const over = (): void => {
    next();
    type(false);
    if (state().phase === "ended") return; // its end was told already
    api.forget();
    change(fellAsleep(api.now()));
  };

  const planRenewal = (): void => {
    const mine = generation;
    const renew = async (attempt: number): Promise<void> => {
      if (mine !== generation) return;
      try {
        await api.renew(); // plans the next renewal
      } catch (error) {
        if (mine !== generation) return;
        const problem: ApiError = failure(error);
        if (problem.gone) over();
        else renewal = setTimeout(renew, delay(attempt, problem.wait), attempt + 1);
      }
    };
    clearTimeout(renewal);
    renewal = setTimeout(renew, Math.max(1_000, api.endsAt() - Date.now() - RENEW_BEFORE_MS), 1);
  };

  /** Try the connection now instead of after the delay; a stream that has not been heard for long is not trusted. */
  const hurry = (): void => {
    if (Date.now() - heardAt > LEAP_MS) stream.abort();
    wake();
  };

  let ticked = Date.now();
  const watch = setInterval(() => {
    if (Date.now() - ticked > LEAP_MS) hurry();
    ticked = Date.now();
  }, TICK_MS);

  /** Somebody wants to talk: the known conversation or a new one. Keeps trying while the server cannot be reached. */
  const open = async (): Promise<void> => {
    touch();
    await starting;
    if (state().phase === "idle") await begin(lost ? "expired" : "first");
  };

  /** Somebody is there: a session that ended while nobody was is followed by a new one. */
  const touch = (): void => {
    if (state().phase === "asleep") void begin("expired");
  };

  return {
    api,
    open,
    touch,
    hurry,

    /** Shows the conversation that this browser knows, if any; nobody is kept waiting for it. */
    async find(): Promise<void> {
      if (api.adopt()) await begin("known");
    },

    /** Ends what is there and begins another. */
    async restart(): Promise<void> {
      next(); // the stream is not to notice the end first
      await starting;
      await api.call("", undefined, "DELETE").catch(() => undefined); // it ends by itself when this cannot be said
      await begin("asked");
    },

    /** Another tab renewed the token, or has another conversation. */
    async follow(): Promise<void> {
      if (!api.adopt()) return;
      next();
      await starting;
      await begin("known");
      if (lost && state().open) await open();
    },

    /** The network is known to be gone: do not wait for the stream to find out. */
    dropped: (): void => stream.abort(),

    /** Without a stream while nobody sees this tab. */
    pause(now: boolean): void {
      if (paused === now) return;
      paused = now;
      stream.abort();
      wake();
    },

    /** The element left the page. */
    leave(): void {
      next();
      clearTimeout(typing);
      clearInterval(watch);
    },

    /**
     * Sends a message; when the conversation turns out to be over, into the next one. Sending again with the same client id
     * stores nothing twice. `ready` is called when a session is there to take it. Of several tabs one speaks at a time.
     */
    async send({ client_id, text, choice, session }: Outgoing, ready: () => void): Promise<void> {
      await starting;
      const { phase } = state();
      if (phase !== "live") await begin(phase === "idle" ? "first" : "expired");
      ready();
      const mine = generation;
      const post = (body: object): Promise<unknown> => tabs.exclusive("send", () => api.call("/messages", body));
      try {
        await post(choice !== undefined && session === api.session() ? { client_id, choice } : { client_id, text });
      } catch (error) {
        if (!failure(error).gone) throw error;
        // The stream may have noticed first and begun already.
        if (mine === generation) await begin("expired");
        else await starting;
        await post({ client_id, text }); // a button belongs to the conversation that is gone
      }
    },
  };
}
