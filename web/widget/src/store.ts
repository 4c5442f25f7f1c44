/**
 * What the widget shows, as a pure function of what happened: each change here makes a state from a state and knows no DOM,
 * clock or network. Items keep their identity while they do not change, so that only what changed is drawn again.
 */

import { clock, longDay, moment } from "./format";
import * as t from "./i18n/words";
import type { Author, ChatEvent, Choice, CustomerMessage, HandoffEvent, Outgoing, Reply, VerificationEvent, Why } from "./types";

/** `waiting`: it could not go and is tried again by itself; `failed`: it was refused. */
export type Progress = "queued" | "sending" | "waiting" | "sent" | "failed";
export type Tone = "info" | "good" | "bad";

export interface Mine {
  readonly kind: "mine";
  /** The client id; the message id for what another edge sent. */
  readonly key: string;
  readonly text: string;
  /** As typed here: what is sent again or changed. */
  readonly out: Outgoing | null;
  readonly at: number;
  readonly progress: Progress;
  /** Why it was refused, in words. */
  readonly reason: string;
  readonly redacted: boolean;
}

export interface Theirs {
  readonly kind: "theirs";
  readonly key: string;
  readonly text: string;
  readonly at: number;
  readonly author: Author | null;
  readonly source: Reply["source"];
  readonly buttons: readonly Choice[];
  /** Starter topics of a greeting. */
  readonly topics: boolean;
  /** Buttons serve once: `null` while they can be used, then the title that was chosen, or "". */
  readonly chosen: string | null;
  readonly unavailable: boolean;
}

export interface Notice {
  readonly kind: "notice";
  readonly key: string;
  readonly text: string;
  readonly tone: Tone;
  readonly at: number;
}

export type Item = Mine | Theirs | Notice;

/** `idle`: nobody asked anything yet. `asleep`: the session ended and nobody is there. `ended`: over, may be rated. */
export type Phase = "idle" | "starting" | "live" | "asleep" | "ended";

export interface State {
  readonly phase: Phase;
  readonly items: readonly Item[];
  readonly replies: number;
  /** Who is typing: `null` nobody, "" the assistant, else an agent. */
  readonly typing: string | null;
  /** The connection is lost. */
  readonly offline: boolean;
  /** Why no conversation can be opened: a server's sentence, or "" for the widget's own. */
  readonly problem: string | null;
  readonly handoff: Pick<HandoffEvent, "state" | "position" | "agent">;
  readonly step: VerificationEvent | null;
  readonly proof: "closed" | "open" | "folded";
  readonly cover: { readonly reference: string; readonly ends: number } | null;
  readonly rated: number | null;
  /** Replies that came while the panel was closed. */
  readonly unread: number;
  readonly open: boolean;
  readonly serial: number;
}

export type Change = (state: State) => State;
/** A change, or just the fields that are new. */
export type Changes = Change | Partial<State>;

/** Everything that belongs to one conversation and not to the next. */
const fresh = {
  handoff: { state: "bot", position: null, agent: null }, step: null, proof: "closed", cover: null, rated: null, typing: null, replies: 0,
} as const;

export const initial: State = {
  phase: "idle", items: [], offline: false, problem: null, unread: 0, open: false, serial: 0, ...fresh,
};

export const apply = (state: State, how: Changes): State => (typeof how === "function" ? how(state) : { ...state, ...how });

const change = <K extends Item["kind"]>(kind: K, key: string, how: (item: Item & { kind: K }) => Item): Change => (state) => ({
  ...state, items: state.items.map((item) => (item.key === key && item.kind === kind ? how(item as Item & { kind: K }) : item)),
});

const unsent = (item: Item): boolean => item.kind === "mine" && item.progress !== "sent";

/** What the server stored comes before what is not sent yet. */
const added = (item: Item, before: (other: Item) => boolean = (other) => unsent(other) && (other as Mine).progress !== "sending"): Change => (state) => {
  const items = [...state.items];
  const place = items.findIndex(before);
  items.splice(place < 0 ? items.length : place, 0, item);
  return { ...state, items, serial: state.serial + 1 };
};

const note = (text: string, at: number, tone: Tone = "info"): Change => (state) =>
  added({ kind: "notice", key: `n${state.serial}`, text, tone, at })(state);

/** The buttons that could still be used show from now on only what was chosen. */
const superseded = (chosen: string): Change => (state) => ({
  ...state,
  items: state.items.map((item) =>
    item.kind === "theirs" && item.buttons.length > 0 && item.chosen === null
      ? { ...item, chosen: item.buttons.some(({ title }) => title === chosen) ? chosen : "" }
      : item,
  ),
});

const chain = (...changes: readonly Changes[]): Change => (state) => changes.reduce<State>(apply, state);

/** A conversation is there. Words that are not sent yet go on into it, below what belongs to the one before. */
export const begun = (why: Why, at: number): Change => (state) => {
  const past = why === "asked" ? [] : superseded("")(state).items.filter((item) => !unsent(item) && !(item.kind === "notice" && item.text === t.asleep));
  const next = chain({ ...fresh, phase: "live", problem: null, items: past }, why === "expired" ? note(t.expired, at) : {})(state);
  return { ...next, items: [...next.items, ...state.items.filter(unsent)] };
};

