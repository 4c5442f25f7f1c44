/** Server-sent events read from a fetch body (EventSource cannot send an Authorization header). */

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Splits a stream of text into events, as the HTML standard describes it, but for lines that end in a CR alone; gives those that are complete with a chunk. */
export function eventParser(): (chunk: string) => ServerEvent[] {
  let rest = "";
  return (chunk) => {
    const complete = (rest + chunk).split(/\r?\n\r?\n/);
    rest = complete.pop()!;
    return complete.flatMap((lines) => {
      // Not RegExp's `^` and `.`: to them U+2028 and U+2029, which JSON leaves as they are, end a line too.
      const all = (field: string): string =>
        lines
          .split(/\r?\n/)
          .filter((line) => line.startsWith(field + ":"))
          .map((line) => line.replace(/\w+: ?/, ""))
          .join("\n");
      const data = all("data");
      return data ? { event: all("event"), data } : [];
    });
  };
}

/**
 * Reads a response to its end. When nothing at all comes for `silenceMs` (the server sends a comment every 15 s) the stream
 * counts as dead and this throws. `heard` is called for whatever comes.
 */
export async function serverEvents(response: Response, silenceMs: number, heard: () => void, take: (event: ServerEvent) => void): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parse = eventParser();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_, reject) => (timer = setTimeout(reject, silenceMs)));
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      heard();
      parse(value).forEach(take);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
