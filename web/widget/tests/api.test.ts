import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { makeApi } from "../src/api";
import type { Credentials, Tabs } from "../src/tabs";

const RIGHT = "482913";
const real = globalThis.fetch;
afterEach(() => void (globalThis.fetch = real));

/** One tab alone: what it keeps, and locks that nobody else wants. */
function alone(): Tabs {
  let kept: Credentials | null = null;
  return {
    load: () => kept,
    save: (given: Credentials | null) => (kept = given),
    exclusive: <T>(_name: string, work: () => Promise<T>) => work(),
  } as unknown as Tabs;
}

/** A server of one session: the right code replaces the token, and the spare one that came with it is good until the next. */
class Server {
  readonly spares: string[] = [];
  loses = false;
  #token = "first";
  #spare: string | null = null;

  readonly fetch = async (address: string | URL | Request, { method, headers, body }: RequestInit = {}): Promise<Response> => {
    const [, path] = /\/sessions(.*)$/.exec(String(address))!;
    if (path === "") return Response.json({ session_id: "s", token: this.#token });
    const bearer = new Headers(headers).get("Authorization")?.replace("Bearer ", "");
    if (bearer !== this.#token && bearer !== this.#spare) return Response.json({ error: { code: "not_authorised" } }, { status: 401 });
    if (path === "/s/verification/code") {
      const { code, spare_token } = JSON.parse(String(body)) as { code: string; spare_token: string };
      this.spares.push(spare_token);
      if (code !== RIGHT) return Response.json({ error: { code: "wrong_code" } }, { status: 422 });
      this.#token = `after-${this.spares.length}`;
      this.#spare = spare_token;
      if (this.loses) throw new TypeError("cut off");
      return Response.json({ verified: true, token: this.#token });
    }
    if (path === "/s/token") {
      this.#token += "-renewed";
      return Response.json({ token: this.#token });
    }
    return method === "GET" ? Response.json({ state: "open" }) : new Response(null, { status: 204 });
  };
}

async function begun(): Promise<{ server: Server; api: ReturnType<typeof makeApi>; tabs: Tabs }> {
  const server = new Server();
  globalThis.fetch = server.fetch;
  const tabs = alone();
  const api = makeApi("https://chat.example", tabs, () => undefined);
  await api.begin();
  return { server, api, tabs };
}

test("s2: a second press after the answer to the right code was lost does not lose the session", async () => {
  const { server, api, tabs } = await begun();
  server.loses = true;
  await assert.rejects(api.code(RIGHT), { status: 0 });
  const { spare } = tabs.load()!;
  await assert.rejects(api.code(RIGHT), { status: 401 });
  assert.equal(tabs.load()!.spare, spare);
  assert.deepEqual(await api.call("/step", undefined, "GET"), { state: "open" });
  assert.equal(api.session(), "s");
});

test("s2: a code after a wrong one is right, and the next verification has a spare token of its own", async () => {
  const { server, api, tabs } = await begun();
  await assert.rejects(api.code("000000"), { status: 422 });
  await api.code(RIGHT);
  assert.deepEqual({ ...tabs.load() }, { id: "s", token: "after-2" });
  await api.code(RIGHT);
  const [wrong, right, next] = server.spares;
  assert.equal(right, wrong);
  assert.notEqual(next, right);
});
