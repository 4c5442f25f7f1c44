/** The account that was asked for beside the note, with what to do next; the same one stands in the area of accounts. */

import { chooseAccount, useChosenAccount } from "../accounts/chosen";
import { AccountPanel } from "../accounts/panel";
import * as t from "./sq";

export function CallersAccount({ announce }: { announce(words: string): void }) {
  const chosen = useChosenAccount();
  if (chosen === null) return null;
  return (
    <div class="stack">
      <p><button onClick={() => (chooseAccount(null), document.getElementById("call-number")?.focus())}>{t.accountClose}</button></p>
      <AccountPanel subscriber={chosen} announce={announce} />
    </div>
  );
}
