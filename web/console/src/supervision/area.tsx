/** The supervisor's view: the floor as it changes, and what is done from it. */

import { useEffect, useState } from "preact/hooks";

import type { AreaProps } from "../areas";
import { lasting, moment } from "../format";
import { shortId } from "../list";
import { follow } from "../live";
import { Alert, sentence, step, useHere, useNow } from "../parts";
import * as common from "../sq";
import type { Handoff } from "../types";
import { WhisperDialog } from "../whispers";
import { allowed, isLate, type FloorAction } from "./model";
import * as t from "./sq";
import type { AgentLoad, Floor, FloorCounts, OpenTalk, ReplyTimes, WaitKind } from "./types";

export function Supervision({ announce, open, keys }: AreaProps) {
  const { api, session } = useHere();
  const { floor, online } = useFloor();
  const [told, setTold] = useState<string | null>(null);
  const [whispering, setWhispering] = useState<OpenTalk | null>(null);
  const now = useNow();

  async function start(action: FloorAction, talk: OpenTalk): Promise<void> {
    setTold(null);
    if (action === "open") return open(talk.conversation_id);
    if (action === "whisper") return setWhispering(talk);
    try {
      await api.post<Handoff>(`/inbox/conversations/${talk.conversation_id}/take`, { version: talk.version });
      announce(t.taken(shortId(talk.conversation_id)));
      open(talk.conversation_id);
    } catch (error) {
      setTold(sentence(error));
    }
  }

  useEffect(() => {
    keys.current = (key) => {
      if (key === "j" || key === "k") return step(key === "j" ? 1 : -1), true;
      const action = key === "w" ? "whisper" : key === "m" ? "take" : null;
      const id = document.activeElement?.closest<HTMLElement>("[data-talk]")?.dataset["talk"];
      const talk = floor?.open.find((each) => each.conversation_id === id);
      if (action === null || talk === undefined || !allowed(talk, session.username).has(action)) return false;
      void start(action, talk);
      return true;
    };
    return () => void (keys.current = null);
  });

  return (
    <div class="floor">
      <h2 id="pane-title" tabIndex={-1}>{t.title}</h2>
      <Alert>{!online && <p class="notice">{common.offline}</p>}</Alert>
      <Alert>
        {told !== null && <div class="notice"><p>{told}</p><button onClick={() => setTold(null)}>{common.closeIt}</button></div>}
      </Alert>
      {floor === null ? (
        <p class="quiet" role="status">{common.loading}</p>
      ) : (
        <>
          <Counts counts={floor.counts} />
          <div class="floor-columns">
            <Times floor={floor} now={now} />
            <Agents agents={floor.agents} now={now} />
          </div>
          <Talks talks={floor.open} me={session.username} now={now} onAct={(action, talk) => void start(action, talk)} />
        </>
      )}
      {whispering?.agent != null && (
        <WhisperDialog
          conversation={whispering.conversation_id}
          agent={whispering.agent}
          name={whispering.agent_name ?? common.agent}
          onClose={() => setWhispering(null)}
          onSent={(words) => (setWhispering(null), announce(words))}
        />
      )}
    </div>
  );
}

function useFloor(): { readonly floor: Floor | null; readonly online: boolean } {
  const { api } = useHere();
  const [floor, setFloor] = useState<Floor | null>(null);
  const [online, setOnline] = useState(true);
  useEffect(
    () =>
      follow(api, {
        path: () => "/supervision/changes",
        take: ({ event, data }) => event === "floor" && setFloor(JSON.parse(data) as Floor),
        alive: setOnline,
      }),
    [api],
  );
  return { floor, online };
}

function Counts({ counts }: { readonly counts: FloorCounts }) {
  return (
    <dl class="tiles" aria-label={t.countsLabel}>
      {(Object.keys(t.counts) as (keyof FloorCounts)[]).map((key) => (
        <div key={key} class={key === "waiting" && counts.waiting > 0 ? "tile pressing" : "tile"} data-count={key}>
          <dt>{t.counts[key]}</dt>
          <dd>{counts[key]}</dd>
        </div>
      ))}
    </dl>
  );
}

