import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Api, ApiError, Unreachable } from "../src/api";
import { draftId, draftOf, forgetDrafts, forgetOthersDrafts, keepDraft, sent } from "../src/drafts";
import { grouped, lasting, moment } from "../src/format";
import { happened } from "../src/lines";
import type { Event, Session } from "../src/types";

const session = { csrf_token: "c1" } as Session;

function answering(...answers: (Response | Error)[]): { api: Api; calls: [string, RequestInit][] } {
  const calls: [string, RequestInit][] = [];
  const api = new Api(async (input, init = {}) => {
    calls.push([String(input), init]);
    const answer = answers.shift()!;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { api, calls };
}
const refusal = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { code, message: "Jo." } }, { status, headers });

test("what changes something shows the session's token, what reads does not", async () => {
  const { api, calls } = answering(Response.json({}), Response.json({}));
  api.use(session);
  await api.get("/a");
  await api.post("/b", { x: 1 });
  assert.equal(new Headers(calls[0]![1].headers).get("X-CSRF-Token"), null);
  assert.equal(new Headers(calls[1]![1].headers).get("X-CSRF-Token"), "c1");
  assert.equal(calls[1]![0], "/api/console/b");
  assert.equal(calls[1]![1].body, '{"x":1}');
});

test("a refusal has its code, sentence and wait", async () => {
  const { api } = answering(refusal(429, "sign_in_locked", { "Retry-After": "60" }));
  const error = await api.post("/session", {}).catch((each: unknown) => each);
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.status, error.code, error.message, error.retryAfter], [429, "sign_in_locked", "Jo.", 60]);
});

test("no answer, and one that is not the gateway's, are no refusals", async () => {
  const { api } = answering(new TypeError("failed"), new Response("<h1>502</h1>", { status: 502 }), new Response("<p>hyni</p>"));
  for (let count = 0; count < 3; count += 1) await assert.rejects(api.get("/a"), Unreachable);
});

test("a session that is over is told once it is missed, but not while signing in", async () => {
  const { api } = answering(refusal(401, "not_signed_in"), refusal(401, "not_signed_in"));
  let told = 0;
  api.onSignedOut = () => (told += 1);
  await assert.rejects(api.post("/session/totp", {}), ApiError);
  assert.equal(told, 0);
  await assert.rejects(api.get("/inbox/agents"), ApiError);
  assert.equal(told, 1);
});

beforeEach(forgetDrafts);

test("a repeat of the same text has the same id, another text another", () => {
  keepDraft("c", "reply", "po");
  const id = draftId("c", "reply");
  keepDraft("c", "reply", "po");
  assert.equal(draftId("c", "reply"), id);
  keepDraft("c", "reply", "jo");
  assert.notEqual(draftId("c", "reply"), id);
});

test("what was sent is forgotten, but not what was written meanwhile", () => {
  keepDraft("c", "reply", "po");
  const id = draftId("c", "reply");
  keepDraft("c", "reply", "po, dhe");
  sent("c", "reply", id);
  assert.equal(draftOf("c", "reply"), "po, dhe");
  sent("c", "reply", draftId("c", "reply"));
  assert.equal(draftOf("c", "reply"), "");
});

test("drafts are one person's", () => {
  forgetOthersDrafts("anita");
  keepDraft("c", "note", "shënim");
  forgetOthersDrafts("anita");
  assert.equal(draftOf("c", "note"), "shënim");
  forgetOthersDrafts("besa");
  assert.equal(draftOf("c", "note"), "");
});

test("durations in words", () => {
  const minute = 60_000;
  assert.deepEqual([-5, 40_000, 4 * minute, 60 * minute, 125 * minute, 24 * 60 * minute, 72 * 60 * minute].map(lasting), ["0 s", "40 s", "4 min", "1 orë", "2 orë 5 min", "1 ditë", "3 ditë"]);
});

test("a moment of another day names its day", () => {
  const now = Date.parse("2026-11-22T16:00:00+01:00");
  assert.equal(moment(now, now), "16:00");
  assert.equal(moment(Date.parse("2026-11-21T23:59:00+01:00"), now), "21.11. 23:59");
});

test("a secret is shown in fours", () => assert.equal(grouped("ABCDEFGHJK"), "ABCD EFGH JK"));

test("what happened is said in a sentence; what is unknown is left out", () => {
  const event = (more: object): Event => ({ cursor: 1, at: "2026-11-22T16:00:00+01:00", ...more }) as unknown as Event;
  assert.equal(happened(event({ type: "verification", state: "verified", masked: "044 ••• •56" })), "U verifikua numri 044 ••• •56.");
  assert.equal(happened(event({ type: "attachment", state: "received", reference: "RK-1" })), "U pranua dëshmia e pagesës për kërkesën RK-1.");
  assert.equal(happened(event({ type: "handoff", state: "agent", agent: "Besa" })), "Bisedën e ka Besa.");
  assert.equal(happened(event({ type: "verification", state: "tomorrow" })), null);
  assert.equal(happened(event({ type: "tomorrow" })), null);
});
