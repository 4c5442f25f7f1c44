/** What the API says of the floor (docs/api.md). */

import type { Presence, State } from "../types";

export type WaitKind = "first" | "next";

export interface FloorCounts {
  readonly waiting: number;
  readonly agents: number;
  readonly snoozed: number;
  readonly closed_today: number;
  readonly assistant: number;
  readonly callbacks: number;
}

export interface ReplyTimes {
  readonly answered: number;
  readonly longest_s: number | null;
  readonly median_s: number | null;
  readonly p90_s: number | null;
  readonly late: number;
  readonly open: number;
  readonly open_late: number;
  readonly open_since: string | null;
}

export interface AgentLoad {
  readonly agent: string;
  readonly name: string;
  readonly team: string | null;
  readonly presence: Presence | null;
  readonly since: string | null;
  readonly conversations: number;
  readonly unanswered: number;
  readonly late: number;
}

export interface OpenTalk {
  readonly conversation_id: string;
  readonly state: State;
  readonly version: number;
  readonly agent: string | null;
  readonly agent_name: string | null;
  readonly team: string | null;
  readonly kind: WaitKind | null;
  readonly since: string | null;
  readonly due: string | null;
}

export interface Floor {
  readonly counts: FloorCounts;
  readonly first: ReplyTimes;
  readonly next: ReplyTimes;
  readonly agents: readonly AgentLoad[];
  readonly open: readonly OpenTalk[];
}
