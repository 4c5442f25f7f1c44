/** Where supervisors keep the canned replies. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import { Buttons } from "../dialogs";
import { moment } from "../format";
import { Alert, Dialog, sentence, useHere, useNow } from "../parts";
import * as c from "../sq";
import { insertedAt, matching } from "./model";
import * as t from "./sq";
import type { Canned, CannedPage } from "./types";

export function CannedKeeper({ announce }: { announce(text: string): void }) {
  const { api } = useHere();
  const [page, setPage] = useState<CannedPage | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [filter, setFilter] = useState("");
  const [editing, setEditing] = useState<Canned | "new" | null>(null);
  const [removing, setRemoving] = useState<Canned | null>(null);
  const now = useNow();

  const read = useCallback(async () => {
    setFailure(null);
    try {
      setPage(await api.get<CannedPage>("/canned"));
    } catch (error) {
      setFailure(error);
    }
  }, [api]);
  useEffect(() => void read(), [read]);

  const changed = (how: string): void => {
    setEditing(null);
    setRemoving(null);
    announce(how);
    void read();
  };
  const shown = matching(page?.replies ?? [], filter);
  return (
    <section class="card wide" aria-labelledby="canned-title">
      <div class="row between">
        <h2 id="canned-title" tabIndex={-1}>{t.tabs.canned}</h2>
        <div class="row">
          <label for="canned-filter">{t.cannedFilter}</label>
          <input id="canned-filter" type="search" autocomplete="off" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
          <button class="main" aria-disabled={page === null} onClick={() => page !== null && setEditing("new")}>{t.cannedAdd}</button>
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
      {page === null ? (
        failure === null && <p class="quiet" role="status">{c.loading}</p>
      ) : shown.length === 0 ? (
        <p class="quiet">{page.replies.length === 0 ? t.cannedEmpty : t.cannedNone}</p>
      ) : (
        <ul class="noted">
          {shown.map((each) => (
            <li key={each.id}>
              <p class="row between">
                <strong>/{each.shortcut} · {each.title}</strong>
                <span class="quiet">{each.team ?? t.cannedEverybody} · {t.cannedBy(each.changed_by, moment(Date.parse(each.changed_at), now))}</span>
              </p>
              <p class="words">{each.text}</p>
              <p class="row">
                <button aria-label={t.cannedEditOf(each.title)} onClick={() => setEditing(each)}>{t.cannedEdit}</button>
                <button aria-label={t.cannedRemoveOf(each.title)} onClick={() => setRemoving(each)}>{t.cannedRemove}</button>
              </p>
            </li>
          ))}
        </ul>
      )}
      {editing !== null && page !== null && (
        <EditDialog canned={editing === "new" ? null : editing} variables={page.variables} onClose={() => setEditing(null)} onSaved={() => changed(t.cannedSaved)} />
      )}
      {removing !== null && (
        <RemoveDialog
          canned={removing}
          onClose={() => setRemoving(null)}
          onRemoved={() => {
            changed(t.cannedRemoved);
            document.getElementById("canned-title")?.focus();
          }}
        />
      )}
    </section>
  );
}

interface EditProps {
  /** Null: a new one. */
  readonly canned: Canned | null;
  readonly variables: readonly string[];
  onClose(): void;
  onSaved(): void;
}

type FieldName = "shortcut" | "title" | "text" | "team";

