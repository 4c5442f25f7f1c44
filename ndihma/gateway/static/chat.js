// @ts-check
/**
 * One conversation's life: restore or create the session, follow its events, renew its token, start over when it ends.
 * It knows no DOM; what happens is told to a `ChatView`.
 */

import { ApiError, NetworkError } from "./api.js";
import { serverEvents } from "./sse.js";

/** @typedef {import("./types.js").StoredEvent} StoredEvent */
/** @typedef {import("./types.js").Outgoing} Outgoing */
/** @typedef {import("./types.js").Connection} Connection */
/**
 * @typedef {object} ChatView
 * @property {(event: StoredEvent, how: {live: boolean}) => void} onEvent each stored event once, in order
 * @property {(active: boolean) => void} onTyping
 * @property {(state: Connection, retryInMs: number) => void} onConnection
 * @property {(why: "first" | "restored" | "expired" | "asked", state: {verifying: boolean}) => void} onSession
 *   a conversation is ready; `verifying`: a step of a restored one is still open
 * @property {() => void} onAsleep the session ended while nobody was there; `wake()` starts the next one
 * @property {(error: Error) => void} onCannotStart
 */

const STORE_KEY = "ndihma.session";
/** The server sends a comment every 15 s. */
const SILENCE_MS = 40_000;
const RENEW_BEFORE_MS = 120_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;
/** A stream that ends sooner than this counts as a failure, so that a broken server is not hammered. */
const SHORT_STREAM_MS = 5_000;
/** After this long without a touch the page is taken to be left alone. */
const PRESENT_MS = 5 * 60_000;

export class Chat {
  #api;
  #view;
  #storage;
  #cursor = 0;
  /** Counts conversations; a loop that finds another number than its own stops. */
  #generation = 0;
  #stop = new AbortController();
  #stream = new AbortController();
  /** @type {() => void} */
  #hurry = () => undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #renewal;
  /** @type {Promise<void> | null} */
  #starting = null;
  #asleep = false;
  #touchedAt = Date.now();

  /** @param {import("./api.js").Api} api @param {ChatView} view @param {Storage | null} storage */
  constructor(api, view, storage) {
    this.#api = api;
    this.#view = view;
    this.#storage = storage;
    api.onCredentials = () => {
      this.#save();
      this.#planRenewal();
    };
  }