/** The session ended and nobody is there. */
export const fellAsleep = (at: number): Change => chain(superseded(""), { ...fresh, phase: "asleep" }, note(t.asleep, at));

export const said = (out: Outgoing, at: number): Change => (state) =>
  superseded(!out.choice ? "" : out.text)({
    ...state,
    items: [
      ...state.items.filter(({ key }) => key !== out.client_id),
      { kind: "mine", key: out.client_id, text: out.text, out, at, progress: "queued", reason: "", redacted: false },
    ],
  });

/** Stored is stored, whatever was lost on the way. */
export const progressed = (key: string, progress: Progress, reason = ""): Change =>
  change("mine", key, (item) => (item.progress === "sent" ? item : { ...item, progress, reason }));

export const removed = (key: string): Change => (state) => ({ ...state, items: state.items.filter((item) => item.key !== key) });

/** A stored event; `live` when it came just now and is not history. */
export const happened = (event: ChatEvent, live: boolean, now: number): Change => (state) => {
  const at = moment(event.at) ?? now;
  switch (event.type) {
    case "message":
      return confirmed(event, at)(state);
    case "reply":
      return replied(event, live, at)(state);
    case "done":
      return { ...state, typing: null };
    case "verification":
      return apply(state, stepped(event, at));
    case "reveal":
      return !event.reference
        ? chain({ cover: null }, note(t.pukShown, at))(state)
        : { ...state, cover: { reference: event.reference, ends: moment(event.expires_at) ?? 0 } };
    case "attachment":
      return event.state === "wanted"
        ? { ...state, proof: "open" }
        : chain({ proof: "closed" }, note(!event.reference ? t.received : t.receivedRef(event.reference), at, "good"))(state);
    case "handoff":
      return handed(event, live, at)(state);
    case "ended":
      return chain(
        superseded(""), { ...fresh, rated: state.rated, phase: "ended" },
        note(event.by === "agent" ? t.endedByAgent : t.ended, at),
      )(state);
    default:
      return state; // a later server's event
  }
};

/** The message as the server stored it: what was sent from here or from another tab, or history. */
const confirmed = ({ client_id, message_id, text }: CustomerMessage, at: number): Change => (state) => {
  const key = client_id ?? message_id;
  const known = state.items.find((item): item is Mine => item.kind === "mine" && item.key === key);
  const out = known?.out ?? null;
  const redacted = plain(!out || out.choice ? text : out.text) !== plain(text);
  // The answer to sending it may come before its event, or after.
  if (known?.progress === "sent") return change("mine", key, (item) => ({ ...item, text, redacted }))(state);
  const item: Mine = { kind: "mine", key, text, out, at, progress: "sent", reason: "", redacted };
  // It stands where the conversation has it: behind everything stored, before what still waits.
  return chain(!known ? superseded(text) : removed(key), added(item, unsent))(state);
};

/** What is left when the server's tidying (NFC, control characters, spaces) is disregarded. */
const plain = (text: string): string => text.normalize("NFC").replace(/[\p{C}\s]+/gu, "");

const replied = (event: Reply, live: boolean, at: number): Change => (state) => {
  const buttons = event.buttons ?? [];
  return chain(
    buttons.length > 0 ? superseded("") : {},
    added({
      kind: "theirs", key: `r${state.serial}`, text: String(event.text ?? ""), at, author: event.author ?? null, source: event.source, buttons,
      topics: state.replies === 0 && event.in_reply_to === null, chosen: null, unavailable: event.outcome === "unavailable",
    }),
    { replies: state.replies + 1, unread: counted(state, live) },
  )(state);
};

const counted = ({ unread, open }: State, live: boolean): number => (live && !open ? unread + 1 : unread);

/** What stays in the list of a step. A code that ended, or was used up, is said on the card, where another is to be had. */
const stepped = (event: VerificationEvent, at: number): Changes => {
  const { state: step, masked, expires_at, level } = event;
  const ends = moment(expires_at);
  if (step === "cancelled") return chain({ step: null }, note(t.verifyCancelled, at));
  if (step === "locked" && ends) return chain({ step: null }, note(t.locked(`${longDay(ends)}, ${clock(ends)}`), at, "bad"));
  if (step !== "verified") return { step: event };
  const told = level === 1 ? t.contactProved : t.verified(masked ?? "", !ends ? "" : clock(ends));
  return chain({ step: null }, note(told, at, "good"));
};

const handed = ({ state: to, position, agent }: HandoffEvent, live: boolean, at: number): Change => (state) => {
  const next = { ...state, handoff: { state: to, position, agent } };
  if (to === "agent") return chain(note(t.withAgent(agent ?? t.anAgent), at, "good"), { unread: counted(state, live) })(next);
  return to === "bot" && state.handoff.state === "agent" ? note(t.handBack, at)(next) : next;
};
