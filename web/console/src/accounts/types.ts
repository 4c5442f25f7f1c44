/** Accounts as the console's API tells them (docs/api.md): masked, judged by the server's rules. Days are ISO. */

export type LineKind = "prepaid" | "postpaid" | "fixed";
export type LifeStatus = "valid" | "active" | "inactive" | "deactive" | "void";
export type DebtKind = "not_applicable" | "nothing_due" | "bill_open" | "suspended" | "awaiting_reconnection" | "request_filed";
export type SelfcareState = "not_registered" | "registered" | "locked" | "prepaid" | "fixed_line";
export type ClubKind = "not_a_business" | "no_club" | "complete" | "missing_contracts";
export type SimState = "in_use" | "puk_locked" | "lost" | "no_sim";
export type RequestState = "filed" | "confirmed" | "rejected";
export type Finding = "not_given" | "due_unknown" | "nothing_due" | "matches" | "less" | "more";
export type Revealable = "msisdn" | "contact" | "iccid";

/** Whose account: the number that a conversation's customer has proved, or one that was typed, and for which conversation. */
export type Subscriber =
  | { readonly verifiedIn: string }
  | { readonly number: string; readonly conversation: string | null };

export interface Stretch {
  readonly status: LifeStatus;
  readonly first_day: string;
  readonly last_day: string | null;
  readonly now: boolean;
}

export interface Life {
  readonly today: string;
  readonly status: LifeStatus;
  readonly last_day: string | null;
  readonly days_left: number | null;
  readonly next_status: LifeStatus | null;
  readonly purchased_on: string;
  readonly activated_on: string | null;
  readonly valid_until: string | null;
  readonly reactivated_on: string | null;
  readonly reactivation: "keep_credit" | "fresh_start" | null;
  readonly stretches: readonly Stretch[];
}

export interface Bill {
  readonly number: string;
  readonly issued_on: string;
  readonly due_on: string;
  readonly amount_cents: number;
  readonly open_cents: number;
  readonly overdue: boolean;
}

export interface Proof {
  readonly id: string;
  readonly media_type: "image/jpeg" | "image/png" | "application/pdf";
  readonly size: number;
  readonly received_at: string;
  readonly claimed_cents: number | null;
  readonly claimed_on: string | null;
  readonly finding: Finding;
  readonly apart_cents: number;
}

export interface Request {
  readonly reference: string;
  readonly state: RequestState;
  readonly filed_at: string;
  readonly closed_at: string | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
  readonly due_cents: number | null;
  readonly claimed_cents: number | null;
  readonly claimed_on: string | null;
  /** What this reader has seen of it; a rejection shows it. */
  readonly seen: string;
  readonly proofs: readonly Proof[];
}

export interface Contact {
  readonly id: string;
  readonly kind: "email" | "msisdn";
  readonly value: string;
  readonly registered_on: string;
}

export interface Account {
  /** Stands for the number in later calls. */
  readonly account: string;
  readonly number: string;
  readonly kind: LineKind;
  readonly name: string;
  readonly business: boolean;
  readonly as_of: string | null;
  readonly stale: boolean;
  readonly read_at: string;
  readonly contradictory: boolean;
  readonly life: Life | null;
  readonly balance_cents: number | null;
  readonly bills: readonly Bill[];
  readonly payments: readonly { readonly paid_at: string; readonly amount_cents: number }[];
  readonly debt: { readonly kind: DebtKind; readonly amount_cents: number; readonly due_on: string | null; readonly overdue: boolean; readonly since: string | null };
  readonly suspension: { readonly since: string; readonly ended_at: string | null; readonly amount_cents: number | null } | null;
  readonly selfcare: { readonly state: SelfcareState; readonly registered_on: string | null };
  readonly club: {
    readonly kind: ClubKind;
    readonly name: string | null;
    readonly package: string | null;
    readonly members: number;
    readonly monthly_contracts: number;
    readonly required_monthly_contracts: number;
    readonly missing_contracts: number;
    readonly new_members_needed: number;
  };
  readonly sim: { readonly state: SimState; readonly iccid: string | null; readonly changed_on: string | null; readonly code_by_sms: boolean | null };
  readonly contacts: readonly Contact[];
  readonly requests: readonly Request[];
  readonly actions: readonly { readonly key: string; readonly text: string; readonly urgent: boolean }[];
  readonly revealable: readonly Revealable[];
}

export interface PukCodes {
  readonly puk1: string;
  readonly puk2: string | null;
  readonly seconds: number;
}
