/** Writing to the customer, or a note that only staff see. */

import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

import { Unreachable } from "./api";
import { insertedAt, opensList, unfilled } from "./assist/model";
import { Picker } from "./assist/picker";
import * as a from "./assist/sq";
import type { Suggestion } from "./assist/types";
import { draftId, draftOf, keepDraft, sent, type Kind } from "./drafts";
import { Alert, sentence, useHere } from "./parts";
import * as t from "./sq";

const MOST = 4000;

interface Props {
  readonly conversationId: string;
  readonly kind: Kind;
  readonly mayReply: boolean;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** What a slash offers besides the canned replies. */
  readonly suggestions: readonly Suggestion[];
  /** Puts a text where the caret is; put there while the composer is shown. */
  readonly insert: RefObject<((text: string) => void) | null>;
  /** A suggestion was chosen behind a slash. */
  onSuggestion(suggestion: Suggestion): void;
  /** The reply is now this one. */
  onWritten(text: string): void;
  onKind(kind: Kind): void;
  /** It was stored. */
  onSent(kind: Kind): void;
  /** It was refused; true when the conversation itself tells why. */
  onRefused(error: unknown): Promise<boolean>;
}

export function Composer({ conversationId, kind, mayReply, field, suggestions, insert, onSuggestion, onWritten, onKind, onSent, onRefused }: Props) {
  const { api } = useHere();
  const [text, setText] = useState(() => draftOf(conversationId, kind));
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [picking, setPicking] = useState(false);
  const shown = mayReply ? kind : "note";

  useLayoutEffect(() => {
    setText(draftOf(conversationId, shown));
    setTold(null);
  }, [conversationId, shown]);

  const write = (now: string): void => {
    keepDraft(conversationId, shown, now);
    setText(now);
    if (shown === "reply") onWritten(now);
  };
  const put = (piece: string): void => {
    const at = field.current;
    const [now, caret] = insertedAt(text, at?.selectionStart ?? text.length, at?.selectionEnd ?? text.length, piece);
    write(now);
    setPicking(false);
    setTimeout(() => (field.current?.focus(), field.current?.setSelectionRange(caret, caret)));
  };
  useLayoutEffect(() => {
    insert.current = put;
    return () => void (insert.current = null);
  });

  async function submit(): Promise<void> {
    if (busy || text.trim() === "") return;
    if ([...text].length > MOST) return setTold(t.tooLong(MOST));
    const names = shown === "reply" ? unfilled(text) : [];
    if (names.length > 0) return setTold(a.fillIn(names));
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
    const { selectionStart, selectionEnd } = event.currentTarget as HTMLTextAreaElement;
    if (event.key === "/" && shown === "reply" && selectionStart === selectionEnd && opensList(text.slice(0, selectionStart))) {
      event.preventDefault();
      return setPicking(true);
    }
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
      {picking && (
        <Picker
          conversationId={conversationId}
          suggestions={suggestions}
          onText={(piece, suggestion) => {
            put(piece);
            if (suggestion !== null) onSuggestion(suggestion);
          }}
          onClose={(slash) => (slash ? put("/") : (setPicking(false), field.current?.focus()))}
        />
      )}
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
      <p class="hint" id="composer-hint">{shown === "note" ? `${t.noteHint} ` : ""}{t.sendHint}{shown === "reply" ? ` ${a.composerHint}` : ""}</p>
      <Alert>{told && <p class="error">{told}</p>}</Alert>
    </form>
  );
}
