/** The account of the number that is noted, with what to do next; the same one stands in the area of accounts. */

import { chooseAccount, useChosenAccount } from "../accounts/chosen";
import { AccountPanel } from "../accounts/panel";
import * as t from "./sq";

interface Props {
  /** As it is typed beside the note. */
  readonly number: string;
  announce(words: string): void;
}

export function CallersAccount({ number, announce }: Props) {
  const chosen = useChosenAccount();
  const typed = number.trim() !== "";
  return (
    <div class="card">
      <p class="row">
        <button aria-disabled={!typed} onClick={() => typed && chooseAccount({ number: number.trim(), conversation: null })}>{t.accountOpen}</button>
        {chosen !== null && <button onClick={() => chooseAccount(null)}>{t.accountClose}</button>}
      </p>
      {chosen === null ? <p class="hint">{t.accountHint}</p> : <AccountPanel subscriber={chosen} announce={announce} />}
    </div>
  );
}
