/** A supervisor's words to the agent who has a conversation: writing them, and seeing them at once. */

import { useState } from "preact/hooks";

import { Buttons } from "./dialogs";
import { shortId } from "./list";
import { Alert, Dialog, sentence, typed, useHere } from "./parts";
import * as t from "./sq";
import type { Whisper } from "./types";

const MOST = 4000;

interface DialogProps {
  readonly conversation: string;
  /** The user name and the name of who has it. */
  readonly agent: string;
  readonly name: string;
  onClose(): void;
  /** It was stored; `words` tell so. */
  onSent(words: string): void;
}

export function WhisperDialog({ conversation, agent, name, onClose, onSent }: DialogProps) {
  const { api } = useHere();
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [id] = useState(() => crypto.randomUUID()); // one for all tries: sending again stores it once

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const text = typed(event.currentTarget as HTMLFormElement, "whisper").trim();
    const fault = text === "" ? t.needed : [...text].length > MOST ? t.tooLong(MOST) : null;
    setTold(fault);
    if (fault !== null) return document.getElementById("whisper")?.focus();
    setBusy(true);
    try {
      await api.post(`/inbox/conversations/${conversation}/whispers`, { client_id: id, text, to: agent });
      onSent(t.whisperDone(name));
    } catch (error) {
      setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={t.whisperTitle(name)} onClose={onClose}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <div class="field">
          <label for="whisper">{t.whisperText}</label>
          <textarea id="whisper" name="whisper" rows={3} aria-describedby="whisper-hint" autofocus />
          <p class="hint" id="whisper-hint">{t.whisperHint}</p>
        </div>
        <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
        <Buttons yes={t.whisperSend} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface Props {
  readonly whispers: readonly Whisper[];
  onOpen(conversation: string): void;
  onRead(id: string): void;
}

/** What was whispered to oneself, until it is read; above everything, whatever is shown. */
export function Whispers({ whispers, onOpen, onRead }: Props) {
  return (
    <Alert>
      {whispers.map((each) => (
        <div key={each.id} class="notice whisper">
          <p>
            <strong>{t.whisperHeard(each.by, shortId(each.conversation_id))}</strong> {each.text}
          </p>
          <p class="row">
            <button onClick={() => onOpen(each.conversation_id)}>{t.whisperOpen}</button>
            <button onClick={() => onRead(each.id)}>{t.whisperRead}</button>
          </p>
        </div>
      ))}
    </Alert>
  );
}
