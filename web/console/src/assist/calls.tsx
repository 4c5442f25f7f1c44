/** The calls that agents noted, for supervisors: what was left to do first. */

import { useCallback, useEffect, useState } from "preact/hooks";

import { AskDialog } from "../ask-dialog";
import { moment } from "../format";
import { Alert, sentence, useHere, useNow } from "../parts";
import * as c from "../sq";
import * as t from "./sq";
import type { Call } from "./types";

export function Calls({ announce }: { announce(text: string): void }) {
  const { api } = useHere();
  const [all, setAll] = useState(false);
  const [calls, setCalls] = useState<readonly Call[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [clear, setClear] = useState<ReadonlyMap<string, string>>(new Map());
  const [asking, setAsking] = useState<Call | null>(null);
  const now = useNow();

  const read = useCallback(async () => {
    setFailure(null);
    try {
      setCalls((await api.get<{ calls: readonly Call[] }>(`/calls?done=${all ? 1 : 0}`)).calls);
    } catch (error) {
      setFailure(error);
    }
  }, [api, all]);
  useEffect(() => {
    setCalls(null);
    void read();
  }, [read]);

  const done = async (call: Call): Promise<void> => {
    try {
      await api.post<void>(`/calls/${call.reference}/done`);
      announce(t.callsWasDone(call.reference));
      document.getElementById("calls-title")?.focus();
      await read();
    } catch (error) {
      setFailure(error);
    }
  };
  const show = async ({ reference }: Call, reason: string): Promise<void> => {
    const shown = await api.post<Call>(`/calls/${reference}/number`, { reason });
    setClear((before) => new Map(before).set(reference, shown.number ?? ""));
    setAsking(null);
  };
  return (
    <section class="card wide" aria-labelledby="calls-title">
      <div class="row between">
        <h2 id="calls-title" tabIndex={-1}>{t.tabs.calls}</h2>
        <div class="row" role="group" aria-label={t.callsShow}>
          {[false, true].map((each) => (
            <button key={String(each)} aria-pressed={all === each} onClick={() => setAll(each)}>{each ? t.callsAll : t.callsOpen}</button>
          ))}
        </div>
      </div>
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            <button onClick={() => void read()}>{c.again}</button>
          </div>
        )}
      </Alert>
      {calls === null ? (
        failure === null && <p class="quiet" role="status">{c.loading}</p>
      ) : calls.length === 0 ? (
        <p class="quiet">{all ? t.callsNone : t.callsEmpty}</p>
      ) : (
        <ul class="noted">
          {calls.map((call) => (
            <li key={call.reference}>
              <p class="row between">
                <strong>{call.reference} · {t.dispositions[call.disposition]}</strong>
                <span class="quiet">{call.agent_name} · <time>{moment(Date.parse(call.noted_at), now)}</time></span>
              </p>
              <p class="words">{call.text}</p>
              <p class="row">
                <span>{clear.get(call.reference) ?? call.number ?? t.callsNoNumber}</span>
                {call.number !== null && !clear.has(call.reference) && <button aria-label={t.callsNumberOf(call.reference)} onClick={() => setAsking(call)}>{t.callsNumber}</button>}
                {call.state === "open" && <button aria-label={t.callsDoneOf(call.reference)} onClick={() => void done(call)}>{t.callsDone}</button>}
                {call.ticket !== null && <span class={call.ticket === "failed" ? "late" : "quiet"}>{t.tickets[call.ticket]}</span>}
              </p>
            </li>
          ))}
        </ul>
      )}
      {asking !== null && (
        <AskDialog title={t.callsNumberTitle} yes={t.callsNumber} reason={{ label: c.callbackReason, hint: c.callbackReasonHint }} run={(reason) => show(asking, reason)} onClose={() => setAsking(null)}>
          <p>{asking.number}</p>
        </AskDialog>
      )}
    </section>
  );
}
