/** Requests for a call: numbers masked, one in clear for a reason that is recorded. */

import { useCallback, useEffect, useState } from "preact/hooks";

import { AskDialog } from "./ask-dialog";
import { lasting } from "./format";
import { Alert, sentence, useHere, useNow } from "./parts";
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
  const show = async ({ reference }: Callback, reason: string): Promise<void> => {
    const shown = await api.post<Callback>(`/inbox/callbacks/${reference}/number`, { reason });
    setClear((before) => new Map(before).set(reference, shown.number));
    setAsking(null);
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
        <AskDialog title={t.callbackTitle} yes={t.callbackShow} reason={{ label: t.callbackReason, hint: t.callbackReasonHint }} run={(reason) => show(asking, reason)} onClose={() => setAsking(null)}>
          <p>{asking.number}</p>
        </AskDialog>
      )}
    </section>
  );
}
