/** Requests for a call: numbers masked, one in clear for a reason that is recorded. */

import { useCallback, useEffect, useState } from "preact/hooks";

import { ApiError } from "./api";
import { Buttons } from "./dialogs";
import { lasting } from "./format";
import { Alert, Dialog, Field, sentence, typed, useHere, useNow } from "./parts";
import * as t from "./sq";

interface Callback {
  readonly reference: string;
  readonly number: string;
  readonly verified: boolean;
  readonly asked_at: string;
}

/** `count`: how many there are as the stream says; another count reads them anew. */
export function Callbacks({ count }: { readonly count: number | undefined }) {
  const { api } = useHere();
  const [list, setList] = useState<readonly Callback[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [clear, setClear] = useState<ReadonlyMap<string, string>>(new Map());
  const [asking, setAsking] = useState<Callback | null>(null);
  const now = useNow();

  const read = useCallback(() => {
    setFailure(null);
    api.get<{ callbacks: readonly Callback[] }>("/inbox/callbacks").then((page) => setList(page.callbacks), setFailure);
  }, [api]);
  useEffect(read, [read, count]);

  const called = (reference: string): void => {
    api.post<void>(`/inbox/callbacks/${reference}/done`).then(read, setFailure);
  };
  return (
    <section class="list calls" aria-labelledby="list-title">
      <h2 id="list-title">{t.views.callbacks}</h2>
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            <button onClick={read}>{t.again}</button>
          </div>
        )}
      </Alert>
      {list === null ? (
        failure === null && <p class="quiet" role="status">{t.loading}</p>
      ) : list.length === 0 ? (
        <p class="quiet">{t.callbacksEmpty}</p>
      ) : (
        <ul>
          {list.map((each) => (
            <li key={each.reference} class="call">
              <p>
                <strong>{clear.get(each.reference) ?? each.number}</strong> <span class="quiet">({each.verified ? t.callbackVerified : t.callbackTyped})</span>
              </p>
              <p class="quiet">{each.reference} · {t.waits(lasting(now - Date.parse(each.asked_at)))}</p>
              <p class="row">
                {!clear.has(each.reference) && <button onClick={() => setAsking(each)}>{t.callbackShow}</button>}
                <button onClick={() => called(each.reference)}>{t.callbackDone}</button>
              </p>
            </li>
          ))}
        </ul>
      )}
      {asking !== null && (
        <NumberDialog
          callback={asking}
          onClose={() => setAsking(null)}
          onShown={(number) => {
            setClear(new Map(clear).set(asking.reference, number));
            setAsking(null);
          }}
        />
      )}
    </section>
  );
}

interface DialogProps {
  readonly callback: Callback;
  onClose(): void;
  onShown(number: string): void;
}

function NumberDialog({ callback, onClose, onShown }: DialogProps) {
  const { api } = useHere();
  const [told, setTold] = useState<string | null>(null);
  const [withCode, setWithCode] = useState(false);
  const [missing, setMissing] = useState<string | null>(null);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const empty = (withCode ? ["reason", "code"] : ["reason"]).find((name) => typed(form, name).trim() === "");
    setMissing(empty ?? null);
    setTold(null);
    if (empty) return form.querySelector<HTMLInputElement>(`#${empty}`)?.focus();
    try {
      if (withCode) await api.post("/session/totp", { code: typed(form, "code").trim() });
      const shown = await api.post<Callback>(`/inbox/callbacks/${callback.reference}/number`, { reason: typed(form, "reason").trim() });
      onShown(shown.number);
    } catch (error) {
      if (error instanceof ApiError && error.code === "confirmation_needed") setWithCode(true);
      setTold(sentence(error));
    }
  }

  return (
    <Dialog title={t.callbackTitle} onClose={onClose}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <p>{callback.number}</p>
        <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
        <Field id="reason" label={t.callbackReason} hint={t.callbackReasonHint} error={missing === "reason" ? t.needed : null} />
        {withCode && <Field id="code" label={t.callbackCode} autocomplete="one-time-code" error={missing === "code" ? t.needed : null} />}
        <Buttons yes={t.callbackShow} onClose={onClose} />
      </form>
    </Dialog>
  );
}
