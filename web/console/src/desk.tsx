/** What a signed-in person sees: the frame, the views, a list and a conversation. */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { Callbacks } from "./callbacks";
import { ConversationPane } from "./conversation";
import { ShortcutSheet } from "./dialogs";
import { List, PLACES, Views, type Place } from "./list";
import type { Action } from "./model";
import { Alert, sentence, useHere } from "./parts";
import { PRESENCES, PresenceSwitch, usePresence } from "./presence";
import { useShortcuts } from "./shortcuts";
import * as t from "./sq";
import { useInbox } from "./use-inbox";

interface Props {
  /** Signs out; throws when it could not. */
  onLeave(): Promise<void>;
}

export function Desk({ onLeave }: Props) {
  const { api, session } = useHere();
  const talks = session.role !== "auditor";
  const [failure, setFailure] = useState<unknown>(null);
  const leave = async (): Promise<void> => {
    try {
      if (talks) await api.post("/inbox/presence", { presence: "away" });
      await onLeave();
    } catch (error) {
      setFailure(error);
    }
  };
  const told = <Alert>{failure !== null && <div class="notice"><p>{sentence(failure)}</p><button onClick={() => setFailure(null)}>{t.closeIt}</button></div>}</Alert>;
  if (talks) return <Inbox leave={() => void leave()} failed={setFailure}>{told}</Inbox>;
  return (
    <main class="door">
      <h1 class="brand">{t.product}</h1>
      {told}
      <p>{t.noInbox}</p>
      <button onClick={() => void leave()}>{t.signOut}</button>
    </main>
  );
}

interface InboxProps {
  leave(): void;
  failed(error: unknown): void;
  readonly children: ComponentChildren;
}

/** `#mine/c_1` as the view and the open conversation; the part behind `#` never leaves the browser. */
function addressed(): [Place, string | null] {
  const [place, id] = location.hash.slice(1).split("/");
  return [PLACES.find((each) => each === place) ?? "waiting", id || null];
}

function Inbox({ leave, failed, children }: InboxProps) {
  const { session } = useHere();
  const [place, setPlace] = useState<Place>(() => addressed()[0]);
  const [open, setOpen] = useState<string | null>(() => addressed()[1]);
  const [sheet, setSheet] = useState(false);
  const [said, setSaid] = useState("");
  const act = useRef<((action: Action) => void) | null>(null);
  const view = place === "callbacks" ? null : place;
  const inbox = useInbox(view);
  const presence = usePresence(failed);
  const waiting = inbox.counters?.waiting ?? 0;
  const before = useRef(0);

  useEffect(() => history.replaceState(null, "", `#${place}${open === null ? "" : `/${open}`}`), [place, open]);
  useEffect(() => {
    document.title = t.titled(waiting);
    if (waiting > before.current) setSaid(t.newWaiting(waiting));
    before.current = waiting;
  }, [waiting]);

  const step = useCallback((by: 1 | -1) => {
    const entries = [...document.querySelectorAll<HTMLElement>("[data-entry]")];
    const at = entries.findIndex((entry) => entry === document.activeElement);
    const from = at === -1 ? entries.findIndex((entry) => entry.ariaCurrent === "true") : at;
    entries[Math.min(entries.length - 1, Math.max(0, from + by))]?.focus();
  }, []);
  const cycle = (): void => {
    if (presence.presence === null) return;
    const next = PRESENCES[(PRESENCES.indexOf(presence.presence) + 1) % PRESENCES.length]!;
    presence.say(next);
    setSaid(t.presences[next]);
  };
  const [letters, setLetters] = useShortcuts({
    act: (action) => act.current?.(action),
    place: (index) => setPlace(PLACES[index]!),
    step,
    presence: cycle,
    sheet: () => setSheet(true),
    out: () => document.getElementById("pane-title")?.focus(),
  });

  return (
    <div class="desk">
      <a class="skip" href="#pane" onClick={(event) => (event.preventDefault(), document.getElementById("pane")?.focus())}>{t.skip}</a>
      <header class="top">
        <h1 class="brand">{t.product}</h1>
        <PresenceSwitch {...presence} />
        <span class="me">{session.name} ({t.roles[session.role]})</span>
        <button onClick={() => setSheet(true)} aria-label={t.shortcuts} title={t.shortcuts}>?</button>
        <button onClick={leave}>{t.signOut}</button>
      </header>
      {children}
      <Alert>{!inbox.online && <p class="notice">{t.offline}</p>}</Alert>
      <p class="hidden" role="status">{said}</p>
      <div class="body">
        <Views place={place} counters={inbox.counters} onChoose={setPlace} />
        {view === null ? <Callbacks count={inbox.counters?.callbacks} /> : <List view={view} inbox={inbox} open={open} onOpen={setOpen} />}
        <main id="pane" tabIndex={-1}>
          {open === null ? (
            <div class="pane quiet">
              <p>{t.choose}</p>
              <p>{t.chooseHint}</p>
            </div>
          ) : (
            <ConversationPane key={open} id={open} act={act} watch={inbox.watch} announce={setSaid} />
          )}
        </main>
      </div>
      {sheet && <ShortcutSheet on={letters} onSwitch={setLetters} onClose={() => setSheet(false)} />}
    </div>
  );
}
