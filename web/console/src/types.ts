/** What the console's API says (docs/api.md). Unknown fields are ignored. */

export type Role = "agent" | "supervisor" | "auditor";
export type State = "bot" | "waiting" | "agent" | "snoozed" | "closed";
export type View = "waiting" | "mine" | "agents" | "snoozed" | "closed" | "bot";
export type AreaKey = "inbox" | "assist" | "accounts" | "supervision" | "audit";
export type Presence = "available" | "busy" | "away";

export interface Session {
  readonly username: string;
  readonly name: string;
  readonly role: Role;
  readonly team: string | null;
  readonly csrf_token: string;
  readonly expires_at: string;
  readonly recently_active: boolean;
}

export interface SetupOffer {
  readonly username: string;
  readonly name: string;
  readonly secret: string;
  readonly otpauth_uri: string;
  readonly expires_at: string;
}

export interface Handoff {
  readonly state: State;
  readonly version: number;
  readonly agent: string | null;
  readonly agent_name: string | null;
  /** Whose queue it waits in, or came from; null: everybody's. */
  readonly team: string | null;
  readonly mine: boolean;
  readonly asked_at: string | null;
  readonly waiting_since: string | null;
  readonly first_reply_due: string | null;
  readonly unanswered_since: string | null;
  readonly next_reply_due: string | null;
  readonly snoozed_until: string | null;
  readonly closed_at: string | null;
}

export interface Item {
  readonly conversation_id: string;
  readonly handoff: Handoff;
  readonly changed_at: string;
  readonly cursor: number;
  readonly last: { readonly at: string; readonly text: string; readonly by: string | null } | null;
}

export interface Counters {
  readonly waiting: number;
  readonly mine: number;
  readonly agents: number;
  readonly snoozed: number;
  readonly callbacks: number;
}

export interface Page {
  readonly items: readonly Item[];
  readonly counters: Counters;
  readonly more: boolean;
}

export interface Summary {
  readonly asked: readonly {
    readonly at: string;
    readonly text: string;
    readonly intent: string | null;
    readonly title: string | null;
    readonly confidence: number | null;
    readonly answered: boolean;
  }[];
  readonly messages: number;
  readonly verified: string | null;
  readonly proofs: number;
}

export interface Note {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly text: string;
  /** The agent whom a supervisor told it, and when that agent had read it. */
  readonly whispered_to: string | null;
  readonly seen_at: string | null;
}

export interface Whisper {
  readonly id: string;
  readonly conversation_id: string;
  readonly at: string;
  readonly by: string;
  readonly text: string;
}

interface Stored {
  readonly cursor: number;
  readonly at: string;
}

export type Event = Stored &
  (
    | { readonly type: "message"; readonly message_id: string; readonly text: string }
    | {
        readonly type: "reply";
        readonly text: string;
        readonly buttons: readonly { readonly id: string; readonly title: string }[];
        readonly source: { readonly text: string; readonly reviewed: string } | null;
        readonly outcome: "answered" | "unavailable";
        readonly author: { readonly kind: "bot" | "agent"; readonly name: string | null } | null;
      }
    | { readonly type: "done" }
    | {
        readonly type: "verification";
        readonly state: "number_needed" | "code_sent" | "verified" | "cancelled" | "expired" | "locked";
        readonly masked: string | null;
      }
    | { readonly type: "attachment"; readonly state: "wanted" | "received"; readonly reference: string }
    | { readonly type: "reveal"; readonly state: "ready" | "shown" }
    | { readonly type: "handoff"; readonly state: "waiting" | "agent" | "bot"; readonly agent: string | null }
    | { readonly type: "ended" }
  );

export interface Conversation {
  readonly conversation_id: string;
  readonly handoff: Handoff;
  readonly ended: boolean;
  readonly summary: Summary;
  readonly notes: readonly Note[];
  readonly events: readonly Event[];
  readonly cursor: number;
}

export interface Team {
  readonly team: string;
  readonly on_duty: number;
}

export interface Colleague {
  readonly agent: string;
  readonly name: string;
  readonly presence: Presence;
  readonly on_duty: boolean;
}
