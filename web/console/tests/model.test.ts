import assert from "node:assert/strict";
import { test } from "node:test";

import { isLate, laterHandoff, lines, merged, possible, waitsSince, withEvents } from "../src/model";
import type { Event, Handoff, Item, State } from "../src/types";

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 15, minute)).toISOString();

const handoff = (state: State, more: Partial<Handoff> = {}): Handoff => ({
  state, version: 1, agent: null, agent_name: null, team: null, mine: false, asked_at: null, waiting_since: null, first_reply_due: null,
  unanswered_since: null, next_reply_due: null, snoozed_until: null, closed_at: null, ...more,
});
const item = (id: string, of: Handoff, more: Partial<Item> = {}): Item => ({ conversation_id: id, handoff: of, changed_at: at(0), cursor: 1, last: null, ...more });
const ids = (items: readonly Item[]): string[] => items.map((each) => each.conversation_id);
const message = (cursor: number, moment = at(cursor)): Event => ({ type: "message", cursor, at: moment, message_id: `m${cursor}`, text: "po" });

test("who waits longest stands first", () => {
  const late = item("late", handoff("waiting", { waiting_since: at(9) }));
  const early = item("early", handoff("waiting", { waiting_since: at(1) }));
  assert.deepEqual(ids(merged("waiting", merged("waiting", [], late), early)), ["early", "late"]);
});

test("what waits for one's own team stands before who has waited longer; another team's stands by its time", () => {
  const longest = item("longest", handoff("waiting", { waiting_since: at(1) }));
  const others = item("others", handoff("waiting", { waiting_since: at(2), team: "Biznes" }));
  const ours = item("ours", handoff("waiting", { waiting_since: at(9), team: "Faturat" }));
  const all = [longest, others, ours].reduce((items, each) => merged("waiting", items, each, "Faturat"), [] as readonly Item[]);
  assert.deepEqual(ids(all), ["ours", "longest", "others"]);
  assert.deepEqual(ids(all.reduce((items, each) => merged("waiting", items, each), [] as readonly Item[])), ["longest", "others", "ours"]);
});

test("a conversation that is unanswered stands before one that is not", () => {
  const quiet = item("quiet", handoff("agent", { mine: true }), { changed_at: at(9) });
  const asks = item("asks", handoff("agent", { mine: true, unanswered_since: at(3) }));
  assert.deepEqual(ids(merged("mine", [quiet], asks)), ["asks", "quiet"]);
});

test("what was taken leaves the queue and comes to its agent alone", () => {
  const waiting = item("one", handoff("waiting", { waiting_since: at(1) }));
  const taken = item("one", handoff("agent", { version: 2, mine: false, agent: "besa" }));
  assert.deepEqual(merged("waiting", [waiting], taken), []);
  assert.deepEqual(merged("mine", [], taken), []);
  assert.deepEqual(ids(merged("agents", [], taken)), ["one"]);
});

test("an older state changes nothing, also with the same version and fewer events", () => {
  const known = [item("one", handoff("agent", { version: 3 }), { cursor: 9 })];
  assert.equal(merged("agents", known, item("one", handoff("waiting", { version: 2 }), { cursor: 10 })), known);
  assert.equal(merged("agents", known, item("one", handoff("agent", { version: 3 }), { cursor: 8 })), known);
});

test("what belongs elsewhere leaves the list as it is", () => {
  const known = [item("one", handoff("waiting"))];
  assert.equal(merged("waiting", known, item("two", handoff("closed"))), known);
});

test("a later version wins, whichever comes last", () => {
  const first = handoff("waiting", { version: 1 });
  const second = handoff("agent", { version: 2 });
  assert.equal(laterHandoff(first, second), second);
  assert.equal(laterHandoff(second, first), second);
});

test("events are kept once and in order", () => {
  const known = [message(1), message(2)];
  assert.deepEqual(withEvents(known, [message(2), message(3)]).map((event) => event.cursor), [1, 2, 3]);
  assert.equal(withEvents(known, [message(1)]), known);
});

test("notes stand among events by time, and an answer's end is no line", () => {
  const done: Event = { type: "done", cursor: 2, at: at(2) };
  const all = lines([message(1), done, message(3)], [{ id: "n", at: at(2), by: "Besa", text: "shënim", whispered_to: null, seen_at: null }]);
  assert.deepEqual(all.map((line) => ("note" in line ? "note" : line.event.cursor)), [1, "note", 3]);
});

test("only who has it replies; a supervisor moves what another has", () => {
  const theirs = handoff("agent");
  const mine = handoff("agent", { mine: true });
  assert.deepEqual([...possible(theirs, "agent", false)], ["note"]);
  assert.deepEqual([...possible(theirs, "supervisor", false)], ["note", "take", "whisper", "hand-back", "transfer", "snooze", "close"]);
  assert.deepEqual([...possible(mine, "agent", false)], ["note", "reply", "hand-back", "transfer", "snooze", "close"]);
  assert.deepEqual([...possible(handoff("waiting"), "agent", false)], ["note", "take", "close"]);
  assert.deepEqual([...possible(handoff("closed"), "agent", false)], ["note", "take", "reopen"]);
  assert.deepEqual([...possible(handoff("bot"), "agent", false)], ["note", "take"]);
});

test("in a conversation that its customer ended nothing more is said", () => {
  assert.deepEqual([...possible(handoff("closed"), "supervisor", true)], ["note"]);
  assert.deepEqual([...possible(handoff("agent", { mine: true }), "agent", true)], ["note", "close"]);
});

test("somebody waits in the queue, or for an answer of an agent", () => {
  assert.equal(waitsSince(handoff("waiting", { waiting_since: at(1) })), Date.parse(at(1)));
  assert.equal(waitsSince(handoff("agent", { unanswered_since: at(2) })), Date.parse(at(2)));
  assert.equal(waitsSince(handoff("agent")), null);
  assert.equal(waitsSince(handoff("closed", { unanswered_since: at(2) })), null);
});

test("an answer is late behind its moment", () => {
  assert.equal(isLate(handoff("waiting", { first_reply_due: at(5) }), Date.parse(at(6))), true);
  assert.equal(isLate(handoff("waiting", { first_reply_due: at(5) }), Date.parse(at(4))), false);
  assert.equal(isLate(handoff("agent"), Date.parse(at(4))), false);
});
