/** A customer's account: who, what to do next, then what presses, then the rest. In one column, so that it fits beside a conversation. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { ApiError } from "../api";
import { moment } from "../format";
import { Alert, sentence, useNow } from "../parts";
import * as base from "../sq";
import { LifeOf } from "./life";
import { Masked } from "./masked";
import { Money } from "./money";
import { Requests } from "./requests";
import { Card, Club, Contacts, Selfcare } from "./rest";
import * as t from "./sq";
import type { Account, Subscriber } from "./types";
import { reasonOf, useAccount } from "./use-account";

interface Props {
  /** Whose; the same object as long as it is the same account. */
  readonly subscriber: Subscriber;
  /** The heading takes the focus once the account is there. */
  readonly focused?: boolean;
  /** Another value reads the account anew. */
  readonly news?: number;
  announce(words: string): void;
  /** Told once it was found, or with what stood in the way. */
  onOpened?(account: Account | null, failure: unknown): void;
}

/** Asking again would be answered alike. */
const FINAL: readonly string[] = ["no_account", "no_verified_number", "invalid_msisdn", "no_conversation"];

export function AccountPanel({ subscriber, focused = false, news = 0, announce, onOpened }: Props) {
  const { account, failure, busy, reload } = useAccount(subscriber);
  const heading = useRef<HTMLHeadingElement>(null);
  const now = useNow();
  const heard = useRef(news);
  useEffect(() => {
    if (heard.current !== news) void reload();
    heard.current = news;
  }, [news]);
  useEffect(() => {
    if (account === null || !focused) return;
    announce(t.foundIt(account.number));
    heading.current?.focus();
  }, [account === null]);
  useEffect(() => {
    if (account !== null || failure !== null) onOpened?.(account, failure);
  }, [account === null, failure]);
  return (
    <section class="account" aria-label={t.ofTalk} aria-busy={busy}>
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            {!(failure instanceof ApiError && FINAL.includes(failure.code)) && <button onClick={() => void reload()}>{base.again}</button>}
          </div>
        )}
      </Alert>
      {account === null ? (
        busy && <p class="quiet" role="status">{t.searching}</p>
      ) : (
        <>
          <header>
            <h3 tabIndex={-1} ref={heading} class="whose">{account.name}</h3>
            <p class="row">
              <Masked key={account.number} account={account} field="msisdn" masked={account.number} announce={announce} />
              <span class="quiet">{t.kinds[account.kind]}{account.business && `, ${t.business}`}</span>
            </p>
            <p class="row quiet">
              <span>{readWhen(account, now)}</span>
              <button class="small" aria-disabled={busy} onClick={() => !busy && void reload()}>{t.refresh}</button>
            </p>
          </header>
          <Alert>{account.stale && account.as_of !== null && <p class="notice">{t.stale(moment(Date.parse(account.as_of), now))}</p>}</Alert>
          <Part title={t.actions}>
            {account.actions.length === 0 ? (
              <p class="quiet">{t.noActions}</p>
            ) : (
              <ol class="actions">
                {account.actions.map((action) => (
                  <li key={action.key} class={action.urgent ? "urgent" : ""}>{action.urgent && <span class="hidden">{t.urgent}: </span>}{action.text}</li>
                ))}
              </ol>
            )}
          </Part>
          <div class="parts">
            {(account.kind !== "prepaid" || account.requests.length > 0) && (
              <Part title={t.requests}><Requests account={account} reason={reasonOf(subscriber)} now={now} reload={reload} announce={announce} /></Part>
            )}
            {account.contradictory && <Part title={t.life}><p class="late">{t.contradictory}</p></Part>}
            {account.life !== null && <Part title={t.life}><LifeOf life={account.life} /></Part>}
            <Part title={account.kind === "prepaid" ? t.creditAndTopUps : t.bills}><Money account={account} now={now} /></Part>
            <Part title={t.sim}><Card key={account.number} account={account} announce={announce} /></Part>
            <Part title={t.contacts}><Contacts account={account} announce={announce} /></Part>
            {account.kind === "postpaid" && <Part title={t.selfcare}><Selfcare account={account} /></Part>}
            {account.business && <Part title={t.club}><Club account={account} /></Part>}
          </div>
        </>
      )}
    </section>
  );
}

function readWhen({ as_of, read_at, stale }: Account, now: number): string {
  const read = t.readAt(moment(Date.parse(read_at), now));
  return as_of === null || stale ? read : `${read}, ${t.asOf(moment(Date.parse(as_of), now))}`;
}

function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h4 id={id}>{title}</h4>
      {children}
    </section>
  );
}
