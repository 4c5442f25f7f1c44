/** A stream that is opened again whenever it ends, until it is told to stop. */

import { delay } from "../../widget/src/pause";
import { serverEvents, type ServerEvent } from "../../widget/src/sse";
import { ApiError, type Api } from "./api";

const SILENCE_MS = 40_000;

export interface Following {
  /** The path to open, anew each time: it holds the cursor to go on after. */
  path(): string;
  take(event: ServerEvent): void;
  /** Whether the stream is there. `again`: it was away, be it that the server ended it in order, and what was missed has to be read. */
  alive(there: boolean, again: boolean): void;
}

/** Follows a stream; gives what stops it. A session that is over ends it too. */
export function follow(api: Api, following: Following): () => void {
  const stopped = new AbortController();
  void run(api, following, stopped.signal);
  return () => stopped.abort();
}

async function run(api: Api, { path, take, alive }: Following, stop: AbortSignal): Promise<void> {
  let failures = 0;
  let opened = false;
  while (!stop.aborted) {
    let wait: number | null = null;
    const one = new AbortController();
    const end = (): void => one.abort();
    stop.addEventListener("abort", end);
    try {
      const response = await api.stream(path(), one.signal);
      if (stop.aborted) return;
      alive(true, opened);
      opened = true;
      failures = 0;
      await serverEvents(response, SILENCE_MS, () => undefined, (event) => stop.aborted || take(event));
    } catch (error) {
      if (stop.aborted) return;
      failures += 1;
      if (error instanceof ApiError) {
        if (error.status === 401 || error.status === 403) return;
        wait = error.retryAfter === null ? null : error.retryAfter * 1000;
      }
      alive(false, false);
    } finally {
      one.abort();
      stop.removeEventListener("abort", end);
    }
    await resting(delay(Math.max(1, failures), wait), stop);
  }
}

/** Waits; the network's return or the end cuts it short. */
function resting(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const now = (): void => {
      clearTimeout(timer);
      removeEventListener("online", now);
      stop.removeEventListener("abort", now);
      resolve();
    };
    const timer = setTimeout(now, ms);
    addEventListener("online", now);
    stop.addEventListener("abort", now);
  });
}
