import assert from "node:assert/strict";
import { test } from "node:test";

import * as t from "../src/i18n/sq";
import { apply, begun, type Changes, fellAsleep, happened, initial, type Item, progressed, said, type State } from "../src/store";
import type { ChatEvent } from "../src/types";

const AT = "2026-11-22T16:00:00+01:00";
let cursor = 0;
const event = (fields: object): Changes => happened({ cursor: ++cursor, at: AT, ...fields } as ChatEvent, true, 0);
const history = (fields: object): Changes => happened({ cursor: ++cursor, at: AT, ...fields } as ChatEvent, false, 0);
const after = (...changes: Changes[]): State => changes.reduce<State>(apply, initial);
const reply = (text: string, more: object = {}): object => ({ type: "reply", in_reply_to: null, text, ...more });
const stored = (client_id: string, text: string): object => ({ type: "message", client_id, message_id: `m-${client_id}`, text });
const texts = ({ items }: State): string[] => items.map((item: Item) => item.text);
const say = (client_id: string, text: string): Changes => said({ client_id, text }, 0);

test("a message that the server stored is shown once and as sent", () => {
  const state = after(begun("first", 0), say("a", "po"), event(stored("a", "po")), event(stored("a", "po")));
  assert.deepEqual(state.items.map((item) => item.kind === "mine" && item.progress), ["sent"]);
});

test("what is stored cannot fail any more, whatever answer was lost", () => {
  const state = after(say("a", "po"), event(stored("a", "po")), progressed("a", "failed", "jo"));
  assert.equal(state.items[0]?.kind === "mine" && state.items[0].progress, "sent");
});

test("what is not sent yet stays below what the server stored", () => {
  const state = after(say("a", "një"), say("b", "dy"), event(stored("a", "një")), event(reply("përgjigje")));
  assert.deepEqual(texts(state), ["një", "përgjigje", "dy"]);
});

test("words that are not sent go on into the next conversation, below its notice", () => {
  const state = after(say("a", "një"), event(stored("a", "një")), say("b", "dy"), begun("expired", 0));
  assert.deepEqual(texts(state), ["një", t.expired, "dy"]);
});

test("a new conversation that was asked for clears the old one", () => {
  assert.deepEqual(texts(after(event(reply("e vjetër")), begun("asked", 0))), []);
});

test("the notice of an ended session goes when the next begins", () => {
  assert.deepEqual(texts(after(event(reply("po")), fellAsleep(0), begun("expired", 0))), ["po", t.expired]);
});

test("a redacted message says so, one that was only tidied does not", () => {
  const told = (typed: string, kept: string): unknown => {
    const [item] = after(say("a", typed), event(stored("a", kept))).items;
    return item?.kind === "mine" && item.redacted;
  };
  assert.equal(told("numri 044123456", "numri <msisdn>"), true);
  assert.equal(told("a  b\u200b", "a b"), false);
  assert.equal(told("e\u0308", "ë"), false);
});

test("a redacted message says so also when the answer to sending it came before its event", () => {
  const [item] = after(say("a", "numri 044123456"), progressed("a", "sent"), event(stored("a", "numri <msisdn>"))).items;
  assert.deepEqual(item?.kind === "mine" && [item.text, item.redacted], ["numri <msisdn>", true]);
});

test("buttons serve once and show what was chosen", () => {
  const buttons = [{ id: "c1", title: "Po" }, { id: "c2", title: "Jo" }];
  const chosen = (...changes: Changes[]): unknown => {
    const [item] = after(event(reply("?", { buttons })), ...changes).items;
    return item?.kind === "theirs" && item.chosen;
  };
  assert.equal(chosen(), null);
  assert.equal(chosen(said({ client_id: "a", text: "Jo", choice: "c2" }, 0)), "Jo");
  assert.equal(chosen(say("a", "diçka tjetër")), "");
  assert.equal(chosen(event(stored("z", "Po"))), "Po"); // chosen in another tab
});

test("replies are counted as unread while the panel is closed and only when they are new", () => {
  assert.equal(after(history(reply("një")), event(reply("dy")), event(reply("tri"))).unread, 2);
  assert.equal(after({ open: true }, event(reply("një"))).unread, 0);
});

test("an agent comes and goes with a notice, and who speaks is known", () => {
  const agent = { kind: "agent", name: "Arta" };
  const state = after(
    event({ type: "handoff", state: "waiting", position: 2, agent: null }),
    event({ type: "handoff", state: "agent", position: null, agent: "Arta" }),
    event(reply("Mirëdita", { author: agent })),
  );
  assert.deepEqual(state.handoff, { state: "agent", position: null, agent: "Arta" });
  assert.deepEqual(texts(state), [t.withAgent("Arta"), "Mirëdita"]);
  assert.deepEqual(state.items[1]?.kind === "theirs" && state.items[1].author, agent);
  const back = apply(state, event({ type: "handoff", state: "bot", position: null, agent: null }));
  assert.equal(texts(back).at(-1), t.handBack);
});

test("nobody is said to have left who never came", () => {
  assert.deepEqual(texts(after(event({ type: "handoff", state: "bot", position: null, agent: null }))), []);
});

test("the end closes every card and its buttons", () => {
  const state = after(
    event({ type: "verification", state: "number_needed", masked: null, expires_at: null }),
    event({ type: "attachment", state: "wanted", reference: null }),
    event({ type: "reveal", state: "ready", reference: "R", expires_at: AT }),
    event({ type: "ended", by: "agent" }),
  );
  assert.deepEqual([state.phase, state.step, state.proof, state.cover], ["ended", null, "closed", null]);
  assert.equal(texts(state).at(-1), t.endedByAgent);
});

test("a used-up code leaves the step open, a locked number ends it", () => {
  const step = (expires_at: string | null): State => after(event({ type: "verification", state: "locked", masked: null, expires_at }));
  assert.notEqual(step(null).step, null);
  assert.equal(step(AT).step, null);
  assert.deepEqual(texts(step(AT)), [t.locked("22 nëntor 2026, 16:00")]);
});

test("events of a later server and malformed ones do no harm", () => {
  const state = after(event({ type: "surprise", text: "<b>?</b>" }), event({ type: "reply", in_reply_to: null, text: null }), event({ type: "done" }));
  assert.deepEqual(texts(state), [""]);
});

test("typing ends with the answer's end", () => {
  assert.equal(after({ typing: "" }, event({ type: "done", in_reply_to: null })).typing, null);
});

test("unchanged items stay the very same", () => {
  const before = after(event(reply("një")), say("a", "dy"));
  const now = apply(before, progressed("a", "sending"));
  assert.equal(now.items[0], before.items[0]);
  assert.notEqual(now.items[1], before.items[1]);
});
