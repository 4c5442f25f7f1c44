/** The PUK: shown with a reason, for as long as the server says, then wiped from the page. */

import { useEffect, useState } from "preact/hooks";

import { AskDialog } from "../ask-dialog";
import { useHere } from "../parts";
import * as base from "../sq";
import { spelled } from "./format";
import * as t from "./sq";
import type { Account, PukCodes } from "./types";

interface Props {
  readonly account: Account;
  announce(words: string): void;
}

export function Puk({ account, announce }: Props) {
  const { api } = useHere();
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<{ readonly codes: PukCodes; readonly until: number } | null>(null);
  const [left, setLeft] = useState(0);

  useEffect(() => {
    if (shown === null) return;
    const look = (): void => {
      const remaining = Math.ceil((shown.until - Date.now()) / 1000);
      setLeft(remaining);
      if (remaining > 0) return;
      setShown(null);
      announce(t.pukGone);
    };
    look();
    const timer = setInterval(look, 250);
    document.addEventListener("visibilitychange", look); // a page in the background is seldom woken
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [shown]);

  async function show(reason: string): Promise<void> {
    const codes = await api.post<PukCodes>("/accounts/puk", { account: account.account, reason });
    setShown({ codes, until: Date.now() + codes.seconds * 1000 });
    setAsking(false);
    announce(t.pukShown);
  }

  if (shown !== null) {
    return (
      <div class="puk">
        <dl class="pairs">
          <div><dt>{t.puk1}</dt><dd class="clear">{spelled(shown.codes.puk1)}</dd></div>
          {shown.codes.puk2 !== null && <div><dt>{t.puk2}</dt><dd class="clear">{spelled(shown.codes.puk2)}</dd></div>}
        </dl>
        <p class="row"><span class="quiet">{t.pukLeft(left)}</span> <button class="small" onClick={() => (setShown(null), announce(t.pukGone))}>{t.hide}</button></p>
      </div>
    );
  }
  return (
    <>
      <p><button aria-disabled={account.stale} onClick={() => !account.stale && setAsking(true)}>{t.pukShow}</button></p>
      {asking && (
        <AskDialog title={t.pukShow} yes={t.pukShow} reason={{ label: base.callbackReason, hint: t.pukReasonHint }} run={show} onClose={() => setAsking(false)}>
          <p>{t.pukWhat}</p>
        </AskDialog>
      )}
    </>
  );
}
