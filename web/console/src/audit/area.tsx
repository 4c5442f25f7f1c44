/** The auditor's view: the trail by pages, filtered, saved as a file; whether it is as it was written. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { AreaProps } from "../areas";
import { Alert, sentence, useHere } from "../parts";
import * as common from "../sq";
import { ChainState } from "./chain";
import { Saving } from "./saving";
import { fullMoment, wantedBy } from "./model";
import * as t from "./sq";
import type { Entry, EntryPage, Wanted } from "./types";

export function Audit({ announce, keys }: AreaProps) {
  const { page, wanted, failure, search, older } = useEntries(announce);
  const form = useRef<HTMLFormElement>(null);
  const verify = useRef<(() => void) | null>(null);

  useEffect(() => {
    keys.current = (key) => {
      if (key === "v") return verify.current?.(), true;
      if (key === "/") return form.current?.querySelector<HTMLElement>("#actor")?.focus(), true;
      return false;
    };
    return () => void (keys.current = null);
  }, [keys]);

  const ask = (subject: string | null): void => search(form.current === null ? {} : wantedBy(new FormData(form.current), subject));
  const clear = (): void => {
    form.current?.reset();
    search({});
  };
  return (
    <div class="audit">
      <header class="audit-head">
        <h2 id="pane-title" tabIndex={-1}>{t.title}</h2>
        <p class="quiet">{t.intro}</p>
      </header>
      <ChainState verify={verify} announce={announce} />
      <form class="filters" ref={form} aria-label={t.filters} onSubmit={(event) => (event.preventDefault(), ask(null))}>
        <Choice id="kind" label={t.kind} words={t.kinds} />
        <Input id="actor" label={t.actor} hint={t.actorHint} />
        <Choice id="action" label={t.action} words={t.actions} />
        <Input id="number" label={t.number} hint={t.numberHint} />
        <Input id="since" label={t.since} type="date" />
        <Input id="until" label={t.until} type="date" />
        <p class="row">
          <button class="main">{t.search}</button>
          <button type="button" onClick={clear}>{t.clear}</button>
        </p>
      </form>
      <Alert>{failure !== null && <div class="notice"><p>{sentence(failure)}</p><button onClick={() => search(wanted)}>{common.again}</button></div>}</Alert>
      {page === null ? (
        failure === null && <p class="quiet" role="status">{common.loading}</p>
      ) : (
        <>
          <Saving wanted={wanted} announce={announce} />
          {wanted.subject !== undefined && <p class="quiet">{t.onlySubject(wanted.subject)}</p>}
          {page.masked !== null && <p class="quiet">{t.onlyNumber(page.masked)}</p>}
          <Entries entries={page.entries} onSubject={ask} />
          {page.more && <p><button onClick={older}>{t.more}</button></p>}
        </>
      )}
    </div>
  );
}

interface Found {
  /** Null while the first is not there. */
  readonly page: EntryPage | null;
  readonly wanted: Wanted;
  readonly failure: unknown;
  search(wanted: Wanted): void;
  older(): void;
}

function useEntries(announce: (words: string) => void): Found {
  const { api } = useHere();
  const [page, setPage] = useState<EntryPage | null>(null);
  const [wanted, setWanted] = useState<Wanted>({});
  const [failure, setFailure] = useState<unknown>(null);
  const latest = useRef(0);

  const read = useCallback((asked: Wanted, known: readonly Entry[]) => {
    const mine = (latest.current += 1); // an answer that was overtaken shows nothing
    const before = known.at(-1)?.sequence;
    setWanted(asked);
    setFailure(null);
    api.post<EntryPage>("/audit/entries", before === undefined ? asked : { ...asked, before }).then(
      (next) => {
        if (mine !== latest.current) return;
        const entries = [...known, ...next.entries];
        setPage({ ...next, entries });
        announce(entries.length === 0 ? t.none : t.shown(entries.length));
      },
      (error: unknown) => mine === latest.current && setFailure(error),
    );
  }, [api, announce]);
  const search = useCallback((asked: Wanted) => {
    setPage(null);
    read(asked, []);
  }, [read]);
  useEffect(() => search({}), [search]);
  return { page, wanted, failure, search, older: () => read(wanted, page?.entries ?? []) };
}

function Entries({ entries, onSubject }: { readonly entries: readonly Entry[]; onSubject(subject: string): void }) {
  return (
    <table class="plain-table">
      <caption>{t.found}</caption>
      <thead>
        <tr>{[t.entry, t.when, t.actor, t.what, t.why, t.whose].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
      </thead>
      <tbody>
        {entries.length === 0 && <tr><td class="quiet" colSpan={6}>{t.none}</td></tr>}
        {entries.map((entry) => (
          <tr key={entry.sequence} data-sequence={entry.sequence}>
            <td>{entry.sequence}</td>
            <td class="when">{fullMoment(entry.at)}</td>
            <td>{entry.actor.id} <small class="quiet">{t.kinds[entry.actor.kind] ?? entry.actor.kind}</small></td>
            <td>{t.actions[entry.action] ?? entry.action} {entry.fields.length > 0 && <small class="quiet">{entry.fields.map((field) => t.fields[field] ?? field).join(", ")}</small>}</td>
            <td>{entry.reason}</td>
            <td>{entry.subject !== null && <button class="code" aria-label={t.sameSubject(entry.subject)} onClick={() => onSubject(entry.subject!)}>{entry.subject}</button>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface InputProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: "text" | "date";
}

function Input({ id, label, hint, type = "text" }: InputProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} name={id} {...(type === "date" ? { type: "date" as const } : { type: "text" as const })} autocomplete="off" spellcheck={false} aria-describedby={hint && `${id}-hint`} />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

function Choice({ id, label, words }: { readonly id: string; readonly label: string; readonly words: Readonly<Record<string, string>> }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={id}>
        <option value="">{t.any}</option>
        {Object.entries(words).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </div>
  );
}
