/** What is asked before a conversation is transferred or put aside; the sheet of shortcuts. */

import { useEffect, useState } from "preact/hooks";

import { Alert, Dialog, sentence, typed, useHere } from "./parts";
import * as t from "./sq";
import type { Colleague, Team } from "./types";

interface Props {
  onClose(): void;
  /** Does it; throws nothing. */
  onChosen(body: object): void;
}

const QUEUE = "";
/** Before a team's name; no user name holds a colon. */
const TEAM = "team:";

export function TransferDialog({ owner, onClose, onChosen }: Props & { readonly owner: string | null }) {
  const { api } = useHere();
  const [agents, setAgents] = useState<readonly Colleague[] | null>(null);
  const [teams, setTeams] = useState<readonly Team[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    const both = [api.get<{ agents: readonly Colleague[] }>("/inbox/agents"), api.get<{ teams: readonly Team[] }>("/inbox/teams")] as const;
    Promise.all(both).then(([there, all]) => (setTeams(all.teams), setAgents(there.agents)), setFailure);
  }, [api]);
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const to = typed(event.currentTarget as HTMLFormElement, "to");
    onChosen(to.startsWith(TEAM) ? { to: null, team: to.slice(TEAM.length) } : { to: to === QUEUE ? null : to });
  };
  const others = agents?.filter((each) => each.on_duty && each.agent !== owner) ?? [];
  return (
    <Dialog title={t.transferTitle} onClose={onClose}>
      <form onSubmit={send}>
        <Alert>{failure !== null && <p class="error">{sentence(failure)}</p>}</Alert>
        {agents === null && failure === null && <p role="status">{t.loading}</p>}
        <fieldset class="options">
          <legend>{t.transferTo}</legend>
          <label><input type="radio" name="to" value={QUEUE} defaultChecked autofocus /> {t.transferQueue}</label>
          {teams.map(({ team, on_duty: onDuty }) => (
            <label key={team}><input type="radio" name="to" value={TEAM + team} /> {t.transferTeam(team, onDuty)}</label>
          ))}
          {others.map((each) => (
            <label key={each.agent}><input type="radio" name="to" value={each.agent} /> {each.name} ({t.presences[each.presence].toLowerCase()})</label>
          ))}
        </fieldset>
        {teams.length > 0 && <p class="hint">{t.transferTeamHint}</p>}
        <Buttons yes={t.actions.transfer} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function SnoozeDialog({ onClose, onChosen }: Props) {
  const send = (event: SubmitEvent): void => {
    event.preventDefault();
    const minutes = Number(typed(event.currentTarget as HTMLFormElement, "for"));
    onChosen({ until: new Date(Date.now() + minutes * 60_000).toISOString() });
  };
  return (
    <Dialog title={t.snoozeTitle} onClose={onClose}>
      <form onSubmit={send}>
        <fieldset class="options">
          <legend>{t.snoozeFor}</legend>
          {Object.entries(t.snoozes).map(([minutes, words], index) => (
            <label key={minutes}><input type="radio" name="for" value={minutes} defaultChecked={index === 0} autofocus={index === 0} /> {words}</label>
          ))}
        </fieldset>
        <p class="hint">{t.snoozeHint}</p>
        <Buttons yes={t.actions.snooze} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function Buttons({ yes, onClose }: { readonly yes: string; onClose(): void }) {
  return (
    <p class="row">
      <button class="main">{yes}</button>
      <button type="button" onClick={onClose}>{t.cancel}</button>
    </p>
  );
}

interface SheetProps {
  readonly on: boolean;
  onSwitch(on: boolean): void;
  onClose(): void;
}

export function ShortcutSheet({ on, onSwitch, onClose }: SheetProps) {
  return (
    <Dialog title={t.shortcuts} onClose={onClose}>
      <dl class="keys">
        {t.keys.map(([key, does]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>
        ))}
      </dl>
      <label class="check"><input type="checkbox" checked={on} onChange={(event) => onSwitch(event.currentTarget.checked)} /> {t.shortcutsOn}</label>
      <p class="row"><button class="main" autofocus onClick={onClose}>{t.closeIt}</button></p>
    </Dialog>
  );
}
