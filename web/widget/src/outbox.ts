/**
 * What is written and not stored by the server yet. Messages leave one after the other, in the order they were written; one
 * that cannot go now waits and is tried again, one that is refused stands aside. Nothing is dropped unless asked.
 */

import { type ApiError, failure } from "./api";
import { pause } from "./pause";
import type { Outgoing } from "./types";

interface Entry {
  readonly message: Outgoing;
  refused: boolean;
}

/** How a message fares: `failures` tries failed so far and it waits; `problem`: it was refused. */
export type Fare = (key: string, how: "sending" | "waiting" | "sent" | "failed", failures: number, problem?: ApiError) => void;

export type Outbox = ReturnType<typeof makeOutbox>;

/**
 * @param keeper where it outlives a reload of its tab
 * @param send gives up with an `ApiError`; calls `ready` when it really goes
 */
export function makeOutbox(
  keeper: { own<T>(what: string): T | null; keep(what: string, value: unknown): void },
  send: (message: Outgoing, ready: () => void) => Promise<void>,
  fares: Fare,
) {
  let entries = keeper.own<Entry[]>("outbox") ?? [];
  let running = false;
  let wake: () => void = () => undefined;

  const kept = (): void => keeper.keep("outbox", entries.length > 0 ? entries : null);

  const drop = (key: string): void => {
    entries = entries.filter(({ message }) => message.client_id !== key);
    kept();
  };

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    let failures = 0;
    for (let entry; (entry = entries.find(({ refused }) => !refused)); ) {
      const { message } = entry;
      const key = message.client_id;
      try {
        await send(message, () => fares(key, "sending", failures));
        failures = 0;
        drop(key);
        fares(key, "sent", 0);
      } catch (error) {
        const problem = failure(error);
        if (problem.passing) {
          failures += 1;
          fares(key, "waiting", failures);
          await pause(failures, problem.wait, (now) => (wake = now));
        } else {
          entry.refused = true;
          kept();
          fares(key, "failed", failures, problem);
        }
      }
    }
    running = false;
  };

  return {
    /** What is not stored by the server yet, in order. */
    messages: (): readonly Outgoing[] => entries.map(({ message }) => message),

    /** To be sent; what was refused goes again. */
    add(message: Outgoing): void {
      const known = entries.find((entry) => entry.message.client_id === message.client_id);
      if (!known) entries.push({ message, refused: false });
      else known.refused = false;
      kept();
      wake();
      void run();
    },

    /** Takes a message out: the server has it, or the customer does not want it. */
    drop,

    /** Try what waits now. */
    hurry(): void {
      wake();
      void run();
    },
  };
}
