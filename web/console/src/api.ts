/** Calls of the console's API. A refusal is an `ApiError`; no answer at all is an `Unreachable`. */

import type { Session } from "./types";

const LIMIT_MS = 15_000;
/** A file of many megabytes. */
const FILE_LIMIT_MS = 300_000;

/** A refusal; `message` is a sentence for a person. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds. */
    readonly retryAfter: number | null = null,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

/** No answer, or none within 15 s: what was asked may have happened. */
export class Unreachable extends Error {}

export class Api {
  /** Called when the session is over. */
  onSignedOut: () => void = () => undefined;
  #csrf = "";

  constructor(private readonly fetching: typeof fetch = (input, init) => fetch(input, init)) {}

  /** From now on calls belong to this session. */
  use(session: Session | null): void {
    this.#csrf = session?.csrf_token ?? "";
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>("GET", path);
  }

  post<T>(path: string, body?: object): Promise<T> {
    return this.#call<T>("POST", path, body);
  }

  /** A file that is fetched with a body; it may take its time. */
  async file(path: string, body: object): Promise<Blob> {
    const response = await this.#send("POST", path, body, FILE_LIMIT_MS);
    try {
      return await response.blob();
    } catch {
      throw new Unreachable();
    }
  }

  delete(path: string): Promise<void> {
    return this.#call<void>("DELETE", path);
  }

  /** A stream's response. Throws as a call does. */
  async stream(path: string, signal: AbortSignal): Promise<Response> {
    const response = await this.#reach(path, { headers: { Accept: "text/event-stream" }, signal });
    if (!response.ok) throw await this.#refusal(response, path);
    return response;
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#send(method, path, body);
    if (response.status === 204) return undefined as T;
    return await reading<T>(response);
  }

  async #send(method: string, path: string, body?: object, limitMs = LIMIT_MS): Promise<Response> {
    const headers: Record<string, string> = method === "GET" ? {} : { "X-CSRF-Token": this.#csrf };
    const sent: RequestInit = { method, headers, signal: AbortSignal.timeout(limitMs) };
    if (body) {
      headers["Content-Type"] = "application/json";
      sent.body = JSON.stringify(body);
    }
    const response = await this.#reach(path, sent);
    if (!response.ok) throw await this.#refusal(response, path);
    return response;
  }

  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.fetching(`/api${path.startsWith("/assist/") ? "" : "/console"}${path}`, { ...init, credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new Unreachable();
    }
  }

  async #refusal(response: Response, path: string): Promise<Error> {
    const said = await reading<{ error?: { code?: string; message?: string; field?: string } }>(response).catch(() => null);
    if (said?.error?.code === undefined) return new Unreachable(); // a proxy's page, a gateway that is going down
    const { code, message = "", field = null } = said.error;
    if (code === "not_signed_in" && !path.startsWith("/session")) this.onSignedOut();
    return new ApiError(response.status, code, message, Number(response.headers.get("Retry-After")) || null, field);
  }
}

async function reading<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new Unreachable();
  }
}
