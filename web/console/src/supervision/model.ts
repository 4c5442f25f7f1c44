/** What may be done from the floor, as pure functions. */

import type { OpenTalk } from "./types";

export type FloorAction = "open" | "take" | "whisper";

/** What a supervisor may do with a conversation; `me`: the own user name. The server has the last word. */
export function allowed({ agent, state }: OpenTalk, me: string): ReadonlySet<FloorAction> {
  const can = new Set<FloorAction>(["open"]);
  if (state === "waiting" || agent !== me) can.add("take");
  if (state === "agent" && agent !== null && agent !== me) can.add("whisper");
  return can;
}

/** Whether the answer is late by now; the floor is told again only when something changes. */
export const isLate = ({ due }: Pick<OpenTalk, "due">, now: number): boolean => due !== null && Date.parse(due) < now;
