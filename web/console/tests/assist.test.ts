import assert from "node:assert/strict";
import { test } from "node:test";

import { Asking, NOTHING, type Shown } from "../src/assist/asking";
import { changedDraft, newCall, withTold } from "../src/assist/call-draft";
import { forgetCall, keepCall, keptCall, nobodyCalls } from "../src/assist/kept";
import { Ledger } from "../src/assist/ledger";
import { insertedAt, lastAsked, matching, opensList, unfilled } from "../src/assist/model";
import type { Canned, Feedback, Given, Suggestion } from "../src/assist/types";
import type { Event } from "../src/types";

const suggestion = (intent: string): Suggestion => ({ intent, title: intent, text: `${intent}.`, source: "FAQ", reviewed: "2026-11-22", confidence: 0.9 });

/** A server that answers when it is told to, and a clock that moves when it is told to. */
class Scene {
  readonly asked: { text: string; sequence: number; answer: (given: Partial<Given>) => void; fail: (error: Error) => void }[] = [];
  readonly shown: Shown[] = [];
  #later: (() => void) | null = null;
  readonly asking = new Asking(
    (text, sequence) =>
      new Promise((resolve, reject) =>
        this.asked.push({
          text,
          sequence,
          answer: (given) => resolve({ sequence, suggestions: [suggestion(text)], reason: null, message: null, ...given }),
          fail: reject,
        }),
      ),
    (shown) => this.shown.push(shown),
    (_ms, then) => {
      this.#later = then;
      return () => void (this.#later = null);
    },
  );

  get now(): Shown {
    return this.shown.at(-1) ?? NOTHING;
  }

  /** Types, and waits until it is asked for. */
  type(text: string): void {
    this.asking.type(text);
    this.pause();
  }

  pause(): void {
    const then = this.#later;
    this.#later = null;
    then?.();
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("what is typed in one go is asked for once", async () => {
  const scene = new Scene();
  for (const text of ["s", "sa", "sa k"]) scene.asking.type(text);
  scene.pause();
  assert.deepEqual(scene.asked.map(({ text }) => text), ["sa k"]);
  assert.equal(scene.now.asking, true);
});

test("an old answer never takes the place of a new one", async () => {
  const scene = new Scene();
  for (const text of ["a", "ab", "abc"]) scene.type(text);
  for (const index of [2, 0, 1]) {
    scene.asked[index]!.answer({});
    await settled();
    assert.equal(scene.now.text, "abc");
    assert.deepEqual(scene.now.suggestions.map(({ intent }) => intent), ["abc"]);
  }
  assert.equal(scene.now.asking, false);
});

test("in every order of answers the texts shown only grow, and the last one stays", async () => {
  for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) {
    const scene = new Scene();
    for (const text of ["a", "ab", "abc"]) scene.type(text);
    for (const index of order) {
      scene.asked[index]!.answer({});
      await settled();
    }
    const lengths = scene.shown.map(({ text }) => text.length);
    assert.deepEqual(lengths, [...lengths].sort(), String(order));
    assert.equal(scene.now.text, "abc");
  }
});

test("an answer to what was cleared is not shown", async () => {
  const scene = new Scene();
  scene.type("puk");
  scene.asking.type("");
  scene.asked[0]!.answer({});
  await settled();
  assert.deepEqual(scene.now, NOTHING);
});

test("a superseded text shows nothing and hides nothing", async () => {
  const scene = new Scene();
  scene.type("a");
  scene.asked[0]!.answer({});
  await settled();
  scene.type("ab");
  scene.asked[1]!.answer({ suggestions: [], reason: "superseded", message: "x" });
  await settled();
  assert.equal(scene.now.suggestions.length, 1);
  assert.equal(scene.now.asking, true);
});

test("without a sure answer the reason is shown and nothing else", async () => {
  const scene = new Scene();
  scene.type("mot");
  scene.asked[0]!.answer({ suggestions: [], reason: "none_confident", message: "Nuk ka përgjigje të sigurt." });
  await settled();
  assert.deepEqual([scene.now.suggestions, scene.now.message], [[], "Nuk ka përgjigje të sigurt."]);
});

test("a failure is told unless a newer text is under way, and can be tried again", async () => {
  const scene = new Scene();
  scene.type("a");
  scene.type("ab");
  scene.asked[0]!.fail(new Error("first"));
  await settled();
  assert.equal(scene.now.failure, null);
  scene.asked[1]!.fail(new Error("second"));
  await settled();
  assert.equal((scene.now.failure as unknown as Error).message, "second");
  scene.asking.again();
  scene.asked[2]!.answer({});
  await settled();
  assert.deepEqual([scene.now.text, scene.now.failure], ["ab", null]);
});

test("what has left shows nothing more", async () => {
  const scene = new Scene();
  scene.type("a");
  scene.asking.stop();
  const before = scene.shown.length;
  scene.asked[0]!.answer({});
  await settled();
  assert.equal(scene.shown.length, before);
});

test("each thing that happened to a suggestion is told once for a question", async () => {
  const told: Feedback[] = [];
  const ledger = new Ledger(async (feedback) => told.push(feedback));
  for (let count = 0; count < 3; count += 1)
    for (const action of ["displayed", "inserted", "edited", "sent"] as const) await ledger.tell("q1", action, suggestion("a"), { text: "x" });
  assert.deepEqual(told.map(({ action }) => action), ["displayed", "inserted", "edited", "sent"]);
  await ledger.tell("q2", "displayed", suggestion("a"), { text: "x" });
  await ledger.tell("q1", "displayed", suggestion("b"), { text: "x", conversation_id: "c1" });
  assert.deepEqual(told.slice(4), [
    { action: "displayed", intent: "a", confidence: 0.9, text: "x" },
    { action: "displayed", intent: "b", confidence: 0.9, text: "x", conversation_id: "c1" },
  ]);
});

test("what one part of the page told, another does not tell again", async () => {
  const told: Feedback[] = [];
  const known = new Set<string>();
  for (let count = 0; count < 2; count += 1) await new Ledger(async (feedback) => told.push(feedback), known).tell("q", "displayed", suggestion("a"), { text: "x" });
  assert.equal(told.length, 1);
});

test("what could not be stored can be told again", async () => {
  let fails = true;
  const told: Feedback[] = [];
  const ledger = new Ledger(async (feedback) => {
    if (fails) throw new Error("away");
    told.push(feedback);
  });
  await assert.rejects(ledger.tell("q", "wrong", suggestion("a"), { text: "x", right_intent: "b" }));
  fails = false;
  await ledger.tell("q", "wrong", suggestion("a"), { text: "x", right_intent: "b" });
  assert.equal(told.length, 1);
});

const said = (text: string, id = text): Event => ({ type: "message", cursor: 1, at: "", message_id: id, text });
const step = (state: "number_needed" | "code_sent" | "verified" | "cancelled"): Event => ({ type: "verification", cursor: 1, at: "", state, masked: null });
const ASIDES = new Set(["fol me një agjent"]);

test("suggestions are for the customer's last message, not for one that asks for a person", () => {
  assert.equal(lastAsked([], ASIDES), null);
  assert.deepEqual(lastAsked([said("sa kushton?", "m1"), said("Fol me një agjent")], ASIDES), { id: "m1", text: "sa kushton?" });
});

test("a message with something hidden, or of a verification, is not read", () => {
  assert.equal(lastAsked([said("a"), said("numri im <msisdn>")], ASIDES), "hidden");
  for (const state of ["number_needed", "code_sent"] as const) assert.equal(lastAsked([step(state), said("po")], ASIDES), "hidden");
  for (const state of ["verified", "cancelled"] as const) assert.notEqual(lastAsked([step("code_sent"), step(state), said("po")], ASIDES), "hidden");
  assert.deepEqual(lastAsked([said("<msisdn>"), said("sa kushton?", "m2")], ASIDES), { id: "m2", text: "sa kushton?" });
});

const canned = (shortcut: string, title: string, text = ""): Canned => ({ id: shortcut, shortcut, title, text, team: null, variables: [], version: 1, changed_at: "", changed_by: "" });
const REPLIES = [canned("fundi", "Përshëndetje në fund"), canned("mirëdita", "Përshëndetja", "Jam agjenti."), canned("çmimi", "Çmimet")];

test("canned replies are found by the beginnings of words, with ë and ç or without, the shortcut first", () => {
  const found = (typed: string): string[] => matching(REPLIES, typed).map(({ shortcut }) => shortcut);
  assert.deepEqual(found(""), ["fundi", "mirëdita", "çmimi"]);
  assert.deepEqual(found("pershend"), ["fundi", "mirëdita"]);
  assert.deepEqual(found("cmi"), ["çmimi"]);
  assert.deepEqual(found("MIRED"), ["mirëdita"]);
  assert.deepEqual(found("pershend agj"), ["mirëdita"]);
  assert.deepEqual(found("undi"), []);
});

test("variables that nobody filled in are named once", () => {
  assert.deepEqual(unfilled("{a} dhe {numri_i_maskuar}, {a}; { b }"), ["a", "numri_i_maskuar"]);
  assert.deepEqual(unfilled("7 €"), []);
});

test("a text is put in where the selection is", () => {
  assert.deepEqual(insertedAt("ab", 1, 1, "XY"), ["aXYb", 3]);
  assert.deepEqual(insertedAt("abc", 0, 3, "X"), ["X", 1]);
});

test("a slash opens the list at the beginning and after a blank", () => {
  assert.deepEqual(["", "a ", "a\n", "a", "http:/"].map(opensList), [true, true, true, false, false]);
});

test("another text of a note has another id, the same has the same", () => {
  const draft = newCall();
  assert.notEqual(changedDraft(draft, { text: "x" }).clientId, draft.clientId);
  const told = withTold(changedDraft(draft, { text: "x" }), "Kodi PUK");
  assert.equal(told.text, "x\nKodi PUK");
  assert.equal(withTold(told, "Kodi PUK"), told);
});

test("what one person was noting is not another's to see", () => {
  keepCall("anita", { ...nobodyCalls(), says: "puk" });
  assert.equal(keptCall("anita").says, "puk");
  assert.equal(keptCall("besa").says, "");
  forgetCall();
  assert.equal(keptCall("anita").says, "");
});
