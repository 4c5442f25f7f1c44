// @ts-check
/** The chat API (docs/api.md): the only module that knows its paths, headers and error shape. */

import { sq } from "./sq.js";

/** @typedef {import("./types.js").StoredEvent} StoredEvent */
/** @typedef {{id: string, token: string}} Credentials */

const BASE = "/api/v1";
const TIMEOUT_MS = 15_000;
const TOKEN_LIFE_MS = 15 * 60_000;
const UPLOAD_NEEDS_MS = 60_000;
/** A token from before a reload has an unknown end. A page in use renews minutes ahead, so some time is left; renewing
 * at once would lose the session when the customer reloads twice in a row and the first answer never arrives. */
const UNKNOWN_LIFE_MS = 150_000;

/** The server answered with an error; `message` is a sentence for the customer. */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {{retryAfterMs?: number | null, triesLeft?: number | null, field?: string | null}} [more] */
  constructor(status, code, message, { retryAfterMs = null, triesLeft = null, field = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.triesLeft = triesLeft;
    this.field = field;
  }

  /** The session is over (or its token is): only a new one helps. */
  get sessionGone() {
    return this.status === 401 || this.status === 404;
  }

  /** The same call may succeed later. */
  get retryable() {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/** No answer came: no network, no server, or none in time. Nothing is known about what the server did. */
export class NetworkError extends Error {
  constructor() {
    super(sq.error.network);
  }
  get sessionGone() {
    return false;
  }
  get retryable() {
    return true;
  }
}

/** One session's credentials and the calls they allow. A call that changes the token is waited for by the others. */
export class Api {
  /** @type {Credentials | null} */
  credentials = null;
  /** When the token ends, by this machine's clock. */
  tokenEndsAt = 0;
  /** Called with new credentials whenever the token changes. @type {(credentials: Credentials) => void} */
  onCredentials = () => undefined;
  /** @type {Promise<unknown> | null} */
  #rotation = null;
  #skewMs = 0;

  /** The server's present moment in ms, as far as its last answer tells. */
  now() {
    return Date.now() + this.#skewMs;
  }

  /** @param {Credentials} credentials */
  adopt(credentials) {
    this.credentials = credentials;
    this.tokenEndsAt = Date.now() + UNKNOWN_LIFE_MS;
  }

  forget() {
    this.credentials = null;
  }

  async createSession() {
    const body = await this.#json("POST", "/sessions", { auth: false, json: {} });
    const session = record(body.session);
    const id = text(body.session_id) ?? text(body.id) ?? text(session?.id);
    this.#take(id, body);
  }

  /** @returns {Promise<Record<string, unknown>>} */
  session() {
    return this.#json("GET", "");
  }

  async refreshToken() {
    await this.#rotating(async (id) => this.#take(id, await this.#json("POST", "/token", { rotates: true })));
  }

  async endSession() {
    await this.#json("DELETE", "");
  }

  /** @param {{client_id: string, text: string} | {client_id: string, choice: string}} message */
  async postMessage(message) {
    return this.#json("POST", "/messages", { json: message });
  }

  /**
   * All stored events after a cursor.
   *
   * @param {number} after
   * @returns {AsyncGenerator<StoredEvent>}
   */
  async *history(after) {
    for (let more = true; more; ) {
      const page = await this.#json("GET", `/history?after=${after}&limit=100`);
      const events = /** @type {StoredEvent[]} */ (Array.isArray(page.events) ? page.events : []);
      yield* events;
      const cursor = Number(page.cursor ?? 0);
      more = page.more === true && cursor > after;
      after = cursor;
    }
  }

  /**
   * The open stream of events after a cursor; it stays open until the signal or the server ends it.
   *
   * @param {number} after
   * @param {AbortSignal} signal
   */
  async stream(after, signal) {
    return this.#fetch("GET", `/events?after=${after}`, { signal, accept: "text/event-stream" });
  }

  /** @param {string} msisdn */
  async startVerification(msisdn) {
    return this.#json("POST", "/verification", { json: { msisdn } });
  }

  /** The answer holds a new token: verifying rotates it. @param {string} code */
  async submitCode(code) {
    return this.#rotating(async (id) => {
      const body = await this.#json("POST", "/verification/code", { json: { code }, rotates: true });
      if (text(body.token) !== null) this.#take(id, body);
      return body;
    });
  }

  /** The codes of a covered PUK, once. @param {string} reference */
  async reveal(reference) {
    return this.#json("POST", `/reveals/${encodeURIComponent(reference)}`);
  }

  async cancelVerification() {
    await this.#json("DELETE", "/verification");
  }

  /**
   * Uploads one file. XMLHttpRequest, because fetch tells nothing about the progress of an upload.
   *
   * @param {File} file
   * @param {Record<string, string>} fields what goes along; an empty one stays out
   * @param {(fraction: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<Record<string, unknown>>}
   */
  async upload(file, fields, onProgress, signal) {
    if (this.tokenEndsAt - Date.now() < UPLOAD_NEEDS_MS) await this.refreshToken();
    const { id, token } = this.#need();
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${BASE}/sessions/${encodeURIComponent(id)}/attachments`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
      });
      request.addEventListener("load", () => {
        /** @type {unknown} */
        let body = null;
        try {
          body = JSON.parse(request.responseText);
        } catch {
          // Not JSON: judged by its status below.
        }
        if (request.status >= 200 && request.status < 300) resolve(record(body) ?? {});
        else reject(apiError(request.status, body, request.getResponseHeader("Retry-After")));
      });
      request.addEventListener("error", () => reject(new NetworkError()));
      request.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      signal.addEventListener("abort", () => request.abort(), { once: true });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) if (value !== "") form.append(name, value);
      form.append("file", file);
      request.send(form);
    });
  }

  /** @returns {Credentials} */
  #need() {
    if (this.credentials === null) throw new ApiError(401, "no_session", sq.error.server);
    return this.credentials;
  }

  /** @param {string | null} id @param {Record<string, unknown>} body */
  #take(id, body) {
    const token = text(body.token);
    if (id === null || token === null) throw new ApiError(502, "bad_answer", sq.error.server);
    this.credentials = { id, token };
    const ends = Date.parse(text(body.token_expires_at) ?? "");
    this.tokenEndsAt = Number.isNaN(ends) ? Date.now() + TOKEN_LIFE_MS : ends - this.#skewMs;
    this.onCredentials(this.credentials);
  }

  /** @template T @param {(id: string) => Promise<T>} work @returns {Promise<T>} */
  async #rotating(work) {
    while (this.#rotation !== null) await this.#rotation.catch(() => undefined);
    const rotation = work(this.#need().id);
    this.#rotation = rotation;
    try {
      return await rotation;
    } finally {
      this.#rotation = null;
    }
  }

  /**
   * @param {string} method
   * @param {string} path below the session, or from the base when `auth` is false
   * @param {{json?: unknown, auth?: boolean, rotates?: boolean}} [options]
   * @returns {Promise<Record<string, unknown>>}
   */
  async #json(method, path, options = {}) {
    const response = await this.#fetch(method, path, { ...options, timeoutMs: TIMEOUT_MS });
    if (response.status === 204) return {};
    try {
      return record(await response.json()) ?? {};
    } catch {
      throw new NetworkError(); // cut off in the middle
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{json?: unknown, auth?: boolean, rotates?: boolean, timeoutMs?: number, signal?: AbortSignal, accept?: string}} options
   * @returns {Promise<Response>} an answer of the 2xx kind
   */
  async #fetch(method, path, options) {
    const { json, auth = true, rotates = false, timeoutMs, signal, accept = "application/json" } = options;
    for (let attempt = 1; ; attempt += 1) {
      const used = auth ? this.#need() : null;
      /** @type {Record<string, string>} */
      const headers = { Accept: accept };
      if (used !== null) headers.Authorization = `Bearer ${used.token}`;
      if (json !== undefined) headers["Content-Type"] = "application/json";
      let response;
      try {
        response = await fetch(`${BASE}${used === null ? "" : `/sessions/${encodeURIComponent(used.id)}`}${path}`, {
          method,
          headers,
          body: json === undefined ? null : JSON.stringify(json),
          signal: signal ?? (timeoutMs === undefined ? null : AbortSignal.timeout(timeoutMs)),
          cache: "no-store",
          credentials: "omit",
          redirect: "error",
        });
      } catch (error) {
        if (signal?.aborted) throw error;
        throw new NetworkError();
      }
      const date = Date.parse(response.headers.get("Date") ?? "");
      if (!Number.isNaN(date)) this.#skewMs = date - Date.now();
      if (response.ok) return response;
      const refusal = apiError(response.status, await response.json().catch(() => null), response.headers.get("Retry-After"));
      if (refusal.status === 401 && used !== null && !rotates && attempt === 1) {
        // The token may have been replaced while this call was under way, or have ended while the machine slept.
        await this.#rotation?.catch(() => undefined);
        if (this.credentials?.token === used.token && refusal.code === "token_expired") await this.refreshToken();
        if (this.credentials !== null && this.credentials.token !== used.token) continue;
      }
      throw refusal;
    }
  }
}

/**
 * @param {number} status
 * @param {unknown} body
 * @param {string | null} retryAfter
 */
function apiError(status, body, retryAfter) {
  const outer = record(body);
  const inner = record(outer?.error);
  const tries = inner?.tries_left ?? outer?.tries_left;
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  const fallback = status === 429 ? sq.error.busy : sq.error.server;
  return new ApiError(status, text(inner?.code) ?? "unknown", text(inner?.message) ?? fallback, {
    retryAfterMs: Number.isNaN(seconds) ? null : seconds * 1000,
    triesLeft: typeof tries === "number" ? tries : null,
    field: text(inner?.field),
  });
}

/** @param {unknown} value @returns {Record<string, unknown> | null} */
function record(value) {
  return typeof value === "object" && value !== null ? /** @type {Record<string, unknown>} */ (value) : null;
}

/** @param {unknown} value @returns {string | null} */
function text(value) {
  return typeof value === "string" && value !== "" ? value : null;
}

/** An id for one message, fit for sending it again; works without a secure context too. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
