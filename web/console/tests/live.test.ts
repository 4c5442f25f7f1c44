import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../src/api";
import { follow } from "../src/live";

const page = new EventTarget(); // what a browser's window is to the stream: it tells when the network is back
Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page), removeEventListener: page.removeEventListener.bind(page) });

/** A stream that says one thing, and then ends in order, breaks, or stays open. */
function stream(text: string, then: "ends" | "breaks" | "stays"): Response {
  const bytes = new TextEncoder().encode(text);
  let said = false;
  return new Response(
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!said) controller.enqueue(bytes);
        else if (then === "ends") controller.close();
        else if (then === "breaks") controller.error(new TypeError("cut off"));
        else return new Promise(() => undefined);
        said = true;
        return undefined;
      },
    }),
  );
}

for (const end of ["ends", "breaks"] as const) {
  test(`what was missed is read when a stream that ${end} is open again`, async () => {
    const answers = [stream("event: a\ndata: 1\n\n", end), stream("event: b\ndata: 2\n\n", "stays")];
    const api = new Api(async () => answers.shift()!);
    const told: unknown[] = [];
    await new Promise<void>((done) => {
      const stop = follow(api, {
        path: () => "/inbox/changes",
        take: ({ event }) => {
          told.push(event);
          if (event !== "b") return;
          stop();
          done();
        },
        alive: (there, again) => told.push(there ? (again ? "again" : "open") : "gone"),
      });
    });
    assert.deepEqual(told, ["open", "a", ...(end === "breaks" ? ["gone"] : []), "again", "b"]);
  });
}
