/** The views and the conversations of one. */

import { lasting, moment } from "./format";
import { isLate, VIEWS, waitsSince } from "./model";
import { Alert, sentence, useHere, useNow } from "./parts";
import * as t from "./sq";
import type { Counters, Item, View } from "./types";
import type { Inbox } from "./use-inbox";

export type Place = View | "callbacks";
export const PLACES: readonly Place[] = [...VIEWS, "callbacks"];

interface ViewsProps {
  readonly place: Place;
  readonly counters: Counters | null;
  onChoose(place: Place): void;
}

export function Views({ place, counters, onChoose }: ViewsProps) {
  return (
    <nav class="views" aria-label={t.viewsLabel}>
      {PLACES.map((each) => {
        const count = each === "closed" || each === "bot" ? undefined : counters?.[each];
        return (
          <button key={each} aria-current={each === place ? "page" : undefined} onClick={() => onChoose(each)}>
            <span>{t.views[each]}</span>
            {count !== undefined && <span class={count > 0 && each === "waiting" ? "count pressing" : "count"}>{count}</span>}
          </button>
        );
      })}
    </nav>
  );
}

interface ListProps {
  readonly view: View;
  readonly inbox: Inbox;
  readonly open: string | null;
  onOpen(id: string): void;
}

export function List({ view, inbox, open, onOpen }: ListProps) {
  const now = useNow();
  const { items, failure, more } = inbox;
  return (
    <section class="list" aria-labelledby="list-title">
      <h2 id="list-title">{t.views[view]}</h2>
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            <button onClick={inbox.reload}>{t.again}</button>
          </div>
        )}
      </Alert>
      {items === null ? (
        failure === null && <p class="quiet" role="status">{t.loading}</p>
      ) : items.length === 0 ? (
        <p class="quiet">{t.empty[view]}</p>
      ) : (
        <ul>
          {items.map((item) => (
            <li key={item.conversation_id}><Entry item={item} now={now} current={item.conversation_id === open} onOpen={onOpen} /></li>
          ))}
        </ul>
      )}
      {more && <button class="more" onClick={inbox.loadMore}>{t.more}</button>}
    </section>
  );
}

interface EntryProps {
  readonly item: Item;
  readonly now: number;
  readonly current: boolean;
  onOpen(id: string): void;
}

function Entry({ item, now, current, onOpen }: EntryProps) {
  const { conversation_id: id, last, handoff } = item;
  const speaker = last === null || last.by === null ? t.customer : last.by === "" ? t.assistant : last.by;
  return (
    <button class="entry" data-entry={id} aria-current={current ? "true" : undefined} onClick={() => onOpen(id)}>
      <span class="entry-head">
        <span class="name">{t.talk(shortId(id))}</span>
        <time>{last === null ? "" : moment(Date.parse(last.at), now)}</time>
      </span>
      <span class="entry-words">{last === null ? t.nobodySaid : `${speaker}: ${last.text}`}</span>
      <span class="entry-foot">
        <span>{handoff.state === "agent" ? t.owner(handoff.agent_name, handoff.mine) : t.states[handoff.state]}</span>
        <ForTeam handoff={handoff} />
        <Waiting handoff={handoff} now={now} />
      </span>
    </button>
  );
}

/** Whose queue it waits in, when that is a team's; one's own stands out. */
export function ForTeam({ handoff: { state, team } }: { readonly handoff: Item["handoff"] }) {
  const { session } = useHere();
  if (state !== "waiting" || team === null) return null;
  return team === session.team ? <strong class="for-us">{t.forOwnTeam}</strong> : <span>{t.forTeam(team)}</span>;
}

/** How long somebody waits, and whether it is too long; until when it sleeps. */
export function Waiting({ handoff, now }: { readonly handoff: Item["handoff"]; readonly now: number }) {
  const since = waitsSince(handoff);
  if (handoff.state === "snoozed" && handoff.snoozed_until !== null) return <span>{t.until(moment(Date.parse(handoff.snoozed_until), now))}</span>;
  if (since === null) return null;
  const late = isLate(handoff, now);
  return <span class={late ? "late" : "waits"}>{t.waits(lasting(now - since))}{late && `, ${t.late}`}</span>;
}

/** Enough of an id to tell two conversations apart. */
export const shortId = (id: string): string => id.slice(-5).toUpperCase();
