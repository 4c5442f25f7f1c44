import assert from "node:assert/strict";
import { test } from "node:test";

import { latestNews } from "../src/accounts/beside";
import { day, money, size, spelled } from "../src/accounts/format";
import { laidOut } from "../src/accounts/layout";
import * as t from "../src/accounts/sq";
import type { LifeStatus, Stretch } from "../src/accounts/types";
import { reasonOf } from "../src/accounts/use-account";
import { Api } from "../src/api";

const stretch = (status: LifeStatus, first_day: string, last_day: string | null, now = false): Stretch => ({ status, first_day, last_day, now });
const DEACTIVE = {
  today: "2026-11-22",
  stretches: [
    stretch("valid", "2025-10-08", "2025-10-17"),
    stretch("active", "2025-10-18", "2026-10-31"),
    stretch("inactive", "2026-11-01", "2026-11-16"),
    stretch("deactive", "2026-11-17", "2026-12-01", true),
    stretch("void", "2026-12-02", null),
  ],
};

test("amounts, days and sizes are written as in Kosovo", () => {
  assert.deepEqual([2340, 700, 5, 0, 123450, 1_234_567_800, -150].map(money), ["23,40\u00a0€", "7\u00a0€", "0,05\u00a0€", "0\u00a0€", "1\u00a0234,50\u00a0€", "12\u00a0345\u00a0678\u00a0€", "-1,50\u00a0€"]);
  assert.equal(day("2026-11-05"), "5 nëntor 2026");
  assert.equal(day("2027-01-31"), "31 janar 2027");
  assert.deepEqual([1, 34_000, 999_400, 1_240_000].map(size), ["1 kB", "34 kB", "999 kB", "1,2 MB"]);
  assert.equal(spelled("12345678"), "1234 5678");
});

test("the line is gapless, ends at its right edge and has today in the stretch of today", () => {
  const { segments, today, cut } = laidOut(DEACTIVE);
  assert.ok(cut, "what was more than 45 days ago is only listed");
  assert.deepEqual(segments.map(({ status }) => status), ["active", "inactive", "deactive", "void"]);
  assert.equal(segments[0]!.at, 0);
  for (const [place, { at, width }] of segments.entries()) {
    const next = segments[place + 1]?.at ?? 100;
    assert.ok(Math.abs(at + width - next) < 1e-9);
    assert.ok(width > 0);
  }
  const now = segments.find((each) => each.now)!;
  assert.ok(now.at < today && today < now.at + now.width);
});

test("a number that was just bought begins at the left edge, with nothing left out", () => {
  const { segments, today, cut } = laidOut({ today: "2026-11-22", stretches: [stretch("valid", "2026-11-22", "2027-03-02", true), stretch("void", "2027-03-03", null)] });
  assert.equal(cut, false);
  assert.ok(today > 0 && today < 1);
  assert.deepEqual(segments.map(({ status }) => status), ["valid", "void"]);
});

test("of a number that has long been void only the end is drawn", () => {
  const { segments, today } = laidOut({ today: "2026-11-22", stretches: [stretch("valid", "2026-01-01", "2026-04-11"), stretch("void", "2026-04-12", null, true)] });
  assert.deepEqual(segments.map(({ status, at, width }) => [status, at, Math.round(width)]), [["void", 0, 100]]);
  assert.ok(today > 90 && today <= 100);
});

test("a deadline says how many days are left, and its last day", () => {
  assert.equal(t.lifeUntil("Deaktiv", "1 dhjetor 2026", 9, t.nextStatuses.void), "Deaktiv deri më 1 dhjetor 2026 (mbeten 9 ditë), pastaj i pavlefshëm.");
  assert.match(t.lifeUntil("Aktiv", "23 nëntor 2026", 1, "Inaktiv"), /mbetet 1 ditë/);
  assert.match(t.lifeUntil("Aktiv", "22 nëntor 2026", 0, "Inaktiv"), /sot është dita e fundit/);
});

test("what the customer did not say is said so", () => {
  assert.equal(t.claimed("23,40 €", "21 nëntor 2026"), "23,40 €, paguar më 21 nëntor 2026");
  assert.equal(t.claimed(null, null), "shumën nuk e tha, datën nuk e tha");
});

test("an account is read for a conversation or a call", () => {
  assert.equal(reasonOf({ verifiedIn: "c1" }), "c1");
  assert.equal(reasonOf({ number: "044", conversation: "c2" }), "c2");
  assert.equal(reasonOf({ number: "044", conversation: null }), null);
});

test("a number proved and a proof received are news of an account, what is said is not", () => {
  const verified = { type: "verification", state: "verified", masked: "044 ••• •19", cursor: 4, at: "" } as const;
  const wanted = { type: "attachment", state: "wanted", reference: "RK-1", cursor: 6, at: "" } as const;
  const message = { type: "message", message_id: "m", text: "po", cursor: 9, at: "" } as const;
  assert.equal(latestNews([]), 0);
  assert.equal(latestNews([verified, wanted, message]), 4);
  assert.equal(latestNews([verified, { ...wanted, state: "received", cursor: 8 }, message]), 8);
});

test("a file is fetched by a POST with the session's token, and keeps its kind", async () => {
  const calls: [string, RequestInit][] = [];
  const api = new Api(async (input, init = {}) => {
    calls.push([String(input), init]);
    return new Response(new Blob(["x"], { type: "image/png" }), { headers: { "Content-Type": "image/png" } });
  });
  const file = await api.file("/accounts/proof", { proof: "p" });
  assert.equal(file.type, "image/png");
  assert.equal(calls[0]![1].method, "POST");
  assert.ok(!calls[0]![0].includes("p="), "nothing of it is in the address");
});
