/** The shapes of the chat API (docs/api.md) as the widget uses them. */

export interface Choice {
  readonly id: string;
  readonly title: string;
}

/** Who speaks; none is the assistant. */
export interface Author {
  readonly kind: string;
  readonly name: string | null;
}

export type VerificationState = "number_needed" | "code_sent" | "verified" | "cancelled" | "expired" | "locked";

interface Stored {
  readonly cursor: number;
  readonly at: string;
}

export interface CustomerMessage extends Stored {
  readonly type: "message";
  readonly message_id: string;
  readonly client_id: string | null;
  readonly text: string;
}

export interface Reply extends Stored {
  readonly type: "reply";
  readonly in_reply_to: string | null;
  readonly text: string;
  readonly buttons?: readonly Choice[];
  readonly source?: { readonly text: string; readonly reviewed: string } | null;
  readonly outcome?: "answered" | "unavailable";
  readonly author?: Author | null;
}

export interface Done extends Stored {
  readonly type: "done";
  readonly in_reply_to: string | null;
}

export interface VerificationEvent extends Stored {
  readonly type: "verification";
  readonly state: VerificationState;
  readonly masked: string | null;
  readonly expires_at: string | null;
  readonly purpose?: "account" | "puk";
  readonly sent_to?: string | null;
  readonly level?: number | null;
}

export interface RevealEvent extends Stored {
  readonly type: "reveal";
  readonly state: "ready" | "shown";
  readonly reference: string | null;
  readonly expires_at: string | null;
}

export interface AttachmentEvent extends Stored {
  readonly type: "attachment";
  readonly state: "wanted" | "received";
  readonly reference: string | null;
}

export interface HandoffEvent extends Stored {
  readonly type: "handoff";
  readonly state: "waiting" | "agent" | "bot";
  readonly position: number | null;
  readonly agent: string | null;
}

export interface EndedEvent extends Stored {
  readonly type: "ended";
  readonly by: "customer" | "agent" | "system";
}

export type ChatEvent =
  | CustomerMessage
  | Reply
  | Done
  | VerificationEvent
  | RevealEvent
  | AttachmentEvent
  | HandoffEvent
  | EndedEvent;

/** A message on its way. `choice` is a button's id, and `text` is then the button's title. */
export interface Outgoing {
  readonly client_id: string;
  readonly text: string;
  readonly choice?: string;
  /** The session the button belongs to: elsewhere its title says the same in words. */
  readonly session?: string;
}

/** Why a conversation is shown: it is known (here or in another tab), the first, asked for, or follows one that ended. */
export type Why = "known" | "first" | "asked" | "expired";
