/** A value that is masked until it is revealed for a reason; hidden again when it is told to, or with its account. */

import { useState } from "preact/hooks";

import { AskDialog } from "../ask-dialog";
import { useHere } from "../parts";
import * as base from "../sq";
import * as t from "./sq";
import type { Account, Revealable } from "./types";

interface Props {
  readonly account: Account;
  readonly field: Revealable;
  readonly masked: string;
  /** Of contacts, which. */
  readonly contact?: string;
  announce(words: string): void;
}

export function Masked({ account, field, masked, contact, announce }: Props) {
  const { api } = useHere();
  const [clear, setClear] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const shown = async (reason: string): Promise<void> => {
    const body = { account: account.account, field, contact: contact ?? null, reason };
    const { value } = await api.post<{ readonly value: string }>("/accounts/reveal", body);
    setClear(value);
    setAsking(false);
    announce(t.revealed(field));
  };
  return (
    <span class="masked">
      <span class={clear === null ? "" : "clear"}>{clear ?? masked}</span>{" "}
      {account.revealable.includes(field) &&
        (clear === null ? (
          <button class="small" aria-label={t.revealLabel(field, masked)} aria-disabled={account.stale} onClick={() => !account.stale && setAsking(true)}>{t.reveal}</button>
        ) : (
          <button class="small" aria-label={t.hideLabel(field)} onClick={() => setClear(null)}>{t.hide}</button>
        ))}
      {asking && (
        <AskDialog title={t.revealTitle(field)} yes={t.reveal} reason={{ label: base.callbackReason, hint: base.callbackReasonHint }} run={shown} onClose={() => setAsking(false)}>
          <p>{masked}</p>
        </AskDialog>
      )}
    </span>
  );
}
