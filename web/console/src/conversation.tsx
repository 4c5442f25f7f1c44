/** One conversation: who has it, what was said, what may be done. */

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { AccountBeside } from "./accounts/beside";
import { ApiError } from "./api";
import { BesidePane, useBeside } from "./assist/beside";
import { suggestionButtons } from "./assist/suggestions";
import type { Suggestion } from "./assist/types";
import { Composer } from "./composer";
import { SnoozeDialog, TransferDialog } from "./dialogs";
import type { Kind } from "./drafts";
import { LogLine } from "./lines";
import { ForTeam, shortId, Waiting } from "./list";
import { lines, possible, type Action, type Pressed } from "./model";
import { Alert, sentence, useHere, useNow } from "./parts";
import * as t from "./sq";
import { SummaryPane } from "./summary";
import type { Event, Handoff, Item } from "./types";
import { useConversation } from "./use-conversation";
import { WhisperDialog } from "./whispers";

const BUTTONS = ["take", "whisper", "hand-back", "transfer", "snooze", "close", "reopen"] as const;
type Move = Exclude<(typeof BUTTONS)[number], "whisper">;
const NO_EVENTS: readonly Event[] = [];

interface Props {
  readonly id: string;
  /** What shortcuts do; put there while the conversation is open. */
  readonly act: RefObject<((action: Pressed) => void) | null>;
  watch(told: (item: Item) => void): () => void;
  /** Says it to who cannot see it. */
  announce(words: string): void;
}

export function ConversationPane({ id, act, watch, announce }: Props) {
  const { api, session } = useHere();
  const { conversation, failure, reload, moved, readEarlier } = useConversation(id, watch);
  const [kind, setKind] = useState<Kind>("reply");
  const [told, setTold] = useState<string | null>(null);
  const [asking, setAsking] = useState<"transfer" | "snooze" | "whisper" | null>(null);
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const insert = useRef<((text: string) => void) | null>(null);
  const suggested = useRef<HTMLOListElement>(null);
  const now = useNow();

  useEffect(() => {
    heading.current?.focus();
  }, [conversation === null]);

  async function move(what: Move, more: object = {}): Promise<void> {
    if (busy || conversation === null) return;
    setAsking(null);
    setTold(null);
    setBusy(true);
    try {
      const after = await api.post<Handoff>(`/inbox/conversations/${id}/${what}`, { version: conversation.handoff.version, ...more });
      moved(after);
      announce(t.done[what]);
      if (what === "take") {
        setKind("reply");
        setTimeout(() => field.current?.focus());
      } else heading.current?.focus();
      void reload();
    } catch (error) {
      if (!(await conflict(error))) setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  /** Whether somebody else was faster; then it is said who, beside the state as it is now. */
  async function conflict(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiError) || error.status !== 409) return false;
    const after = await reload();
    const other = after?.state === "agent" && !after.mine ? after.agent_name : null;
    if (other !== null && error.code === "handoff_changed") setTold(t.takenBy(other));
    else if (other !== null) setTold(t.ownedBy(other));
    else setTold(error.code === "handoff_changed" ? t.changed : error.message);
    return true;
  }

  const can = conversation === null ? new Set<Action>() : possible(conversation.handoff, session.role, conversation.ended);
  const beside = useBeside(id, conversation?.events ?? NO_EVENTS, can.has("reply"));
  const start = (action: Pressed): void => {
    if (action === "suggestions") return suggestionButtons(suggested)[0]?.focus();
    if (!can.has(action)) return;
    if (action === "reply" || action === "note") {
      setKind(action);
      field.current?.focus();
    } else if (action === "transfer" || action === "snooze" || action === "whisper") setAsking(action);
    else void move(action);
  };
  useEffect(() => {
    act.current = start;
    return () => void (act.current = null);
  });

  if (conversation === null) {
    return (
      <section class="pane">
        <Alert>
          {failure !== null && (
            <div class="notice">
              <p>{sentence(failure)}</p>
              <button onClick={() => void reload()}>{t.again}</button>
            </div>
          )}
        </Alert>
        {failure === null && <p class="quiet" role="status">{t.loading}</p>}
      </section>
    );
  }
  const { handoff, events, notes, summary } = conversation;
  const putIn = (suggestion: Suggestion): void => {
    setKind("reply");
    setTimeout(() => {
      insert.current?.(suggestion.text); // when the composer shows the reply
      beside.inserted(suggestion);
    });
  };
  return (
    <section class="pane" aria-labelledby="pane-title">
      <header class="pane-head">
        <div>
          <h2 id="pane-title" tabIndex={-1} ref={heading}>{t.talk(shortId(id))}</h2>
          <p class="quiet" data-state={handoff.state}>
            {handoff.state === "agent" ? t.owner(handoff.agent_name, handoff.mine) : t.states[handoff.state]} <ForTeam handoff={handoff} /> <Waiting handoff={handoff} now={now} />
          </p>
        </div>
        <div class="tools" role="toolbar" aria-label={t.toolbar}>
          {BUTTONS.filter((action) => can.has(action)).map((action) => (
            <button key={action} class={action === "take" ? "main" : ""} aria-disabled={busy} onClick={() => start(action)}>{t.actions[action]}</button>
          ))}
        </div>
      </header>
      <Alert>
        {told !== null && (
          <div class="notice">
            <p>{told}</p>
            <button onClick={() => (setTold(null), heading.current?.focus())}>{t.closeIt}</button>
          </div>
        )}
      </Alert>
      <div class="columns">
        <div class="talk">
          <Log key={id}>
            {(events[0]?.cursor ?? 1) > 1 && <button onClick={() => void readEarlier().catch((error: unknown) => setTold(sentence(error)))}>{t.earlier}</button>}
            {lines(events, notes).map((line) => (
              <LogLine key={"note" in line ? line.note.id : line.event.cursor} line={line} now={now} />
            ))}
          </Log>
          <Composer
            key={id}
            conversationId={id}
            kind={kind}
            mayReply={can.has("reply")}
            field={field}
            suggestions={beside.suggesting.shown.suggestions}
            insert={insert}
            onSuggestion={beside.inserted}
            onWritten={beside.written}
            onKind={setKind}
            onSent={(which) => (which === "note" ? void reload() : beside.sent())}
            onRefused={conflict}
          />
        </div>
        <div class="beside">
          {can.has("reply") && <BesidePane beside={beside} list={suggested} onInsert={putIn} onLeave={() => field.current?.focus()} announce={announce} />}
          <SummaryPane summary={summary} now={now} />
          {summary.verified !== null && <AccountBeside key={summary.verified} conversation={id} mine={handoff.mine} events={events} announce={announce} />}
        </div>
      </div>
      {asking === "whisper" && handoff.agent !== null && (
        <WhisperDialog
          conversation={id}
          agent={handoff.agent}
          name={handoff.agent_name ?? t.agent}
          onClose={() => setAsking(null)}
          onSent={(words) => (setAsking(null), announce(words), void reload())}
        />
      )}
      {asking === "transfer" && <TransferDialog owner={handoff.agent} onClose={() => setAsking(null)} onChosen={(body) => void move("transfer", body)} />}
      {asking === "snooze" && <SnoozeDialog onClose={() => setAsking(null)} onChosen={(body) => void move("snooze", body)} />}
    </section>
  );
}

const NEAR_PX = 80;

/** The log; whoever reads at its end stays there when something is said. */
function Log({ children }: { readonly children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const scrolled = (): void => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  };
  return <div class="log" role="log" aria-label={t.logLabel} tabIndex={0} ref={box} onScroll={scrolled}>{children}</div>;
}
