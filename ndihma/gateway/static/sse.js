// @ts-check
/** Server-sent events read from a fetch body (EventSource cannot send an Authorization header). */

/** @typedef {{id: string | null, event: string, data: string}} ServerEvent */

/** Splits a stream of text into events, as the HTML standard describes it. */
export class EventParser {
  #rest = "";
  #id = /** @type {string | null} */ (null);
  #event = "message";
  #data = /** @type {string[]} */ ([]);

  /**
   * @param {string} chunk
   * @returns {ServerEvent[]} the events that are complete now
   */
  push(chunk) {
    /** @type {ServerEvent[]} */
    const complete = [];
    this.#rest += chunk;
    // A lone CR at the very end may be half of a CRLF: it waits for the next chunk.
    for (let end; (end = /\r\n|\n|\r(?!$)/u.exec(this.#rest)) !== null; ) {
      const line = this.#rest.slice(0, end.index);
      this.#rest = this.#rest.slice(end.index + end[0].length);
      const event = this.#line(line);
      if (event !== null) complete.push(event);
    }
    return complete;
  }

  /** @param {string} line @returns {ServerEvent | null} */
  #line(line) {
    if (line === "") {
      const event = this.#data.length === 0 ? null : { id: this.#id, event: this.#event, data: this.#data.join("\n") };
      this.#id = null;
      this.#event = "message";
      this.#data = [];
      return event;
    }
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /u, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return null;
  }
}

/**
 * The events of a response until it ends. When nothing at all comes for `silenceMs` (the server sends a comment
 * every 15 s) the stream counts as dead and this throws.
 *
 * @param {Response} response
 * @param {number} silenceMs
 * @returns {AsyncGenerator<ServerEvent>}
 */
export async function* serverEvents(response, silenceMs) {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await beforeSilence(reader.read(), silenceMs);
      if (done) return;
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** @template T @param {Promise<T>} work @param {number} silenceMs @returns {Promise<T>} */
function beforeSilence(work, silenceMs) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the stream went silent")), silenceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
