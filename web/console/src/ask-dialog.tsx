/** What is asked before something is revealed or decided: a reason, and the second factor's code where it is asked for again. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { ApiError } from "./api";
import { Buttons } from "./dialogs";
import { Alert, Dialog, Field, sentence, typed, useHere } from "./parts";
import * as t from "./sq";

interface Props {
  readonly title: string;
  readonly yes: string;
  /** Null: no reason is asked for. */
  readonly reason: { readonly label: string; readonly hint: string } | null;
  /** The code is asked for from the beginning. */
  readonly withCode?: boolean;
  readonly children?: ComponentChildren;
  /** Does it; what it throws is told in the dialog, which stays open. */
  run(reason: string): Promise<void>;
  onClose(): void;
}

export function AskDialog({ title, yes, reason, withCode = false, children, run, onClose }: Props) {
  const { api } = useHere();
  const [told, setTold] = useState<string | null>(null);
  const [coded, setCoded] = useState(withCode);
  const [missing, setMissing] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget as HTMLFormElement;
    const focus = (name: string): void => form.querySelector<HTMLElement>(`#${name}`)?.focus();
    const wanted = [...(reason === null ? [] : ["reason"]), ...(coded ? ["code"] : [])];
    const empty = wanted.find((name) => typed(form, name).trim() === "");
    setMissing(empty ?? null);
    setTold(null);
    setWrong(null);
    if (empty) return focus(empty);
    setBusy(true);
    try {
      if (coded) {
        await api.post("/session/totp", { code: typed(form, "code").trim() });
        setCoded(false); // a code is good for once, and from now on it counts
      }
      await run(typed(form, "reason").trim());
    } catch (error) {
      if (error instanceof ApiError && error.code === "confirmation_needed") {
        setCoded(true);
        setTimeout(() => focus("code"));
      }
      if (error instanceof ApiError && error.field === "reason") {
        setWrong(error.message);
        focus("reason");
      } else setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form noValidate onSubmit={(event) => void send(event)}>
        {children}
        <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
        {reason !== null && <Field id="reason" label={reason.label} hint={reason.hint} error={missing === "reason" ? t.needed : wrong} />}
        {coded && <Field id="code" label={t.callbackCode} autocomplete="one-time-code" error={missing === "code" ? t.needed : null} />}
        <Buttons yes={yes} onClose={onClose} />
      </form>
    </Dialog>
  );
}
