import assert from "node:assert/strict";
import { test } from "node:test";

import { possible } from "../src/model";
import { allowed, isLate } from "../src/supervision/model";
import type { OpenTalk } from "../src/supervision/types";
import type { Handoff } from "../src/types";

const talk = (more: Partial<OpenTalk>): OpenTalk => ({
  conversation_id: "c", state: "agent", version: 3, agent: "anita", agent_name: "Anita", team: null, kind: null, since: null, due: null, ...more,
});

test("who waits in the queue can be taken and opened, and nobody is there to whisper to", () => {
  assert.deepEqual([...allowed(talk({ state: "waiting", agent: null }), "drita")].sort(), ["open", "take"]);
});

test("what another agent has can be taken over, and that agent can be whispered to", () => {
  assert.deepEqual([...allowed(talk({}), "drita")].sort(), ["open", "take", "whisper"]);
});

test("what one has oneself is only opened", () => {
  assert.deepEqual([...allowed(talk({ agent: "drita" }), "drita")], ["open"]);
});

test("an answer is late once its moment is over, not before and never without one", () => {
  const due = new Date(60_000).toISOString();
  assert.equal(isLate({ due }, 59_999), false);
  assert.equal(isLate({ due }, 60_001), true);
  assert.equal(isLate({ due: null }, 60_001), false);
});

test("supervisors alone whisper, to who has the conversation", () => {
  const theirs = { state: "agent", mine: false } as Handoff;
  assert.equal(possible(theirs, "supervisor", false).has("whisper"), true);
  assert.equal(possible(theirs, "agent", false).has("whisper"), false);
  assert.equal(possible({ ...theirs, mine: true }, "supervisor", false).has("whisper"), false);
  assert.equal(possible({ ...theirs, state: "waiting" }, "supervisor", false).has("whisper"), false);
});
