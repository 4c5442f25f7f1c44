import assert from "node:assert/strict";
import { test } from "node:test";

import { day, fullMoment, told, wantedBy } from "../src/audit/model";
import type { Chain } from "../src/audit/types";

const chain = (more: Partial<Chain>): Chain => ({
  running: false, checked_at: "2026-11-22T15:05:09Z", entries: 7, last: "7:ab", broken_at: null, problem: null, failed: false, ...more,
});

test("a form asks only for what was filled in", () => {
  const form = new FormData();
  for (const [name, value] of [["actor", " besa "], ["kind", ""], ["number", "044 123 456"], ["since", "2026-11-22"]] as const) form.set(name, value);
  assert.deepEqual(wantedBy(form, null), { actor: "besa", number: "044 123 456", since: "2026-11-22" });
  assert.deepEqual(wantedBy(new FormData(), "abcd"), { subject: "abcd" });
});

test("moments are Kosovo's, to the second", () => {
  assert.equal(fullMoment("2026-11-22T15:05:09Z"), "22.11.2026 16:05:09");
  assert.equal(day(Date.parse("2026-11-22T23:30:00Z")), "2026-11-23");
});

test("a chain that holds says how much was read and when", () => {
  assert.deepEqual(told(chain({})), { words: "I paprekur: 7 shënime, të verifikuara më 22.11.2026 16:05:09.", bad: false });
});

test("a break is told in Albanian before anything else, also while it is looked at again", () => {
  const now = told(chain({ broken_at: 5, problem: "an entry was changed", running: true }));
  assert.equal(now.bad, true);
  assert.match(now.words, /shënimi 5: një shënim është ndryshuar/);
});

test("what was never verified or could not be is said so", () => {
  assert.match(told(chain({ checked_at: null })).words, /Nuk është verifikuar/);
  assert.equal(told(chain({ failed: true })).bad, true);
  assert.match(told(chain({ running: true })).words, /Po verifikohet/);
});
