/** What the API says of the audit trail (docs/api.md). */

export interface Entry {
  readonly sequence: number;
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly action: string;
  /** The beginning of the code that stands for a number. */
  readonly subject: string | null;
  readonly fields: readonly string[];
  readonly reason: string;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly masked: string | null;
}

export interface Chain {
  readonly running: boolean;
  readonly checked_at: string | null;
  readonly entries: number;
  readonly last: string | null;
  readonly broken_at: number | null;
  readonly problem: string | null;
  readonly failed: boolean;
}

export interface Wanted {
  readonly kind?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly number?: string;
  readonly since?: string;
  readonly until?: string;
}
