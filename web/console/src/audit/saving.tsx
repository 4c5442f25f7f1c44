/** What is filtered, saved as a file; after a pause its person shows the code again. */

import { useState } from "preact/hooks";

import { download } from "../accounts/proof";
import { ApiError } from "../api";
import { Buttons } from "../dialogs";
import { Alert, Dialog, Field, sentence, typed, useHere } from "../parts";
import * as common from "../sq";
import { day } from "./model";
import * as t from "./sq";
import type { Wanted } from "./types";

type Format = "csv" | "jsonl";

interface Props {
  readonly wanted: Wanted;
  announce(words: string): void;
}

export function Saving({ wanted, announce }: Props) {
  const { api } = useHere();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const [confirming, setConfirming] = useState<Format | null>(null);

  async function save(format: Format): Promise<void> {
    if (busy) return;
    setBusy(true);
    setTold(null);
    setConfirming(null);
    try {
      const file = await api.file("/audit/export", { ...wanted, format });
      const name = `auditimi-${day(Date.now())}.${format}`;
      download(file, name);
      announce(t.saved(name));
    } catch (error) {
      if (error instanceof ApiError && error.code === "confirmation_needed") setConfirming(format);
      else setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <section class="saving" aria-labelledby="saving-title">
      <h3 id="saving-title">{t.exportTitle}</h3>
      <button aria-disabled={busy} onClick={() => void save("csv")}>{t.asCsv}</button>
      <button aria-disabled={busy} onClick={() => void save("jsonl")}>{t.asLines}</button>
      <span class="hint">{t.exportHint}</span>
      <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
      {confirming !== null && <Confirming onClose={() => setConfirming(null)} onConfirmed={() => void save(confirming)} />}
    </section>
  );
}

function Confirming({ onClose, onConfirmed }: { onClose(): void; onConfirmed(): void }) {
  const { api } = useHere();
  const [fault, setFault] = useState<string | null>(null);
  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const code = typed(event.currentTarget as HTMLFormElement, "code").trim();
    if (code === "") return setFault(common.needed);
    try {
      await api.post("/session/totp", { code });
      onConfirmed();
    } catch (error) {
      setFault(sentence(error));
    }
  }
  return (
    <Dialog title={t.codeTitle} onClose={onClose}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <Field id="code" label={t.code} hint={t.codeHint} autocomplete="one-time-code" error={fault} />
        <Buttons yes={t.confirm} onClose={onClose} />
      </form>
    </Dialog>
  );
}
