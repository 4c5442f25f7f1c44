/** What was talked about on the telephone, and how it ended. */

import { useRef, useState } from "preact/hooks";

import { chooseAccount } from "../accounts/chosen";
import { ApiError, Unreachable } from "../api";
import { Alert, sentence, useHere } from "../parts";
import { changedDraft, type CallDraft } from "./call-draft";
import * as t from "./sq";
import type { Disposition } from "./types";

interface Props {
  readonly draft: CallDraft;
  onDraft(draft: CallDraft): void;
  onSaved(reference: string): void;
}

type Wrong = { readonly field: "text" | "number" | "disposition" | null; readonly told: string };

export function CallNote({ draft, onDraft, onSaved }: Props) {
  const { api } = useHere();
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const write = (change: Partial<Omit<CallDraft, "clientId">>): void => onDraft(changedDraft(draft, change));
  const refuse = (field: Wrong["field"], told: string): void => {
    setWrong({ field, told });
    form.current?.querySelector<HTMLElement>(field === "disposition" ? "[name=disposition]" : `#call-${field}`)?.focus();
  };

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (draft.text.trim() === "") return refuse("text", t.noteEmpty);
    if (draft.disposition === null) return refuse("disposition", t.noteNoEnd);
    setBusy(true);
    setWrong(null);
    try {
      const { text, number, disposition, clientId } = draft;
      const body = { client_id: clientId, disposition, text, msisdn: number.trim() === "" ? null : number };
      const saved = await api.post<{ reference: string }>("/calls", body);
      onSaved(saved.reference);
    } catch (error) {
      if (error instanceof ApiError && error.field === "msisdn") refuse("number", error.message);
      else setWrong({ field: null, told: error instanceof Unreachable ? `${t.noteNotSaved} ${sentence(error)}` : sentence(error) });
    } finally {
      setBusy(false);
    }
  }

  const invalid = (field: Wrong["field"]): { "aria-invalid"?: true } => (wrong?.field === field ? { "aria-invalid": true } : {});
  return (
    <section class="card" aria-labelledby="note-title">
      <h2 id="note-title">{t.note}</h2>
      <form class="note-form" ref={form} noValidate onSubmit={(event) => void save(event)}>
        <div class="field">
          <label for="call-text">{t.noteText}</label>
          <textarea id="call-text" rows={3} value={draft.text} aria-describedby="call-text-hint" {...invalid("text")} onInput={(event) => write({ text: event.currentTarget.value })} />
          <p class="hint" id="call-text-hint">{t.noteHint}</p>
        </div>
        <div class="field">
          <label for="call-number">{t.noteNumber}</label>
          <div class="row stretched">
            <input id="call-number" inputMode="tel" autocomplete="off" value={draft.number} aria-describedby="call-number-hint" {...invalid("number")} onInput={(event) => write({ number: event.currentTarget.value })} />
            <button type="button" aria-disabled={draft.number.trim() === ""} onClick={() => draft.number.trim() !== "" && chooseAccount({ number: draft.number.trim(), conversation: null })}>{t.accountOpen}</button>
          </div>
          <p class="hint" id="call-number-hint">{t.noteNumberHint}</p>
        </div>
        <fieldset class="options two">
          <legend>{t.noteEnd}</legend>
          {(Object.keys(t.dispositions) as Disposition[]).map((each) => (
            <label key={each}><input type="radio" name="disposition" value={each} checked={draft.disposition === each} onChange={() => write({ disposition: each })} /> {t.dispositions[each]}</label>
          ))}
        </fieldset>
        <Alert>{wrong !== null && <p class="error">{wrong.told}</p>}</Alert>
        <p class="row"><button class="main" aria-disabled={busy}>{t.noteSave}</button></p>
      </form>
    </section>
  );
}
