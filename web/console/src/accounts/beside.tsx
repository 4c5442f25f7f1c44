/** The account beside a conversation whose customer has proved a number: at once for who has the conversation, else when it is asked for. */

import { useMemo, useState } from "preact/hooks";

import type { Event } from "../types";
import { AccountPanel } from "./panel";
import * as t from "./sq";

interface Props {
  readonly conversation: string;
  readonly mine: boolean;
  readonly events: readonly Event[];
  announce(words: string): void;
}

/** The place of the latest event that changes what the account shows: a number proved, a proof received. */
export const latestNews = (events: readonly Event[]): number =>
  events.findLast((event) => (event.type === "verification" && event.state === "verified") || (event.type === "attachment" && event.state === "received"))?.cursor ?? 0;

export function AccountBeside({ conversation, mine, events, announce }: Props) {
  const [wanted, setWanted] = useState(false);
  const subscriber = useMemo(() => ({ verifiedIn: conversation }), [conversation]);
  if (mine || wanted) return <AccountPanel subscriber={subscriber} news={latestNews(events)} announce={announce} />;
  return (
    <section class="account" aria-label={t.ofTalk}>
      <button onClick={() => setWanted(true)}>{t.openIt}</button>
      <p class="hint">{t.audited}</p>
    </section>
  );
}