function EditDialog({ canned, variables, onClose, onSaved }: EditProps) {
  const { api } = useHere();
  const [values, setValues] = useState({ shortcut: canned?.shortcut ?? "", title: canned?.title ?? "", text: canned?.text ?? "", team: canned?.team ?? "" });
  const [told, setTold] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const write = (name: FieldName, value: string): void => setValues((now) => ({ ...now, [name]: value }));
  const refuse = (field: string | null, why: string): void => {
    setWrong(field);
    setTold(why);
    form.current?.querySelector<HTMLElement>(`#canned-${field === "title" ? "name" : field}`)?.focus();
  };

  async function save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const missing = (["shortcut", "title", "text"] as const).find((name) => values[name].trim() === "");
    if (missing) return refuse(missing, c.needed);
    setTold(null);
    setWrong(null);
    const body = { ...values, team: values.team.trim() === "" ? null : values.team };
    try {
      if (canned === null) await api.post("/canned", body);
      else await api.post(`/canned/${canned.id}`, { ...body, version: canned.version });
      onSaved();
    } catch (error) {
      refuse(error instanceof ApiError ? error.field : null, sentence(error));
    }
  }

  const put = (variable: string): void => {
    const field = form.current?.querySelector<HTMLTextAreaElement>("#canned-text");
    const [start, end] = [field?.selectionStart ?? values.text.length, field?.selectionEnd ?? values.text.length];
    const [text, caret] = insertedAt(values.text, start, end, `{${variable}}`);
    write("text", text);
    setTimeout(() => (field?.focus(), field?.setSelectionRange(caret, caret)));
  };
  const about = (name: FieldName): object => (wrong === name ? { "aria-invalid": true } : {});
  return (
    <Dialog title={canned === null ? t.cannedAdd : t.cannedEdit} onClose={onClose}>
      <form ref={form} noValidate onSubmit={(event) => void save(event)}>
        <div class="field">
          <label for="canned-shortcut">{t.cannedShortcut}</label>
          <input id="canned-shortcut" autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={32} autofocus value={values.shortcut} aria-describedby="canned-shortcut-hint canned-told" {...about("shortcut")} onInput={(event) => write("shortcut", event.currentTarget.value)} />
          <p class="hint" id="canned-shortcut-hint">{t.cannedShortcutHint}</p>
        </div>
        <div class="field">
          <label for="canned-name">{t.cannedTitle}</label>
          <input id="canned-name" autocomplete="off" maxLength={80} value={values.title} aria-describedby="canned-told" {...about("title")} onInput={(event) => write("title", event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="canned-text">{t.cannedText}</label>
          <textarea id="canned-text" rows={5} maxLength={2000} value={values.text} aria-describedby="canned-told" {...about("text")} onInput={(event) => write("text", event.currentTarget.value)} />
        </div>
        <div class="row" role="group" aria-label={t.cannedVariables}>
          {variables.map((name) => (
            <button key={name} type="button" class="slight" aria-label={t.cannedVariable(name)} onClick={() => put(name)}>{`{${name}}`}</button>
          ))}
        </div>
        <div class="field">
          <label for="canned-team">{t.cannedTeam}</label>
          <input id="canned-team" autocomplete="off" maxLength={80} value={values.team} aria-describedby="canned-team-hint canned-told" {...about("team")} onInput={(event) => write("team", event.currentTarget.value)} />
          <p class="hint" id="canned-team-hint">{t.cannedTeamHint}</p>
        </div>
        <div id="canned-told"><Alert>{told !== null && <p class="error">{told}</p>}</Alert></div>
        <Buttons yes={t.cannedSave} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function RemoveDialog({ canned, onClose, onRemoved }: { readonly canned: Canned; onClose(): void; onRemoved(): void }) {
  const { api } = useHere();
  const [told, setTold] = useState<string | null>(null);
  const remove = (event: SubmitEvent): void => {
    event.preventDefault();
    api.delete(`/canned/${canned.id}`).then(onRemoved, (error: unknown) => setTold(sentence(error)));
  };
  return (
    <Dialog title={t.cannedRemove} onClose={onClose}>
      <form onSubmit={remove}>
        <p>{t.cannedRemoveSure(canned.title)}</p>
        <Alert>{told !== null && <p class="error">{told}</p>}</Alert>
        <Buttons yes={t.cannedRemove} onClose={onClose} />
      </form>
    </Dialog>
  );
}
