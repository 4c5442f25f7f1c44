/** Writing to the customer, or a note that only staff see. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Unreachable } from "./api";
import { draftId, draftOf, keepDraft, sent, type Kind } from "./drafts";
import { Alert, sentence, useHere } from "./parts";
import * as t from "./sq";

const MOST = 4000;

interface Props {
  readonly conversationId: string;
  readonly kind: Kind;
  readonly mayReply: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  onKind(kind: Kind): void;
  /** It was stored. */
  onSent(kind: Kind): void;
  /** It was refused; true when the conversation itself tells why. */
  onRefused(error: unknown): Promise<boolean>;
}

export function Composer({ conversationId, kind, mayReply, field, onKind, onSent, onRefused }: Props) {
  const { api } = useHere();
  const [text, setText] = useState(() => draftOf(conversationId, kind));
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = mayReply ? kind : "note";

  useEffect(() => {
    setText(draftOf(conversationId, shown));
    setTold(null);
  }, [conversationId, shown]);

  const write = (now: string): void => {
    keepDraft(conversationId, shown, now);
    setText(now);
  };

  async function submit(): Promise<void> {
    if (busy || text.trim() === "") return;
    if ([...text].length > MOST) return setTold(t.tooLong(MOST));
    setBusy(true);
    setTold(null);
    field.current?.focus(); // now, not after the answer: by then its person may be elsewhere
    const id = draftId(conversationId, shown);
    try {
      await api.post(`/inbox/conversations/${conversationId}/${shown === "reply" ? "messages" : "notes"}`, { client_id: id, text });
      sent(conversationId, shown, id);
      setText((now) => (now === text ? "" : now));
      onSent(shown);
    } catch (error) {
      if (!(await onRefused(error))) setTold(error instanceof Unreachable ? `${t.notSent} ${sentence(error)}` : sentence(error));
    } finally {
      setBusy(false);
    }
  }

  const key = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form class={`composer ${shown}`} onSubmit={(event) => (event.preventDefault(), void submit())}>
      <fieldset>
        <legend class="hidden">{t.writeAs}</legend>
        {(["reply", "note"] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="kind" checked={shown === each} disabled={each === "reply" && !mayReply} onChange={() => onKind(each)} /> {t.actions[each]}
          </label>
        ))}
        {!mayReply && <span class="quiet">{t.mayNotReply}</span>}
      </fieldset>
      <div class="writing">
        <textarea
          ref={field}
          rows={2}
          value={text}
          aria-label={t.composer[shown]}
          aria-describedby="composer-hint"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={key}
        />
        <button class="main" aria-disabled={busy}>{t.send[shown]}</button>
      </div>
      <p class="hint" id="composer-hint">{shown === "note" ? `${t.noteHint} ` : ""}{t.sendHint}</p>
      <Alert>{told && <p class="error">{told}</p>}</Alert>
    </form>
  );
}
