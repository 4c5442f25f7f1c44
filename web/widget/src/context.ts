/** What the parts of the panel share. */

import type { Api } from "./api";
import type { VNode } from "./dom";
import type { Changes, State } from "./store";

export interface Context {
  readonly api: Api;
  readonly state: () => State;
  /** What happened changes the state, and what shows it is drawn anew. */
  readonly change: (how: Changes) => void;
  /** Draw again what changed in a part of its own. */
  readonly redraw: () => void;
  /** After the next drawing, put the focus here; unless `always`, not when the customer is in the middle of writing. */
  readonly focus: (selector: string, always?: boolean) => void;
  /** To be said by a screen reader; it is seen elsewhere. */
  readonly announce: (text: string, urgent?: boolean) => void;
}

/** A card at the end of the conversation. */
export interface Card {
  /** Takes in what happened, before each drawing. */
  sync?(): void;
  view(): VNode | null;
  /** Whether something on it changes with time. */
  ticking?(): boolean;
}

/** Escape does this, and nothing further out. */
export const onEscape = (does: () => unknown) => (event: KeyboardEvent): void => {
  if (event.key !== "Escape") return;
  event.stopPropagation();
  event.preventDefault();
  does();
};

/** The submit of a form that stays on the page. */
export const onSubmit = (does: (form: HTMLFormElement) => unknown) => (event: Event): void => {
  event.preventDefault();
  void does(event.target as HTMLFormElement);
};
