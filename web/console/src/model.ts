/** What the inbox knows, as pure functions. */

import type { Event, Handoff, Item, Note, Role, State, View } from "./types";

export const VIEWS: readonly View[] = ["waiting", "mine", "agents", "snoozed", "closed", "bot"];

const VIEW_STATE: Record<View, State> = { waiting: "waiting", mine: "agent", agents: "agent", snoozed: "snoozed", closed: "closed", bot: "bot" };

/** Whether a conversation belongs into a view. */
export const belongs = (view: View, { handoff }: Item): boolean => handoff.state === VIEW_STATE[view] && (view !== "mine" || handoff.mine);

const text = (moment: string | null): number => (moment === null ? Infinity : Date.parse(moment));

/** The most urgent first: who waits longest in the queue or for an answer, the next to wake, the latest otherwise. */
function before(view: View, one: Item, other: Item, team: string | null): number {
  const by = (key: (handoff: Handoff) => string | null): number => {
    const [a, b] = [text(key(one.handoff)), text(key(other.handoff))];
    return a === b ? 0 : a - b;
  };
  const latest = Date.parse(other.changed_at) - Date.parse(one.changed_at);
  const theirs = ({ handoff }: Item): number => (team !== null && handoff.team === team ? 0 : 1);
  if (view === "waiting") return theirs(one) - theirs(other) || by((handoff) => handoff.waiting_since) || latest;
  if (view === "mine" || view === "agents") return by((handoff) => handoff.unanswered_since) || latest;
  if (view === "snoozed") return by((handoff) => handoff.snoozed_until) || latest;
  return latest;
}

/** A list of a view with what a conversation is now: put in, moved, or taken out. An older state changes nothing. What waits for one's own `team` stands first. */
export function merged(view: View, items: readonly Item[], item: Item, team: string | null = null): readonly Item[] {
  const known = items.find((each) => each.conversation_id === item.conversation_id);
  if (known && isOlder(item, known)) return items;
  const rest = items.filter((each) => each !== known);
  return belongs(view, item) ? [...rest, item].sort((one, other) => before(view, one, other, team)) : rest.length === items.length ? items : rest;
}

const isOlder = (item: Item, known: Item): boolean =>
  item.handoff.version < known.handoff.version || (item.handoff.version === known.handoff.version && item.cursor < known.cursor);

/** The later of two states of one conversation. */
export const laterHandoff = (one: Handoff, other: Handoff): Handoff => (other.version >= one.version ? other : one);

/** Stored events with more of them: each once, in order. */
export function withEvents(known: readonly Event[], more: readonly Event[]): readonly Event[] {
  const last = known.at(-1)?.cursor ?? 0;
  const fresh = more.filter((event) => event.cursor > last);
  return fresh.length === 0 ? known : [...known, ...fresh];
}

/** A line of the conversation: an event that is shown, or a note of the staff. */
export type Line = { readonly at: number; readonly event: Event } | { readonly at: number; readonly note: Note };

/** Events and notes in one order of time; `done` says nothing to a person. */
export function lines(events: readonly Event[], notes: readonly Note[]): readonly Line[] {
  const all: Line[] = events.filter((event) => event.type !== "done").map((event) => ({ at: Date.parse(event.at), event }));
  for (const note of notes) all.push({ at: Date.parse(note.at), note });
  return all.sort((one, other) => one.at - other.at); // stable: events of one second keep their order
}

export type Action = "take" | "reply" | "note" | "whisper" | "hand-back" | "transfer" | "snooze" | "close" | "reopen";
/** What a letter does in a conversation. */
export type Pressed = Action | "suggestions";

/** What a person of the staff may do with a conversation; the server has the last word. */
export function possible({ state, mine }: Handoff, role: Role, ended: boolean): ReadonlySet<Action> {
  const can = new Set<Action>(["note"]);
  const moves = state === "agent" && (mine || role === "supervisor");
  if (!ended && (state !== "agent" || (role === "supervisor" && !mine))) can.add("take");
  if (!ended && state === "agent" && mine) can.add("reply");
  if (state === "agent" && !mine && role === "supervisor") can.add("whisper");
  if (moves) for (const action of ["hand-back", "transfer", "snooze", "close"] as const) if (!ended || action === "close") can.add(action);
  if (state === "waiting" || state === "snoozed") can.add("close");
  if (!ended && state === "closed") can.add("reopen");
  return can;
}

/** Since when somebody waits for a person's answer, in ms; null when nobody does. */
export function waitsSince({ state, waiting_since, unanswered_since }: Handoff): number | null {
  const since = state === "waiting" ? waiting_since : state === "agent" ? unanswered_since : null;
  return since === null ? null : Date.parse(since);
}

/** Whether an answer is late. */
export function isLate({ first_reply_due, next_reply_due }: Handoff, now: number): boolean {
  return [first_reply_due, next_reply_due].some((due) => due !== null && Date.parse(due) < now);
}
