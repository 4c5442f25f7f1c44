/** The account beside a conversation whose customer has proved a number: at once for who has the conversation, else when it is asked for. */

import { useMemo, useState } from "preact/hooks";

import { AccountPanel } from "./panel";
import * as t from "./sq";

interface Props {
  readonly conversation: string;
  readonly mine: boolean;
  announce(words: string): void;
}

export function AccountBeside({ conversation, mine, announce }: Props) {
  const [wanted, setWanted] = useState(false);
  const subscriber = useMemo(() => ({ verifiedIn: conversation }), [conversation]);
  if (mine || wanted) return <AccountPanel subscriber={subscriber} announce={announce} />;
  return (
    <section class="account" aria-label={t.ofTalk}>
      <button onClick={() => setWanted(true)}>{t.openIt}</button>
      <p class="hint">{t.audited}</p>
    </section>
  );
}
