/** The card with its PUK, contacts, the selfcare portal, the business club. */

import { day } from "./format";
import { Masked } from "./masked";
import { Puk } from "./puk";
import * as t from "./sq";
import type { Account } from "./types";

interface Props {
  readonly account: Account;
  announce(words: string): void;
}

export function Card({ account, announce }: Props) {
  const { sim } = account;
  return (
    <>
      <p class={sim.state === "puk_locked" || sim.state === "lost" ? "late" : ""}>{t.sims[sim.state]}</p>
      {sim.state !== "no_sim" && (
        <>
          {sim.code_by_sms !== null && <p class="quiet">{sim.code_by_sms ? t.reached : t.notReached}{sim.changed_on !== null && ` ${t.changedOn(day(sim.changed_on))}`}</p>}
          {sim.iccid !== null && <p>{t.serial}: <Masked account={account} field="iccid" masked={sim.iccid} announce={announce} /></p>}
          <Puk account={account} announce={announce} />
        </>
      )}
    </>
  );
}

export function Contacts({ account, announce }: Props) {
  if (account.contacts.length === 0) return <p class="quiet">{t.noContacts}</p>;
  return (
    <ul>
      {account.contacts.map((contact) => (
        <li key={contact.id}>
          <Masked account={account} field="contact" contact={contact.id} masked={contact.value} announce={announce} /> <span class="quiet">{t.since(day(contact.registered_on))}</span>
        </li>
      ))}
    </ul>
  );
}

export function Selfcare({ account: { selfcare } }: { readonly account: Account }) {
  const since = selfcare.state === "registered" ? selfcare.registered_on : null;
  return <p>{since === null ? t.selfcares[selfcare.state] : t.registeredOn(day(since))}</p>;
}

export function Club({ account: { club } }: { readonly account: Account }) {
  return (
    <>
      {club.name !== null && club.package !== null && <p>{t.clubName(club.name, club.package)}</p>}
      <p class={club.kind === "missing_contracts" ? "waits" : ""}>{t.clubs[club.kind]}</p>
      {club.name !== null && (
        <>
          <dl class="pairs">
            <div><dt>{t.members}</dt><dd>{club.members}</dd></div>
            <div><dt>{t.contracts}</dt><dd>{t.ofRequired(club.monthly_contracts, club.required_monthly_contracts)}</dd></div>
            <div><dt>{t.without}</dt><dd>{Math.max(0, club.members - club.monthly_contracts)}</dd></div>
            {club.missing_contracts > 0 && <div><dt>{t.missing}</dt><dd><strong>{t.missingContracts(club.missing_contracts)}</strong></dd></div>}
            {club.new_members_needed > 0 && <div><dt>{t.newNeeded}</dt><dd>{club.new_members_needed}</dd></div>}
          </dl>
          <p class="hint">{t.noNames}</p>
        </>
      )}
    </>
  );
}
