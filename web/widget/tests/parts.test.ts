import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../src/api";
import { AMOUNT, objection } from "../src/cards/proof";
import { clock, date, isoDay, longDay, minutes, moment } from "../src/format";
import * as en from "../src/i18n/en";
import * as sq from "../src/i18n/sq";
import * as sr from "../src/i18n/sr";
import { linkified, target } from "../src/links";
import { eventParser } from "../src/sse";
import { length } from "../src/views/composer";

test("events are found however the stream is cut", () => {
  const stream = ': alive\r\nid: 3\r\nevent: reply\r\ndata: {"a":1}\r\n\r\nevent: typing\ndata: x\ndata:y\n\n\n';
  const expected = [{ event: "reply", data: '{"a":1}' }, { event: "typing", data: "x\ny" }];
  for (let cut = 0; cut <= stream.length; cut += 1) {
    const parse = eventParser();
    assert.deepEqual([...parse(stream.slice(0, cut)), ...parse(stream.slice(cut))], expected);
  }
});

test("a line separator inside of a text ends no line, and no other field is taken for the wanted one", () => {
  const text = "një\u2028data: dy\u2029tre";
  const stream = `event: reply\ndata: ${JSON.stringify({ text })}\ndatabase: x\n\n`;
  const [event] = eventParser()(stream);
  assert.equal(event?.event, "reply");
  assert.deepEqual(JSON.parse(event!.data), { text });
});

test("only https on the operator's hosts is linked", () => {
  assert.equal(target("kosovotelecom.com/x"), "https://kosovotelecom.com/x");
  assert.equal(target("https://www.kosovotelecom.com/"), "https://www.kosovotelecom.com/");
  assert.equal(target("080 010 000"), "tel:080010000");
  assert.equal(target("business@kosovotelecom.com"), "mailto:business@kosovotelecom.com");
  for (const evil of [
    "http://kosovotelecom.com/", "https://kosovotelecom.com@evil.example/", "https://kosovotelecom.com.evil.example/", "https://kosovotelecom.com:8443/",
    "https://user:pass@kosovotelecom.com/", "javascript:alert(1)", "https://evil.example/kosovotelecom.com", "x@evil.example", "data:text/html,x",
  ])
    assert.equal(target(evil), null, evil);
});

test("text around links is kept to the letter", () => {
  const text = "Hapni kosovotelecom.com/a, ose 080010000. https://evil.example/kosovotelecom.com";
  const told = linkified(text).map((node) => (typeof node === "string" ? node : node.children.join(""))).join("");
  assert.equal(told, text);
  assert.equal(linkified(text).filter((node) => typeof node !== "string").length, 2);
});

test("moments are told in Kosovo's civil time", () => {
  const at = Date.parse("2026-11-22T15:05:00Z");
  assert.equal(clock(at), "16:05");
  assert.equal(longDay(Date.parse("2026-12-31T23:30:00Z")), "1 janar 2027");
  assert.equal(isoDay(Date.parse("2026-11-22T23:30:00Z")), "2026-11-23");
  assert.equal(date("2026-11-22"), "22 nëntor 2026");
  assert.equal(date("<b>2026-13-01"), "<b>2026-13-01");
  assert.equal(minutes(299_001), "5:00");
  assert.equal(minutes(-5), "0:00");
  assert.equal(moment("nonsense"), null);
});

test("a failure has the server's words, or the widget's own for lack of them", () => {
  assert.equal(new ApiError(422, { code: "x", message: "Fjali." }).message, "Fjali.");
  assert.equal(new ApiError(422, { code: "invalid_field", message: "Fjali.", field: "amount" }).message, "Fjali.");
  assert.equal(new ApiError(503).message, sq.server);
  assert.equal(new ApiError().message, sq.network);
  assert.deepEqual([401, 404, 409, 429, 503, 0].map((status) => new ApiError(status).gone), [true, true, false, false, false, false]);
  assert.equal(new ApiError(409, { code: "conversation_ended" }).gone, true);
  assert.deepEqual([422, 408, 429, 500, 0].map((status) => new ApiError(status).passing), [false, true, true, true, true]);
});

test("an unfit file is told why", () => {
  assert.equal(objection({ size: 0, type: "image/png" }), sq.empty);
  assert.equal(objection({ size: 9, type: "application/x-msdownload" }), sq.badType);
  assert.equal(objection({ size: 5 * 1024 * 1024 + 1, type: "application/pdf" }), sq.tooBig);
  assert.equal(objection({ size: 5 * 1024 * 1024, type: "application/pdf" }), "");
});

test("an amount is taken as people write it, and what is none is not", () => {
  const fits = (text: string): boolean => new RegExp(`^(?:${AMOUNT})$`, "u").test(text); // as a `pattern` is read
  for (const amount of ["23", "23,4", "23,40", "23.40", " 23,40 €", "23,40€", "5 euro", "5 EUR", "0,01"]) assert.ok(fits(amount), amount);
  for (const none of ["njëzet", "1.234,50", "-5", "23,405", "1e3", "€", ",5", "10 000"]) assert.ok(!fits(none), none);
});

test("length counts as the server counts: characters after NFC", () => {
  assert.equal(length(" 😀e\u0308 "), 2);
});

test("each language says everything, fills what is to be filled and leaves no placeholder", () => {
  const names = Object.keys(sq).sort();
  for (const words of [sr, en]) {
    assert.deepEqual(Object.keys(words).sort(), names);
    assert.deepEqual(Object.keys(words.hidden), Object.keys(sq.hidden));
  }
  for (const words of [sq, sr, en] as Record<string, unknown>[])
    for (const [name, value] of Object.entries(words)) {
      if (name === "calendar" || typeof value === "object") continue;
      const told = typeof value === "function" ? (value as (...fill: unknown[]) => string)(21, 22) : value;
      assert.ok(typeof told === "string" && told !== "" && !/undefined|\{|\}/.test(told), `${name}: ${told}`);
    }
});

test("numbers are told in the right plural", () => {
  assert.deepEqual([1, 2].map(en.unread), ["1 new message", "2 new messages"]);
  assert.deepEqual([1, 2].map(sq.unread), ["1 mesazh i ri", "2 mesazhe të reja"]);
});
