/** The best answers, the likeliest first; each can be put in, or marked as wrong. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Buttons } from "../dialogs";
import { Alert, Dialog, sentence, typed, useHere } from "../parts";
import * as c from "../sq";
import { day } from "../format";
import * as t from "./sq";
import type { Answer, Suggestion } from "./types";
import type { Suggesting } from "./use-suggestions";

interface Props {
  readonly suggesting: Suggesting;
  /** What is told while there is nothing to suggest for. */
  readonly empty: string;
  /** What is told of one that was used, by intent. */
  readonly used: ReadonlySet<string>;
  readonly list: RefObject<HTMLOListElement | null>;
  onInsert(suggestion: Suggestion): void;
  /** Back to where one types. */
  onLeave(): void;
  announce(text: string): void;
}

export function Suggestions({ suggesting, empty, used, list, onInsert, onLeave, announce }: Props) {
  const { shown } = suggesting;
  const [asking, setAsking] = useState<Suggestion | null>(null);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const count = shown.suggestions.length;
  useEffect(() => {
    if (!shown.asking && shown.text !== "") announce(count > 0 ? t.counted(count) : (shown.message ?? ""));
  }, [shown]);
  useEffect(() => setWrong(new Set()), [shown.text]);

  const key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const buttons = suggestionButtons(list);
    const at = buttons.findIndex((each) => each === document.activeElement || each.parentElement?.contains(document.activeElement));
    const pressed = event.key.toLowerCase();
    if (pressed === "arrowdown") buttons[Math.min(at + 1, buttons.length - 1)]?.focus();
    else if (pressed === "arrowup" && at > 0) buttons[at - 1]!.focus();
    else if (pressed === "arrowup" || pressed === "escape") onLeave();
    else if (/^[1-3]$/.test(pressed)) buttons[Number(pressed) - 1]?.focus();
    else if (pressed === "x" && at !== -1) setAsking(shown.suggestions[at] ?? null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (shown.text === "") return <p class="quiet">{shown.asking ? c.loading : empty}</p>;
  return (
    <div aria-busy={shown.asking}>
      <Alert>
        {shown.failure !== null && (
          <div class="notice">
            <p>{sentence(shown.failure)}</p>
            <button onClick={suggesting.again}>{c.again}</button>
          </div>
        )}
      </Alert>
      {count === 0 && shown.failure === null && <p class="none">{shown.message}</p>}
      {count > 0 && (
        <ol class="suggestions" ref={list} onKeyDown={key}>
          {shown.suggestions.map((each, index) => (
            <li key={each.intent} class="suggestion">
              <button class="answer" data-suggestion={each.intent} aria-describedby={`suggestion-${index}`} onClick={() => onInsert(each)}>
                <kbd aria-hidden="true">{index + 1}</kbd> <strong><span class="hidden">{t.insert}</span>{each.title}</strong> <span class="sure">{t.sure(Math.round(each.confidence * 100))}</span>
              </button>
              <div id={`suggestion-${index}`}>
                <p class="words">{each.text}</p>
                <p class="quiet small">{t.sourced(each.source, day(each.reviewed))}</p>
              </div>
              <p class="row">
                <button class="slight" aria-label={t.wrongOf(each.title)} onClick={() => setAsking(each)}>{t.wrong}</button>
                {wrong.has(each.intent) ? <span class="late">{t.wasWrong}</span> : used.has(each.intent) && <span class="quiet">{t.wasSent}</span>}
              </p>
            </li>
          ))}
        </ol>
      )}
      {count > 0 && <p class="hint">{t.suggestionKeys}</p>}
      {asking !== null && (
        <WrongDialog
          suggestion={asking}
          text={shown.text}
          onClose={() => setAsking(null)}
          onChosen={async (right) => {
            await suggesting.wrong(asking, right);
            setWrong(new Set([...wrong, asking.intent]));
            setAsking(null);
            announce(t.wrongSaved);
          }}
        />
      )}
    </div>
  );
}

/** The buttons that put an answer in, in their order. */
export const suggestionButtons = (list: RefObject<HTMLOListElement | null>): HTMLButtonElement[] =>
  [...(list.current?.querySelectorAll<HTMLButtonElement>("[data-suggestion]") ?? [])];

interface WrongProps {
  readonly suggestion: Suggestion;
  readonly text: string;
  onClose(): void;
  /** Throws when it could not be stored. */
  onChosen(right: string | undefined): Promise<void>;
}

const SOON_MS = 200;
const MOST = 8;
const UNKNOWN = "";

/** Which answer would have been right; found by words, at first those that were typed. */
function WrongDialog({ suggestion, text, onClose, onChosen }: WrongProps) {
  const { api } = useHere();
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<readonly Answer[]>([]);
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    let over = false;
    const later = setTimeout(() => {
      api.post<{ answers: readonly Answer[] }>("/assist/search", { q: (query.trim() || text).slice(0, 200), limit: MOST }).then(
        ({ answers }) => over || setFound(answers.filter(({ intent }) => intent !== suggestion.intent)),
        (error: unknown) => over || setTold(sentence(error)),
      );
    }, SOON_MS);
    return () => {
      over = true;
      clearTimeout(later);
    };
  }, [query]);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const right = typed(event.currentTarget as HTMLFormElement, "right");
    onChosen(right === UNKNOWN ? undefined : right).catch((error: unknown) => setTold(sentence(error)));
  };
  return (
    <Dialog title={t.wrongTitle} onClose={onClose}>
      <form onSubmit={send}>
        <p>{t.wrongOfText(suggestion.title)}</p>
        <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
        <div class="field">
          <label for="right-search">{t.wrongSearch}</label>
          <input id="right-search" autocomplete="off" value={query} maxLength={200} autofocus onInput={(event) => setQuery(event.currentTarget.value)} />
        </div>
        <fieldset class="options">
          <legend>{t.wrongRight}</legend>
          <label><input type="radio" name="right" value={UNKNOWN} defaultChecked /> {t.wrongUnknown}</label>
          {found.map(({ intent, title }) => (
            <label key={intent}><input type="radio" name="right" value={intent} /> {title}</label>
          ))}
        </fieldset>
        <Buttons yes={t.wrongSave} onClose={onClose} />
      </form>
    </Dialog>
  );
}
