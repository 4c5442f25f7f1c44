/** The chat API (docs/api.md): the only module that knows its headers, token and error shape. */

import * as t from "./i18n/words";
import { newId, sleep } from "./pause";
import { type Credentials, SEEN_MS, type Tabs } from "./tabs";

const TIMEOUT_MS = 15_000;
const TOKEN_LIFE_MS = 15 * 60_000;
/** A call that cannot be repeated is begun with a token that lasts. */
const NEEDED_MS = 60_000;

export type Body = Record<string, unknown>;

/** What the server says of a refused call: `message` is its sentence for the customer, `field` what is wrong in a form. */
export interface Refusal {
  readonly code?: string;
  readonly message?: string;
  readonly field?: string;
  readonly tries_left?: number;
}

/** A call that failed: `status` 0 when no answer came, and nothing is known about what the server did. */
export class ApiError extends Error {
  constructor(readonly status = 0, readonly told: Refusal = {}, readonly wait: number | null = null) {
    super(told.message || (status === 0 ? t.network : t.server));
  }

  /** The session is over, by time or by word: only a new one takes messages. */
  get gone(): boolean {
    return this.status === 401 || this.status === 404 || this.told.code === "conversation_ended";
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
  let telegram = false;

  const address = ({ id }: Credentials, path: string): string => `${base}/${encodeURIComponent(id)}${path}`;

  const need = (): Credentials => {
    if (!credentials) throw new ApiError(401);
    return credentials;
  };

  const take = (id: unknown, body: Body): void => {
    const { token } = body;
    if (!id || !token) throw new ApiError(502);
    tabs.save((credentials = { id, token } as Credentials));
    endsAt = Date.now() + TOKEN_LIFE_MS;
    read(body);
    renewed();
  };

  const read = ({ token_expires_at, telegram: offered }: Body): void => {
    telegram = offered === undefined ? telegram : offered === true;
    const ends = Date.parse(token_expires_at as string);
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
    const { id } = used;
    try {
      if (refused && refused.told.code !== "token_expired") {
        // The code was right, and the answer to it got lost?
        const spare = tabs.load()?.spare;
        if (!spare) throw refused;
        credentials = { id, token: spare };
      }
      take(id, await call("/token", undefined, "POST", true));
    } catch (error) {
      if (failure(error).gone) await sleep(SEEN_MS);
      if (!newer(used)) throw error;
    }
  };

  /** An answer of the 2xx kind. `own`: the call changes the token itself. */
  const ask = async (path: string, json?: object, method: Method = "POST", own = false, signal?: AbortSignal): Promise<Response> => {
    for (let again = own; ; again = true) {
      const used = path || method !== "POST" ? need() : null;
      let response;
      try {
        response = await fetch(!used ? base : address(used, path), {
          method,
          headers: {
            "Accept-Language": t.lang,
            ...(used && { Authorization: `Bearer ${used.token}` }),
            ...(json && { "Content-Type": "application/json" }),
          },
          body: json ? JSON.stringify(json) : null,
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

  const call = async (path: string, json?: object, method?: Method, own?: boolean): Promise<Body> => {
    const response = await ask(path, json, method, own);
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
    /** Whether the conversation can go on in Telegram. */
    telegram: (): boolean => telegram,
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
        const body = await call("");
        take(body.session_id, body);
        return true;
      });
    },

    async state(): Promise<Body> {
      const body = await call("", undefined, "GET");
      read(body);
      return body;
    },

    /** The open stream of events after a cursor; it stays open until the signal or the server ends it. */
    stream: (after: number, signal: AbortSignal): Promise<Response> => ask(`/events?after=${after}`, undefined, "GET", false, signal),

    /** The answer holds a new token: verifying rotates it. */
    async code(code: string): Promise<Body> {
      await lasting();
      return tabs.exclusive("token", async () => {
        adopt();
        // Kept first: a page that is left before the answer comes finds its session again with it. One that is there stays:
        // the code sent with it may have been right, and its answer lost.
        tabs.save((credentials = { spare: newId(), ...need() }));
        const body = await call("/verification/code", { code, spare_token: credentials.spare }, "POST", true);
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
        request.setRequestHeader("Accept-Language", t.lang);
        request.setRequestHeader("Authorization", `Bearer ${used.token}`);
        request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
        request.onloadend = () => {
          const { status, responseText } = request; // 0 when it was cut off or cancelled
          if (status > 199 && status < 300) resolve();
          else reject(refusal(status, responseText, request.getResponseHeader("Retry-After")));
        };
        signal.onabort = () => request.abort();
        request.send(form);
      });
    },
  };
}

function refusal(status: number, text: string, retryAfter: string | null): ApiError {
  let told: Refusal | undefined;
  try {
    told = (JSON.parse(text) as { error?: Refusal }).error;
  } catch {
    // Not JSON, a proxy's page: judged by its status.
  }
  const seconds = Number.parseFloat(retryAfter ?? "");
  return new ApiError(status, told ?? undefined, seconds >= 0 ? seconds * 1000 : null);
}