function Times({ floor, now }: { readonly floor: Floor; readonly now: number }) {
  return (
    <table class="plain-table">
      <caption>{t.timesLabel}</caption>
      <thead>
        <tr>{[t.kind, t.answered, t.median, t.p90, t.longest, t.lateAnswers, t.waitingNow].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
      </thead>
      <tbody>
        {(["first", "next"] as const).map((kind) => <Time key={kind} kind={kind} times={floor[kind]} now={now} />)}
      </tbody>
    </table>
  );
}

function Time({ kind, times, now }: { readonly kind: WaitKind; readonly times: ReplyTimes; readonly now: number }) {
  const told = (seconds: number | null): string => (seconds === null ? t.none : lasting(seconds * 1000));
  return (
    <tr data-kind={kind}>
      <th scope="row">{t.kinds[kind]}</th>
      <td>{times.answered}</td>
      <td>{told(times.median_s)}</td>
      <td>{told(times.p90_s)}</td>
      <td>{told(times.longest_s)}</td>
      <td class={times.late > 0 ? "late" : ""}>{times.late}</td>
      <td class={times.open_late > 0 ? "late" : ""}>
        {t.openNow(times.open, times.open_late)}
        {times.open_since !== null && <small>{t.longestNow(lasting(now - Date.parse(times.open_since)))}</small>}
      </td>
    </tr>
  );
}

function Agents({ agents, now }: { readonly agents: readonly AgentLoad[]; readonly now: number }) {
  return (
    <table class="plain-table">
      <caption>{t.agentsLabel}</caption>
      <thead>
        <tr>{[t.agent, t.presence, t.since, t.load, t.owes].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
      </thead>
      <tbody>
        {agents.length === 0 && <tr><td class="quiet" colSpan={5}>{t.nobody}</td></tr>}
        {agents.map((each) => (
          <tr key={each.agent} data-agent={each.agent}>
            <th scope="row">{each.name} {each.team !== null && <small class="quiet">{each.team}</small>}</th>
            <td>{each.presence === null ? <span class="late">{t.gone}</span> : common.presences[each.presence]}</td>
            <td>{each.since === null ? t.none : moment(Date.parse(each.since), now)}</td>
            <td>{each.conversations}</td>
            <td class={each.late > 0 ? "late" : ""}>{t.openNow(each.unanswered, each.late)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface TalksProps {
  readonly talks: readonly OpenTalk[];
  readonly me: string;
  readonly now: number;
  onAct(action: FloorAction, talk: OpenTalk): void;
}

function Talks({ talks, me, now, onAct }: TalksProps) {
  return (
    <>
      <table class="plain-table">
        <caption>{t.openLabel}</caption>
        <thead>
          <tr>{[t.talk, t.where, t.waits, t.doing].map((head) => <th key={head} scope="col">{head}</th>)}</tr>
        </thead>
        <tbody>
          {talks.length === 0 && <tr><td class="quiet" colSpan={4}>{t.nothingOpen}</td></tr>}
          {talks.map((talk) => <Talk key={talk.conversation_id} talk={talk} me={me} now={now} onAct={(action) => onAct(action, talk)} />)}
        </tbody>
      </table>
      <p class="hint">{t.keysHint}</p>
    </>
  );
}

interface TalkProps {
  readonly talk: OpenTalk;
  readonly me: string;
  readonly now: number;
  onAct(action: FloorAction): void;
}

function Talk({ talk, me, now, onAct }: TalkProps) {
  const id = shortId(talk.conversation_id);
  const can = allowed(talk, me);
  const late = isLate(talk, now);
  return (
    <tr data-talk={talk.conversation_id}>
      <th scope="row">{id}</th>
      <td>{talk.state === "waiting" ? t.inQueue(talk.team) : common.owner(talk.agent_name, talk.agent === me)}</td>
      <td class={late ? "late" : ""}>
        {talk.since === null ? t.none : lasting(now - Date.parse(talk.since))}
        {talk.kind === "first" && ` · ${t.kinds.first.toLowerCase()}`}
        {late && ` · ${common.late}`}
      </td>
      <td>
        <span class="row">
          <button data-entry={talk.conversation_id} aria-label={t.openTalk(id)} onClick={() => onAct("open")}>{t.open}</button>
          {can.has("whisper") && <button aria-label={t.whisperIn(id)} onClick={() => onAct("whisper")}>{t.whisper}</button>}
          {can.has("take") && <button aria-label={t.takeTalk(id)} onClick={() => onAct("take")}>{t.take}</button>}
        </span>
      </td>
    </tr>
  );
}
