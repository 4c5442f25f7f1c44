/** What `/api/assist/`, canned replies and calls say (docs/api.md). */

export interface Answer {
  readonly intent: string;
  readonly title: string;
  readonly text: string;
  readonly source: string;
  /** A day, `2026-11-22`. */
  readonly reviewed: string;
}

export interface Suggestion extends Answer {
  /** 0 to 1. */
  readonly confidence: number;
}

export interface Given {
  readonly sequence: number;
  readonly suggestions: readonly Suggestion[];
  readonly reason: "none_confident" | "unavailable" | "superseded" | null;
  /** The reason, for a person. */
  readonly message: string | null;
}

export type FeedbackAction = "displayed" | "inserted" | "edited" | "sent" | "wrong";

export interface Feedback {
  readonly action: FeedbackAction;
  readonly text: string;
  readonly intent: string;
  readonly confidence: number;
  readonly right_intent?: string;
  readonly conversation_id?: string;
}

/** A suggestion that was put in, and for what: the words around it may be others when it is sent. */
export interface Source {
  readonly suggestion: Suggestion;
  readonly question: string;
  readonly about: Pick<Feedback, "text" | "conversation_id">;
}

export interface Canned {
  readonly id: string;
  readonly shortcut: string;
  readonly title: string;
  readonly text: string;
  readonly team: string | null;
  readonly variables: readonly string[];
  readonly version: number;
  readonly changed_at: string;
  readonly changed_by: string;
}

export interface CannedPage {
  readonly replies: readonly Canned[];
  readonly variables: readonly string[];
}

export interface Expanded {
  readonly text: string;
  readonly missing: readonly string[];
}

export type Disposition = "solved" | "guided" | "request_opened" | "call_back" | "cut_off" | "other";

export interface Call {
  readonly reference: string;
  readonly agent: string;
  readonly agent_name: string;
  readonly disposition: Disposition;
  readonly text: string;
  /** Masked, unless a reason was given for it. */
  readonly number: string | null;
  readonly state: "open" | "done";
  readonly noted_at: string;
  readonly ticket: "queued" | "made" | "closing" | "ended" | "failed" | null;
}
