/** Behind a slash in the composer: suggestions and canned replies, filtered as one types (combobox of WAI-ARIA, list). */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { Alert, sentence, useHere } from "../parts";
import * as c from "../sq";
import { matching, matchingSuggestions } from "./model";
import * as t from "./sq";
import type { Canned, CannedPage, Expanded, Suggestion } from "./types";

interface Props {
  readonly conversationId: string;
  readonly suggestions: readonly Suggestion[];
  /** A text was chosen, filled in as far as it can be. */
  onText(text: string, suggestion: Suggestion | null): void;
  /** Nothing was; `slash`: it was one that was meant. */
  onClose(slash: boolean): void;
}

type Option = { readonly key: string; readonly title: string; readonly text: string; readonly kind: string; readonly suggestion: Suggestion | null; readonly canned: Canned | null };

export function Picker({ conversationId, suggestions, onText, onClose }: Props) {
  const { api } = useHere();
  const [replies, setReplies] = useState<readonly Canned[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const busy = useRef(false);

  const read = (): void => {
    setFailure(null);
    api.get<CannedPage>("/canned").then((page) => setReplies(page.replies), setFailure);
  };
  useLayoutEffect(() => field.current?.focus(), []); // before the next key
  useEffect(read, []);

  const options = useMemo<readonly Option[]>(
    () => [
      ...matchingSuggestions(suggestions, typed).map((each) => ({ key: `s-${each.intent}`, title: each.title, text: each.text, kind: `${t.pickerSuggestion}, ${t.sure(Math.round(each.confidence * 100))}`, suggestion: each, canned: null })),
      ...matching(replies ?? [], typed).map((each) => ({ key: `c-${each.id}`, title: each.title, text: each.text, kind: `/${each.shortcut}`, suggestion: null, canned: each })),
    ],
    [suggestions, replies, typed],
  );
  const chosen = Math.min(at, options.length - 1);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen, options]);

  async function take(option: Option | undefined): Promise<void> {
    if (option === undefined || busy.current) return;
    if (option.canned === null) return onText(option.text, option.suggestion);
    busy.current = true;
    try {
      onText((await api.post<Expanded>(`/canned/${option.canned.id}/use`, { conversation_id: conversationId })).text, null);
    } catch (error) {
      setFailure(error);
    } finally {
      busy.current = false;
    }
  }

  const key = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, options.length));
    else if (event.key === "ArrowUp") setAt((chosen - 1 + options.length) % Math.max(1, options.length));
    else if (event.key === "Enter") void take(options[chosen]);
    else if (event.key === "Escape") onClose(false);
    else if (event.key === "/" && typed === "") onClose(true);
    else if (event.key === "Backspace" && typed === "") onClose(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = (event: FocusEvent): void => {
    if (!box.current?.contains(event.relatedTarget as Node | null)) onClose(false);
  };
  return (
    <div class="picker" role="group" aria-label={t.picker} ref={box} onFocusOut={left}>
      <input
        ref={field}
        role="combobox"
        aria-label={t.pickerField}
        aria-expanded={options.length > 0}
        aria-controls="picker-list"
        aria-autocomplete="list"
        aria-activedescendant={options[chosen] ? `picker-${options[chosen].key}` : undefined}
        aria-describedby="picker-hint"
        autocomplete="off"
        spellcheck={false}
        maxLength={80}
        value={typed}
        onInput={(event) => (setTyped(event.currentTarget.value), setAt(0))}
        onKeyDown={key}
      />
      <Alert>
        {failure !== null && (
          <div class="notice">
            <p>{sentence(failure)}</p>
            {replies === null && <button type="button" onClick={() => (field.current?.focus(), read())}>{c.again}</button>}
          </div>
        )}
      </Alert>
      <div id="picker-list" role="listbox" aria-label={t.picker} tabIndex={-1}>
        {options.map((each, index) => (
          <div
            key={each.key}
            id={`picker-${each.key}`}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => void take(each)}
          >
            <span class="row between"><strong>{each.title}</strong> <span class="quiet small">{each.kind}</span></span>
            <span class="line-of">{each.text}</span>
          </div>
        ))}
      </div>
      {replies === null && failure === null && <p class="quiet">{c.loading}</p>}
      {replies !== null && options.length === 0 && <p class="quiet">{replies.length === 0 && typed === "" ? t.cannedEmpty : t.pickerNone}</p>}
      <p class="hint" id="picker-hint">{t.pickerHint}</p>
    </div>
  );
}
