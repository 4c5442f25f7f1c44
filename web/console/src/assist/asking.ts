/**
 * Asks for suggestions as somebody types. A text is asked for when no key has followed for a moment, with a number that
 * grows; an answer is shown only when none with a higher number was. So an old answer never takes the place of a new one.
 */

import type { Given, Suggestion } from "./types";

/** Milliseconds without a key, before suggestions are asked for. */
export const PAUSE_MS = 150;

export interface Shown {
  /** What the suggestions are for. */
  readonly text: string;
  readonly suggestions: readonly Suggestion[];
  /** Why there are none. */
  readonly message: string | null;
  readonly failure: unknown;
  /** A newer text is under way. */
  readonly asking: boolean;
}

export const NOTHING: Shown = { text: "", suggestions: [], message: null, failure: null, asking: false };

type Ask = (text: string, sequence: number) => Promise<Given>;
/** Calls later, unless what it gave is called before. */
type Wait = (ms: number, then: () => void) => () => void;

const timer: Wait = (ms, then) => {
  const id = setTimeout(then, ms);
  return () => clearTimeout(id);
};

export class Asking {
  #shown: Shown = NOTHING;
  /** The number of the latest text that was asked for. */
  #asked = 0;
  /** The number of the text whose answer is shown. */
  #answered = 0;
  #text = "";
  #cancel: () => void = () => undefined;

  constructor(
    private readonly ask: Ask,
    private readonly told: (shown: Shown) => void,
    private readonly wait: Wait = timer,
  ) {}

  /** The text is now this one. */
  type(text: string): void {
    this.#cancel();
    this.#text = text;
    if (text.trim() === "") return this.#clear();
    this.#tell({ ...this.#shown, asking: true });
    this.#cancel = this.wait(PAUSE_MS, () => void this.#send(text));
  }

  /** Asks for the same text once more. */
  again(): void {
    if (this.#text.trim() !== "") void this.#send(this.#text);
  }

  /** Asks and shows no more. */
  stop(): void {
    this.#cancel();
    this.#answered = Infinity;
  }

  #clear(): void {
    this.#asked += 1; // what is under way comes too late
    this.#answered = this.#asked;
    this.#tell(NOTHING);
  }

  async #send(text: string): Promise<void> {
    this.#asked += 1;
    const sequence = this.#asked;
    try {
      const { suggestions, reason, message } = await this.ask(text, sequence);
      if (sequence <= this.#answered || reason === "superseded") return;
      this.#answered = sequence;
      this.#tell({ text, suggestions, message, failure: null, asking: this.#text !== text });
    } catch (failure) {
      if (sequence < this.#asked || sequence <= this.#answered) return; // the newer one tells
      this.#answered = sequence;
      this.#tell({ ...NOTHING, text, failure, asking: this.#text !== text });
    }
  }

  #tell(shown: Shown): void {
    this.#shown = shown;
    this.told(shown);
  }
}
