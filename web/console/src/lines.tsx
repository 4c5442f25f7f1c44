/** What was said and what happened, line by line. */

import type { ComponentChildren } from "preact";

import { moment } from "./format";
import type { Line } from "./model";
import * as t from "./sq";
import type { Event } from "./types";

export function LogLine({ line, now }: { readonly line: Line; readonly now: number }) {
  if ("note" in line) {
    const { by, whispered_to: to, seen_at: seen } = line.note;
    return <Bubble kind="note" who={to === null ? t.note(by) : t.whispered(by, to, seen !== null)} at={line.at} now={now}>{line.note.text}</Bubble>;
  }
  const { event } = line;
  if (event.type === "message") return <Bubble kind="customer" who={t.customer} at={line.at} now={now}>{event.text}</Bubble>;
  if (event.type === "reply") {
    const isAgent = event.author?.kind === "agent";
    const who = isAgent ? (event.author?.name ?? t.agent) : t.assistant;
    const late = event.outcome === "unavailable" ? ` (${t.apology})` : "";
    return (
      <Bubble kind={isAgent ? "agent" : "bot"} who={who + late} at={line.at} now={now}>
        {event.text}
        {event.source && <small>{t.source(event.source.text)}</small>}
        {event.buttons.length > 0 && <small>{t.offered(event.buttons.map((button) => button.title).join(" · "))}</small>}
      </Bubble>
    );
  }
  const said = happened(event);
  return said === null ? null : <p class="happened">{said} <time>{moment(line.at, now)}</time></p>;
}

interface BubbleProps {
  readonly kind: "customer" | "bot" | "agent" | "note";
  readonly who: string;
  readonly at: number;
  readonly now: number;
  readonly children: ComponentChildren;
}

function Bubble({ kind, who, at, now, children }: BubbleProps) {
  return (
    <div class={`line ${kind}`}>
      <p class="who">{who} <time>{moment(at, now)}</time></p>
      <div class="bubble">{children}</div>
    </div>
  );
}

/** An event that is nobody's words, in a sentence; null for what this console does not know. */
export function happened(event: Event): string | null {
  switch (event.type) {
    case "verification":
      return t.verification[event.state]?.(event.masked) ?? null;
    case "attachment":
      return t.attachment[event.state]?.(event.reference) ?? null;
    case "reveal":
      return t.reveal[event.state] ?? null;
    case "handoff":
      return event.state === "agent" ? t.handoffs.agent(event.agent) : (t.handoffs[event.state] ?? null);
    case "ended":
      return t.ended;
    default:
      return null;
  }
}
