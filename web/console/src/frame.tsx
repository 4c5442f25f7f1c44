/** What a signed-in person sees: the frame with its areas; the inbox with its views, a list and a conversation. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { areasOf } from "./areas";
import { Callbacks } from "./callbacks";
import { ConversationPane } from "./conversation";
import { ShortcutSheet } from "./dialogs";
import { List, PLACES, Views, type Place } from "./list";
import { Alert, sentence, step, useHere } from "./parts";
import type { Pressed } from "./model";
import { PRESENCES, PresenceSwitch, usePresence } from "./presence";
import { useShortcuts } from "./shortcuts";
import * as t from "./sq";
import type { AreaKey, Role } from "./types";
import { useInbox } from "./use-inbox";
import { Whispers } from "./whispers";

interface Props {
  /** Signs out; throws when it could not. */
  onLeave(): Promise<void>;
}

interface Address {
  /** Null: this role has no area. */
  readonly area: AreaKey | null;
  readonly place: Place;
  readonly open: string | null;
}

/** `#mine/c_1` is a view and the open conversation, `#audit` an area; the part behind `#` never leaves the browser. */
function addressed(role: Role): Address {
  const [first, id] = location.hash.slice(1).split("/");
  const areas = areasOf(role);
  const area = areas.find(({ key }) => key === first) ?? areas[0];
  return { area: area?.key ?? null, place: PLACES.find((each) => each === first) ?? "waiting", open: id || null };
}

export function Frame({ onLeave }: Props) {
  const { api, session } = useHere();
  const areas = areasOf(session.role);
  const talks = areas.some(({ key }) => key === "inbox");
  const [{ area, place, open }, setAddress] = useState(() => addressed(session.role));
  const [failure, setFailure] = useState<unknown>(null);
  const [sheet, setSheet] = useState(false);
  const [said, setSaid] = useState("");
  const act = useRef<((action: Pressed) => void) | null>(null);
  const keys = useRef<((key: string) => boolean) | null>(null);
  const inboxShown = area === "inbox";
  const view = !inboxShown || place === "callbacks" ? null : place;
  const inbox = useInbox(view, talks);
  const presence = usePresence(setFailure, talks);
  const waiting = inbox.counters?.waiting ?? 0;
  const before = useRef(0);

  const go = useCallback((to: Partial<Address>) => setAddress((now) => ({ ...now, ...to })), []);
  useEffect(() => {
    const talk = open === null ? "" : `/${open}`;
    history.replaceState(null, "", inboxShown ? `#${place}${talk}` : `#${area ?? ""}`);
  }, [inboxShown, area, place, open]);
  useEffect(() => {
    document.title = t.titled(waiting);
    if (waiting > before.current) setSaid(t.newWaiting(waiting));
    before.current = waiting;
  }, [waiting]);

  const leave = async (): Promise<void> => {
    try {
      if (talks) await api.post("/inbox/presence", { presence: "away" });
      await onLeave();
    } catch (error) {
      setFailure(error);
    }
  };
  const cycle = (): void => {
    if (presence.presence === null) return;
    const next = PRESENCES[(PRESENCES.indexOf(presence.presence) + 1) % PRESENCES.length]!;
    presence.say(next);
    setSaid(t.presences[next]);
  };
  const [letters, setLetters] = useShortcuts({
    area: (letter) => {
      const found = areas.find((each) => each.letter === letter);
      if (found) go({ area: found.key });
      return found !== undefined;
    },
    local: inboxShown ? undefined : (key) => keys.current?.(key) ?? false,
    act: (action) => act.current?.(action),
    place: (index) => go({ place: PLACES[index]! }),
    step,
    presence: cycle,
    sheet: () => setSheet(true),
    out: () => document.getElementById("pane-title")?.focus(),
  });
  const openTalk = useCallback((id: string) => go({ area: "inbox", open: id }), [go]);
  const Area = areas.find(({ key }) => key === area)?.Area;

  return (
    <div class="desk">
      <a class="skip" href="#pane" onClick={(event) => (event.preventDefault(), document.getElementById("pane")?.focus())}>{inboxShown ? t.skip : t.skipToArea}</a>
      <header class="top">
        <h1 class="brand">{t.product}</h1>
        {areas.length > 1 && (
          <nav class="areas" aria-label={t.areasLabel}>
            {areas.map(({ key, letter }) => (
              <button key={key} aria-current={key === area ? "page" : undefined} aria-keyshortcuts={`g ${letter}`} onClick={() => go({ area: key })}>
                <Lettered text={t.areas[key]} letter={letter} />
              </button>
            ))}
          </nav>
        )}
        {talks && <PresenceSwitch {...presence} />}
        <span class="me">{session.name} ({t.roles[session.role]})</span>
        <button onClick={() => setSheet(true)} aria-label={t.shortcuts} title={t.shortcuts}>?</button>
        <button onClick={() => void leave()}>{t.signOut}</button>
      </header>
      <Alert>{failure !== null && <div class="notice"><p>{sentence(failure)}</p><button onClick={() => setFailure(null)}>{t.closeIt}</button></div>}</Alert>
      <Alert>{!inbox.online && <p class="notice">{t.offline}</p>}</Alert>
      <Whispers whispers={inbox.whispers} onOpen={openTalk} onRead={(id) => void inbox.whisperRead(id).catch(setFailure)} />
      <p class="hidden" role="status">{said}</p>
      {inboxShown ? (
        <div class="body">
          <Views place={place} counters={inbox.counters} onChoose={(chosen) => go({ place: chosen })} />
          {view === null ? <Callbacks count={inbox.counters?.callbacks} /> : <List view={view} inbox={inbox} open={open} onOpen={(id) => go({ open: id })} />}
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
      ) : (
        <main id="pane" class="area" tabIndex={-1}>
          {Area && <Area announce={setSaid} failed={setFailure} open={openTalk} keys={keys} counters={inbox.counters} watch={inbox.watch} />}
        </main>
      )}
      {sheet && <ShortcutSheet on={letters} onSwitch={setLetters} onClose={() => setSheet(false)} />}
    </div>
  );
}

/** A word with the letter of its shortcut underlined, if it holds it. */
function Lettered({ text, letter }: { readonly text: string; readonly letter: string }) {
  const at = text.toLowerCase().indexOf(letter);
  if (at === -1) return <>{text}</>;
  return <>{text.slice(0, at)}<u>{text[at]}</u>{text.slice(at + 1)}</>;
}
