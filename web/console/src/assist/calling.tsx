/** Beside a telephone call: what the caller says, the best answers, the search, the answer, the note. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { newId } from "../../../widget/src/pause";
import { chooseAccount } from "../accounts/chosen";
import { CallersAccount } from "./callers-account";
import { withTold } from "./call-draft";
import { CallNote } from "./call-note";
import { nobodyCalls, type Call } from "./kept";
import { Search } from "./search";
import * as t from "./sq";
import { suggestionButtons, Suggestions } from "./suggestions";
import type { Answer, Suggestion } from "./types";
import { useSuggestions } from "./use-suggestions";

interface Props {
  readonly call: Call;
  onCall(change: (now: Call) => Call): void;
  readonly keys: RefObject<((key: string) => boolean) | null>;
  announce(text: string): void;
}

export function Calling({ call, onCall, keys, announce }: Props) {
  const suggesting = useSuggestions(call.question);
  const [used, setUsed] = useState<ReadonlySet<string>>(new Set());
  const [told, setTold] = useState<string | null>(null);
  const says = useRef<HTMLTextAreaElement>(null);
  const answer = useRef<HTMLTextAreaElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const change = (part: Partial<Call>): void => onCall((now) => ({ ...now, ...part }));

  useLayoutEffect(() => says.current?.focus(), []); // before anybody types somewhere else
  useEffect(() => suggesting.type(call.says), []);
  useEffect(() => {
    keys.current = (key) => {
      const found = suggestionButtons(list)[Number(key) - 1];
      const field = { f: says, k: search, r: answer }[key];
      if (found) found.focus();
      else if (field) field.current?.focus();
      else if (key === "s") document.getElementById("call-text")?.focus();
      else return false;
      return true;
    };
    return () => void (keys.current = null);
  });

  const type = (text: string): void => {
    change(text.trim() === "" ? begun({ says: text }) : { says: text });
    suggesting.type(text);
  };
  /** With another question. */
  const begun = (part: Partial<Call>): Partial<Call> => {
    setUsed(new Set());
    return { ...part, question: newId() };
  };
  const insert = (found: Answer, suggestion: Suggestion | null): void => {
    change({ answer: found.text, from: suggestion === null ? null : suggesting.inserted(suggestion) });
    setTold(null);
    answer.current?.focus();
  };
  const edit = (text: string): void => {
    if (call.from !== null && text !== call.from.suggestion.text) suggesting.tell("edited", call.from);
    change({ answer: text, from: text.trim() === "" ? null : call.from });
    setTold(null);
  };
  const given = (how: string): void => {
    if (call.from !== null) {
      suggesting.tell("sent", call.from);
      setUsed(new Set([...used, call.from.suggestion.intent]));
    }
    setTold(how);
    announce(how);
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(call.answer);
      given(t.copied);
    } catch {
      setTold(t.notCopied);
    }
  };
  const said = (): void => {
    if (call.answer.trim() === "") return;
    given(t.saidDone);
    const title = call.from?.suggestion.title;
    change(begun({ says: "", answer: "", from: null, note: title === undefined ? call.note : withTold(call.note, title) }));
    suggesting.type("");
    says.current?.focus();
  };

  const inSays = (event: KeyboardEvent): void => {
    const field = event.currentTarget as HTMLTextAreaElement;
    const down = event.key === "ArrowDown" && field.selectionStart === field.value.length;
    const enter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!down && !enter) return;
    event.preventDefault();
    suggestionButtons(list)[0]?.focus();
  };
  const inAnswer = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    said();
  };
  return (
    <div class="assisting">
      <div class="stack">
        <div class="card">
          <h2><label for="says">{t.callerSays}</label></h2>
          <textarea id="says" ref={says} rows={2} maxLength={4000} value={call.says} aria-describedby="says-hint" onInput={(event) => type(event.currentTarget.value)} onKeyDown={inSays} />
          <p class="hint" id="says-hint">{t.callerHint}</p>
        </div>
        <section class="card" aria-labelledby="suggestions-title">
          <h2 id="suggestions-title">{t.suggestions}</h2>
          <Suggestions suggesting={suggesting} empty={t.suggestionsEmpty} used={used} list={list} onInsert={(each) => insert(each, each)} onLeave={() => says.current?.focus()} announce={announce} />
        </section>
        <Search field={search} onInsert={(found) => insert(found, null)} announce={announce} />
      </div>
      <div class="stack">
        <div class="card">
          <h2><label for="answer">{t.answer}</label></h2>
          <textarea id="answer" ref={answer} rows={3} maxLength={4000} value={call.answer} placeholder={t.answerEmpty} aria-describedby="answer-hint" onInput={(event) => edit(event.currentTarget.value)} onKeyDown={inAnswer} />
          <p class="row">
            <button class="main" aria-disabled={call.answer.trim() === ""} onClick={said}>{t.said}</button>
            <button aria-disabled={call.answer.trim() === ""} onClick={() => call.answer.trim() !== "" && void copy()}>{t.copy}</button>
            {told !== null && <span role="status">{told}</span>}
          </p>
          <p class="hint" id="answer-hint">{t.answerHint}</p>
        </div>
        <CallNote
          draft={call.note}
          onDraft={(note) => change({ note })}
          onSaved={(reference) => {
            onCall(nobodyCalls);
            setUsed(new Set());
            suggesting.type("");
            chooseAccount(null);
            setTold(t.noteSaved(reference));
            announce(t.noteSaved(reference));
            says.current?.focus();
          }}
        />
      </div>
      <CallersAccount announce={announce} />
    </div>
  );
}