  /** Opens the stored conversation, or a new one. Keeps trying while the server cannot be reached. */
  async open() {
    const stored = this.#load();
    if (stored === null) return this.#begin("first");
    this.#api.adopt(stored);
    return this.#single(async () => {
      const generation = this.#next();
      await this.#insist(generation, async () => {
        let verifying;
        try {
          const state = await this.#api.session();
          verifying = state.verification !== null;
          const ends = Date.parse(String(state.token_expires_at ?? ""));
          if (!Number.isNaN(ends)) this.#api.tokenEndsAt = ends - this.#api.now() + Date.now();
          for await (const event of this.#api.history(0)) this.#take(event, false);
        } catch (error) {
          if (!gone(error)) throw error;
          await this.#create(generation, "expired");
          return;
        }
        this.#view.onSession("restored", { verifying });
      });
      this.#planRenewal();
      void this.#follow(generation);
    });
  }

  /** Ends this conversation and starts another. */
  async restart() {
    this.#next(); // the stream is not to notice the end first
    await this.#api.endSession().catch(() => undefined); // it ends by itself when this cannot be said
    await this.#begin("asked");
  }

  /** Somebody is there: a session that ended while the page was left alone is followed by a new one. */
  wake() {
    this.#touchedAt = Date.now();
    if (this.#asleep) void this.#begin("expired");
  }

  /** The network is known to be gone: do not wait for the stream to find out. */
  dropped() {
    this.#stream.abort();
  }

  /** Try the connection again now instead of after the delay. */
  hurry() {
    this.#hurry();
  }

  /**
   * Sends a message; when the session turns out to be over, into the next one. Sending again with the same client id
   * stores nothing twice.
   *
   * @param {Outgoing} message
   * @returns {Promise<void>}
   */
  async send(message) {
    this.#touchedAt = Date.now();
    if (this.#asleep) await this.#begin("expired");
    await this.#starting;
    const { client_id, choice, text } = message;
    const generation = this.#generation;
    try {
      await this.#api.postMessage(choice === undefined ? { client_id, text } : { client_id, choice });
    } catch (error) {
      if (!gone(error)) throw error;
      // The stream may have noticed first and begun already.
      if (generation === this.#generation) await this.#begin("expired");
      else await this.#starting;
      // A button belongs to the conversation that is gone; its title says the same in words.
      await this.#api.postMessage({ client_id, text });
    }
  }

  /** @param {"first" | "expired" | "asked"} why */
  #begin(why) {
    return this.#single(async () => {
      const generation = this.#next();
      await this.#insist(generation, () => this.#create(generation, why));
      void this.#follow(generation);
    });
  }

  /** One start at a time; who comes second waits for the first. @param {() => Promise<void>} work */
  async #single(work) {
    this.#starting ??= work().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** A new generation: everything that belongs to the old conversation stops. */
  #next() {
    this.#asleep = false;
    this.#stop.abort();
    this.#stop = new AbortController();
    clearTimeout(this.#renewal);
    this.#generation += 1;
    return this.#generation;
  }

  /** @param {number} generation @param {"first" | "expired" | "asked"} why */
  async #create(generation, why) {
    this.#api.forget();
    this.#cursor = 0;
    this.#save();
    await this.#api.createSession();
    if (generation !== this.#generation) return;
    this.#view.onSession(why, { verifying: false });
  }

  /** Repeats the work, with growing pauses, until it succeeds. @param {number} generation @param {() => Promise<void>} work */
  async #insist(generation, work) {
    for (let failures = 1; generation === this.#generation; failures += 1) {
      try {
        await work();
        this.#view.onConnection("online", 0);
        return;
      } catch (error) {
        const delay = pause(failures, error);
        this.#view.onCannotStart(error instanceof Error ? error : new Error(String(error)));
        this.#view.onConnection("offline", delay);
        await this.#wait(delay);
      }
    }
  }

  /** Follows the stream of one conversation, again and again, until the session ends. @param {number} generation */
  async #follow(generation) {
    for (let failures = 0; generation === this.#generation; ) {
      const stop = this.#stop.signal;
      this.#stream = new AbortController();
      const stream = this.#stream.signal;
      const signal = AbortSignal.any([stop, stream]);
      const openedAt = performance.now();
      try {
        const response = await this.#api.stream(this.#cursor, signal);
        this.#view.onConnection("online", 0);
        for await (const { event, data } of serverEvents(response, SILENCE_MS)) {
          if (generation !== this.#generation) return;
          failures = 0;
          this.#serve(event, data);
        }
        if (performance.now() - openedAt > SHORT_STREAM_MS) failures = 0;
        throw new NetworkError();
      } catch (error) {
        if (generation !== this.#generation) return;
        if (gone(error)) {
          this.#ended();
          return;
        }
        failures += 1;
        const delay = failures === 1 ? 250 : pause(failures - 1, error);
        this.#view.onTyping(false);
        this.#view.onConnection(failures === 1 && navigator.onLine ? "connecting" : "offline", delay);
        await this.#wait(delay);
      }
    }
  }

  /** @param {string} kind @param {string} data */
  #serve(kind, data) {
    /** @type {unknown} */
    let body;
    try {
      body = JSON.parse(data);
    } catch {
      return; // not for us
    }
    if (typeof body !== "object" || body === null) return;
    if (kind === "typing") this.#view.onTyping("active" in body && body.active === true);
    else if ("cursor" in body) this.#take(/** @type {StoredEvent} */ (body), true);
  }

  /** @param {StoredEvent} event @param {boolean} live */
  #take(event, live) {
    if (!Number.isInteger(event.cursor) || event.cursor <= this.#cursor) return;
    this.#cursor = event.cursor;
    this.#save();
    this.#view.onEvent(event, { live });
  }

  /** The session is over. Somebody who is there gets a new one at once; an empty chair gets one on coming back. */
  #ended() {
    const present = document.visibilityState === "visible" && Date.now() - this.#touchedAt < PRESENT_MS;
    if (present) {
      void this.#begin("expired");
      return;
    }
    this.#next();
    this.#asleep = true;
    this.#api.forget();
    this.#save();
    this.#view.onTyping(false);
    this.#view.onAsleep();
  }

  #planRenewal() {
    clearTimeout(this.#renewal);
    const generation = this.#generation;
    const delay = Math.max(1_000, this.#api.tokenEndsAt - Date.now() - RENEW_BEFORE_MS);
    this.#renewal = setTimeout(() => void this.#renew(generation, 1), delay);
  }

  /** @param {number} generation @param {number} attempt */
  async #renew(generation, attempt) {
    if (generation !== this.#generation || this.#api.credentials === null) return;
    try {
      await this.#api.refreshToken(); // plans the next renewal by onCredentials
    } catch (error) {
      if (generation !== this.#generation) return;
      if (gone(error)) this.#ended();
      else this.#renewal = setTimeout(() => void this.#renew(generation, attempt + 1), pause(attempt, error));
    }
  }

  /** @param {number} delayMs @returns {Promise<void>} */
  #wait(delayMs) {
    const signal = this.#stop.signal;
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        this.#hurry = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, delayMs);
      signal.addEventListener("abort", finish);
      this.#hurry = finish;
    });
  }

  /** Only what finds the conversation again is kept: no text, no number. */
  #save() {
    try {
      if (this.#api.credentials === null) this.#storage?.removeItem(STORE_KEY);
      else this.#storage?.setItem(STORE_KEY, JSON.stringify({ ...this.#api.credentials, cursor: this.#cursor }));
    } catch {
      // Storage is full or forbidden: the conversation lives as long as the page.
    }
  }

  /** @returns {import("./api.js").Credentials | null} */
  #load() {
    try {
      /** @type {unknown} */
      const stored = JSON.parse(this.#storage?.getItem(STORE_KEY) ?? "null");
      if (typeof stored !== "object" || stored === null || !("id" in stored) || !("token" in stored)) return null;
      const { id, token } = stored;
      return typeof id === "string" && typeof token === "string" ? { id, token } : null;
    } catch {
      return null;
    }
  }
}

/** @param {unknown} error */
const gone = (error) => error instanceof ApiError && error.sessionGone;

/** The pause after so many failures: doubling, with jitter, or what the server asked for. @param {number} failures @param {unknown} error */
function pause(failures, error) {
  if (error instanceof ApiError && error.retryAfterMs !== null) return Math.min(error.retryAfterMs, LONGEST_DELAY_MS * 2);
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.75 + Math.random() / 4);
}
