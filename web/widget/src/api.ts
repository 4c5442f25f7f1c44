/** The chat API (docs/api.md): the only module that knows its headers, token and error shape. */

import * as t from "./i18n/words";
import { sleep } from "./pause";
import { type Credentials, SEEN_MS, type Tabs } from "./tabs";

const TIMEOUT_MS = 15_000;
const TOKEN_LIFE_MS = 15 * 60_000;
/** A call that cannot be repeated is begun with a token that lasts. */
const NEEDED_MS = 60_000;

export type Body = Record<string, unknown>;

/** A call that failed: `status` 0 when no answer came, and nothing is known about what the server did. */
export class ApiError extends Error {
  constructor(
    readonly status = 0,
    readonly code = "",
    /** The server's sentence for the customer, or the widget's own. */
    message = "",
    readonly wait: number | null = null,
    readonly tries: number | null = null,
    /** The field of a form that is wrong. */
    readonly field = "",
  ) {
    super(t.errors[field] || t.errors[code] || message || (status === 429 ? t.tooMany : status === 0 ? t.network : t.server));
  }

  /** The session is over, by time or by word: only a new one takes messages. */
  get gone(): boolean {
    return this.status === 401 || this.status === 404 || this.code === "conversation_ended";
  }

  /** The same call may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/** Whatever was thrown, as a failed call. */
export const failure = (error: unknown): ApiError => (error instanceof ApiError ? error : new ApiError());

export type Method = "GET" | "POST" | "DELETE";
export type Api = ReturnType<typeof makeApi>;

/**
 * One session's calls. What changes the token is done by one tab at a time, and the others take it over.
 *
 * @param renewed called whenever the token changes
 */
export function makeApi(gateway: string, tabs: Tabs, renewed: () => void) {
  const base = `${gateway}/api/v1/sessions`;
  let credentials: Credentials | null = null;
  /** When the token ends, by this machine's clock; 0 while that is not known. */
  let endsAt = 0;
  let skew = 0;

  const address = ({ id }: Credentials, path: string): string => `${base}/${encodeURIComponent(id)}${path}`;

  const need = (): Credentials => {
    if (!credentials) throw new ApiError(401);
    return credentials;
  };

  const take = (id: unknown, body: Body): void => {
    const { token } = body;
    if (typeof id !== "string" || typeof token !== "string") throw new ApiError(502);
    tabs.save((credentials = { id, token }));
    endsAt = Date.now() + TOKEN_LIFE_MS;
    read(body);
    renewed();
  };

  const read = ({ token_expires_at }: Body): void => {
    const ends = Date.parse(String(token_expires_at));
    if (ends) endsAt = ends - skew;
  };

  /** Takes the credentials that the tabs share, if there are any; gives whether they are another session's. */
  const adopt = (): boolean => {
    const shared = tabs.load();
    if (!shared) return false;
    const { id, token } = credentials ?? {};
    credentials = shared;
    if (shared.id !== id) endsAt = 0;
    else if (shared.token !== token) {
      endsAt = Date.now() + TOKEN_LIFE_MS; // another tab has got it just now
      renewed();
    }
    return shared.id !== id;
  };

  /** Takes over a token that another tab has got in place of this one, if any. */
  const newer = (used: Credentials): boolean => {
    const shared = tabs.load();
    const found = shared?.id === used.id && shared.token !== used.token;
    if (found) adopt();
    return found;
  };

  /** Another token than this one, which the server refused or soon will; throws when there is none to be had. */
  const replace = async (used: Credentials, refused?: ApiError): Promise<void> => {
    if (newer(used)) return;
    try {
      if (refused && refused.code !== "token_expired") throw refused;
      take(used.id, await call("POST", "/token", undefined, true));
    } catch (error) {
      if (failure(error).gone) await sleep(SEEN_MS);
      if (!newer(used)) throw error;
    }
  };

  /** An answer of the 2xx kind. `own`: the call changes the token itself. */
  const ask = async (method: Method, path: string, json?: unknown, own = false, signal?: AbortSignal): Promise<Response> => {
    for (let again = own; ; again = true) {
      const used = path === "" && method === "POST" ? null : need();
      let response;
      try {
        response = await fetch(!used ? base : address(used, path), {
          method,
          headers: {
            ...(used && { Authorization: `Bearer ${used.token}` }),
            ...(json ? { "Content-Type": "application/json" } : {}),
          },
          body: !json ? null : JSON.stringify(json),
          signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
          cache: "no-store",
          credentials: "omit",
          redirect: "error",
        });
      } catch {
        throw new ApiError();
      }
      const date = Date.parse(response.headers.get("Date") ?? "");
      if (date) skew = date - Date.now();
      if (response.ok) return response;
      const refused = refusal(response.status, await response.text().catch(() => ""), response.headers.get("Retry-After"));
      if (refused.status !== 401 || !used || again) throw refused;
      // The lock is waited for: its holder may be about to write the token that replaces this one.
      await tabs.exclusive("token", () => replace(used, refused));
    }
  };

  const call = async (method: Method, path: string, json?: unknown, own?: boolean): Promise<Body> => {
    const response = await ask(method, path, json, own);
    try {
      return response.status === 204 ? {} : ((await response.json()) as Body);
    } catch {
      throw new ApiError(); // cut off in the middle
    }
  };

  /** A fresh token, unless another tab has already got one. */
  const renew = (): Promise<void> => {
    const used = need();
    return tabs.exclusive("token", () => replace(used));
  };

  const lasting = async (): Promise<void> => {
    if (endsAt - Date.now() < NEEDED_MS) await renew();
  };

  return {
    call,
    adopt,
    renew,
    session: (): string | undefined => credentials?.id,
    endsAt: (): number => endsAt,
    /** The server's present moment in ms, as far as its last answer tells. */
    now: (): number => Date.now() + skew,

    /** Forgets a session that is over, unless another tab has already begun the next. */
    forget(): void {
      if (tabs.load()?.id === credentials?.id) tabs.save(null);
      credentials = null;
    },

    /** A new session in place of the present one (true), or the one that another tab has just begun (false). */
    begin(): Promise<boolean> {
      const over = credentials?.id;
      return tabs.exclusive("token", async () => {
        const shared = tabs.load();
        if (shared && shared.id !== over) {
          adopt();
          return false;
        }
        const body = await call("POST", "", {});
        take(body.session_id, body);
        return true;
      });
    },

    async state(): Promise<Body> {
      const body = await call("GET", "");
      read(body);
      return body;
    },

    /** The open stream of events after a cursor; it stays open until the signal or the server ends it. */
    stream: (after: number, signal: AbortSignal): Promise<Response> => ask("GET", `/events?after=${after}`, undefined, false, signal),

    /** The answer holds a new token: verifying rotates it. */
    async code(code: string): Promise<Body> {
      await lasting();
      return tabs.exclusive("token", async () => {
        adopt();
        const body = await call("POST", "/verification/code", { code }, true);
        if (body.token) take(need().id, body);
        return body;
      });
    },

    /** Uploads a form with its file. XMLHttpRequest, because fetch tells nothing about the progress of an upload. */
    async upload(form: FormData, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
      await lasting();
      const used = need();
      await new Promise<void>((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", address(used, "/attachments"));
        request.setRequestHeader("Authorization", `Bearer ${used.token}`);
        request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
        request.onloadend = () => {
          const { status, responseText } = request; // 0 when it was cut off or cancelled
          if (Math.floor(status / 100) === 2) resolve();
          else reject(refusal(status, responseText, request.getResponseHeader("Retry-After")));
        };
        signal.onabort = () => request.abort();
        request.send(form);
      });
    },
  };
}

function refusal(status: number, text: string, retryAfter: string | null): ApiError {
  let error: Body = {};
  try {
    error = ((JSON.parse(text) as Body).error as Body | undefined) ?? {};
  } catch {
    // Not JSON, a proxy's page: judged by its status.
  }
  const seconds = Number.parseFloat(retryAfter ?? "");
  const { code, message, tries_left: tries, field } = error as { code?: string; message?: string; tries_left?: number; field?: string };
  return new ApiError(status, code, message, seconds >= 0 ? seconds * 1000 : null, tries ?? null, field);
}

/** An id for one message, fit for sending it again; works without a secure context too. */
export const newClientId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
