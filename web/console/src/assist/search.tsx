/** The knowledge search, as one types: it needs no engine, so it works when suggestions do not. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { day } from "../format";
import { Alert, sentence, useHere } from "../parts";
import * as c from "../sq";
import * as t from "./sq";
import type { Answer } from "./types";

const PAUSE_MS = 100;
const MOST = 8;
const LONGEST = 200;

interface Props {
  readonly field: RefObject<HTMLInputElement | null>;
  onInsert(answer: Answer): void;
  announce(text: string): void;
}

export function Search({ field, onInsert, announce }: Props) {
  const { api } = useHere();
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<readonly Answer[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [again, setAgain] = useState(0);
  const list = useRef<HTMLUListElement>(null);

  useEffect(() => {
    if (query.trim() === "") {
      setFound(null);
      setFailure(null);
      return;
    }
    let over = false; // an answer to fewer letters that comes later is not shown
    const later = setTimeout(() => {
      api.post<{ answers: readonly Answer[] }>("/assist/search", { q: query, limit: MOST }).then(
        ({ answers }) => {
          if (over) return;
          setFailure(null);
          setFound(answers);
          announce(answers.length > 0 ? t.found(answers.length) : t.searchNone);
        },
        (error: unknown) => over || (setFailure(error), setFound(null)),
      );
    }, PAUSE_MS);
    return () => {
      over = true;
      clearTimeout(later);
    };
  }, [query, again]);

  const buttons = (): HTMLButtonElement[] => [...(list.current?.querySelectorAll<HTMLButtonElement>("button") ?? [])];
  const inField = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    buttons()[0]?.focus();
  };
  const inList = (event: KeyboardEvent): void => {
    const all = buttons();
    const at = all.findIndex((each) => each === document.activeElement);
    if (event.key === "ArrowDown") all[Math.min(at + 1, all.length - 1)]?.focus();
    else if (event.key === "ArrowUp" && at > 0) all[at - 1]!.focus();
    else if (event.key === "ArrowUp" || event.key === "Escape") field.current?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="card" role="search">
      <h2><label for="search">{t.search}</label></h2>
      <input id="search" type="search" ref={field} autocomplete="off" spellcheck={false} maxLength={LONGEST} aria-describedby="search-hint" value={query} onInput={(event) => setQuery(event.currentTarget.value)} onKeyDown={inField} />
      <p class="hint" id="search-hint">{t.searchHint}</p>
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            <button onClick={() => setAgain(again + 1)}>{c.again}</button>
          </div>
        )}
      </Alert>
      {found !== null && found.length === 0 && <p class="none">{t.searchNone}</p>}
      {found !== null && found.length > 0 && (
        <ul class="suggestions" ref={list} onKeyDown={inList}>
          {found.map((each) => (
            <li key={each.intent} class="suggestion">
              <button class="answer" data-found={each.intent} aria-describedby={`found-${each.intent}`} onClick={() => onInsert(each)}><strong><span class="hidden">{t.insert}</span>{each.title}</strong></button>
              <div id={`found-${each.intent}`}>
                <p class="words">{each.text}</p>
                <p class="quiet small">{t.sourced(each.source, day(each.reviewed))}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
