/** The area of accounts: a number is searched, its account opens. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import type { AreaProps } from "../areas";
import { shortId } from "../list";
import { Field, typed, useHere } from "../parts";
import * as base from "../sq";
import type { Page } from "../types";
import { chooseAccount, useChosenAccount } from "./chosen";
import { AccountPanel } from "./panel";
import * as t from "./sq";
import type { Account } from "./types";

const CALL = "";

export function AccountsArea({ announce, keys }: AreaProps) {
  const { api } = useHere();
  const chosen = useChosenAccount();
  const [talks, setTalks] = useState<readonly string[]>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const field = (): HTMLInputElement | null => form.current?.querySelector<HTMLInputElement>("#number") ?? null;

  useEffect(() => {
    keys.current = (key) => (key === "/" ? (field()?.focus(), true) : false);
    field()?.focus();
    // Without one's conversations a call is the reason that is left.
    api.get<Page>("/inbox/views/mine?limit=20").then((page) => setTalks(page.items.map((item) => item.conversation_id)), () => undefined);
    return () => void (keys.current = null);
  }, [api]);

  function find(event: SubmitEvent): void {
    event.preventDefault();
    const sent = event.currentTarget as HTMLFormElement;
    const number = typed(sent, "number").trim();
    setWrong(number === "" ? base.needed : null);
    if (number === "") return field()?.focus();
    chooseAccount({ number, conversation: typed(sent, "why") || null });
  }

  /** What was typed goes from the screen with what it was for; what is no number stays, to be put right. */
  function opened(account: Account | null, failure: unknown): void {
    const input = field();
    if (account !== null && input) input.value = "";
    if (!(failure instanceof ApiError && failure.field === "number")) return;
    setWrong(failure.message);
    chooseAccount(null);
    input?.focus();
  }

  return (
    <div class="accounts">
      <h2 id="pane-title" tabIndex={-1}>{t.area}</h2>
      <form class="search" noValidate role="search" ref={form} onSubmit={find}>
        <Field id="number" label={t.number} hint={t.numberHint} error={wrong} numeric />
        <div class="field">
          <label for="why">{t.why}</label>
          <select id="why" name="why">
            <option value={CALL}>{t.whyCall}</option>
            {talks.map((id) => <option key={id} value={id}>{t.whyTalk(shortId(id))}</option>)}
          </select>
          <p class="hint">{t.audited}</p>
        </div>
        <button class="main">{t.find}</button>
      </form>
      {chosen === null ? (
        <div class="quiet">
          <p>{t.emptySearch}</p>
          <p>{t.emptyHint}</p>
        </div>
      ) : (
        <AccountPanel subscriber={chosen} focused announce={announce} onOpened={opened} />
      )}
    </div>
  );
}
