/** The areas of the console: who sees which, by which letter after `g`, and what draws them. */

import type { ComponentType, RefObject } from "preact";

import { AccountsArea } from "./accounts/area";
import { AssistArea } from "./assist/area";
import { Audit } from "./audit/area";
import { Supervision } from "./supervision/area";
import type { AreaKey, Counters, Item, Role } from "./types";

/** What an area other than the inbox is given by the frame. */
export interface AreaProps {
  /** Tells who cannot see what changed. */
  announce(text: string): void;
  /** Shows a failure above everything, until it is put away. */
  failed(error: unknown): void;
  /** Opens a conversation in the inbox. */
  open(conversation: string): void;
  /** What a key does here while no field has the focus; says whether it did something. */
  readonly keys: RefObject<((key: string) => boolean) | null>;
  /** Live from the inbox's stream; null before the first, and for who has no inbox. */
  readonly counters: Counters | null;
  /** Tells of each change of any conversation; gives what ends it. */
  watch(told: (item: Item) => void): () => void;
}

interface AreaEntry {
  readonly key: AreaKey;
  readonly letter: string;
  readonly roles: readonly Role[];
  /** Null: the inbox, which the frame draws itself because its stream never stops. */
  readonly Area: ComponentType<AreaProps> | null;
}

export const AREAS: readonly AreaEntry[] = [
  { key: "inbox", letter: "b", roles: ["agent", "supervisor"], Area: null },
  { key: "assist", letter: "a", roles: ["agent", "supervisor"], Area: AssistArea },
  { key: "accounts", letter: "l", roles: ["agent", "supervisor"], Area: AccountsArea },
  { key: "supervision", letter: "m", roles: ["supervisor"], Area: Supervision },
  { key: "audit", letter: "u", roles: ["auditor"], Area: Audit },
];

/** What somebody of this role sees, the first where one lands. */
export const areasOf = (role: Role): readonly AreaEntry[] => AREAS.filter(({ roles }) => roles.includes(role));
