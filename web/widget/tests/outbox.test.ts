import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../src/api";
import { makeOutbox } from "../src/outbox";
import { delay } from "../src/pause";
import type { Outgoing } from "../src/types";

const message = (client_id: string): Outgoing => ({ client_id, text: client_id });

function setUp(kept: unknown = null) {
  const storage = new Map<string, unknown>(kept === null ? [] : [["outbox", kept]]);
  const log: string[] = [];
  const answers: (ApiError | null)[] = [];
  const outbox = makeOutbox(
    { own: <T>(what: string) => (storage.get(what) as T | undefined) ?? null, keep: (what, value) => void storage.set(what, structuredClone(value)) },
    async ({ client_id }, ready) => {
      ready();
      log.push(`post ${client_id}`);
      const answer = answers.shift() ?? null;
      if (answer !== null) throw answer;
    },
    (key, how, failures, problem) => log.push([how, key, ...(failures > 0 ? [failures] : []), ...(problem ? [problem.told.code] : [])].join(" ")),
  );
  return { outbox, storage, log, answers };
}

/** Timers that ring when told to. */
async function withTimers(work: (tick: (ms: number) => void) => Promise<void>): Promise<void> {
  const real = globalThis.setTimeout;
  let now = 0;
  let timers: { at: number; rings: () => void }[] = [];
  globalThis.setTimeout = ((rings: () => void, ms: number) => void timers.push({ at: now + ms, rings })) as unknown as typeof setTimeout;
  try {
    await work((ms) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { rings } of due) rings();
    });
  } finally {
    globalThis.setTimeout = real;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("messages leave one after the other, in the order they were written", async () => {
  const { outbox, storage, log } = setUp();
  outbox.add(message("a"));
  outbox.add(message("b"));
  await settled();
  assert.deepEqual(log, ["sending a", "post a", "sent a", "sending b", "post b", "sent b"]);
  assert.equal(storage.get("outbox"), null);
});

test("what cannot go now is kept and tried again, and nothing overtakes it", () =>
  withTimers(async (tick) => {
    const { outbox, storage, log, answers } = setUp();
    answers.push(new ApiError(), new ApiError(503));
    outbox.add(message("a"));
    outbox.add(message("b"));
    await settled();
    assert.deepEqual(log, ["sending a", "post a", "waiting a 1"]);
    assert.deepEqual((storage.get("outbox") as { message: Outgoing }[]).map((entry) => entry.message.client_id), ["a", "b"]);
    tick(1_000);
    await settled();
    assert.equal(log.at(-1), "waiting a 2");
    tick(2_000);
    await settled();
    assert.deepEqual(log.slice(-4), ["sent a", "sending b", "post b", "sent b"]);
  }));

test("a wait can be cut short", () =>
  withTimers(async () => {
    const { outbox, log, answers } = setUp();
    answers.push(new ApiError());
    outbox.add(message("a"));
    await settled();
    outbox.hurry();
    await settled();
    assert.equal(log.at(-1), "sent a");
  }));

test("a refused message stands aside, stays kept, and goes again when asked", async () => {
  const { outbox, storage, log, answers } = setUp();
  answers.push(new ApiError(422, { code: "text_too_long" }));
  outbox.add(message("a"));
  outbox.add(message("b"));
  await settled();
  assert.deepEqual(log, ["sending a", "post a", "failed a text_too_long", "sending b", "post b", "sent b"]);
  assert.equal((storage.get("outbox") as unknown[]).length, 1);
  outbox.add(message("a"));
  await settled();
  assert.equal(log.at(-1), "sent a");
});

test("after a reload what was kept is sent, once", async () => {
  const { outbox, log } = setUp([{ message: message("a"), refused: false }, { message: message("b"), refused: true }]);
  assert.deepEqual(outbox.messages().map(({ client_id }) => client_id), ["a", "b"]);
  outbox.hurry();
  outbox.hurry();
  await settled();
  assert.deepEqual(log, ["sending a", "post a", "sent a"]);
});

test("what the server is known to have is not sent again", async () => {
  const { outbox, log } = setUp([{ message: message("a"), refused: false }]);
  outbox.drop("a");
  outbox.hurry();
  await settled();
  assert.deepEqual(log, []);
});

test("the pause doubles up to half a minute, or is what the server asked for", () => {
  assert.deepEqual([1, 2, 3, 9].map((failures) => delay(failures, null, 1)), [1_000, 2_000, 4_000, 30_000]);
  assert.equal(delay(1, null, 0), 750);
  assert.equal(delay(1, 7_000), 7_000);
  assert.equal(delay(1, 3_600_000), 60_000);
});
