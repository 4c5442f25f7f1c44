/** Bills, payments, top-ups and what the line was cut off for. */

import { moment } from "../format";
import { day, money } from "./format";
import * as t from "./sq";
import type { Account } from "./types";

export function Money({ account, now }: { readonly account: Account; readonly now: number }) {
  const { debt, suspension, bills, kind } = account;
  const dayOfDebt = debt.kind === "bill_open" ? debt.due_on : debt.since;
  return (
    <>
      {account.balance_cents !== null && <p>{t.credit}: <strong>{money(account.balance_cents)}</strong></p>}
      {kind !== "prepaid" && <p class={debt.kind === "suspended" || debt.overdue ? "late" : ""}>{t.debts[debt.kind](money(debt.amount_cents), dayOfDebt === null ? "" : day(dayOfDebt))}{debt.overdue && ` (${t.overdue})`}</p>}
      {suspension !== null && suspension.ended_at === null && suspension.amount_cents !== null && <p class="quiet">{t.suspendedBySms(money(suspension.amount_cents))}</p>}
      {suspension !== null && suspension.ended_at !== null && <p class="quiet">{t.suspensionOver(day(suspension.since), moment(Date.parse(suspension.ended_at), now))}</p>}
      {kind !== "prepaid" &&
        (bills.length === 0 ? (
          <p class="quiet">{t.noBills}</p>
        ) : (
          <table>
            <thead><tr><th scope="col">{t.billOf}</th><th scope="col">{t.due}</th><th scope="col">{t.amount}</th><th scope="col">{t.open}</th></tr></thead>
            <tbody>
              {bills.map((bill) => (
                <tr key={bill.number}>
                  <th scope="row">{bill.number}</th>
                  <td class={bill.overdue ? "late" : ""}>{day(bill.due_on)}{bill.overdue && <span class="hidden"> ({t.overdue})</span>}</td>
                  <td>{money(bill.amount_cents)}</td>
                  <td>{bill.open_cents === 0 ? t.paid : money(bill.open_cents)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      <Payments account={account} now={now} />
    </>
  );
}

function Payments({ account, now }: { readonly account: Account; readonly now: number }) {
  const prepaid = account.kind === "prepaid";
  return (
    <>
      <h5>{prepaid ? t.topUps : t.payments}</h5>
      {account.payments.length === 0 ? (
        <p class="quiet">{prepaid ? t.noTopUps : t.noPayments}</p>
      ) : (
        <ul>
          {account.payments.map((payment) => (
            <li key={payment.paid_at}>{money(payment.amount_cents)} <span class="quiet">· {moment(Date.parse(payment.paid_at), now)}</span></li>
          ))}
        </ul>
      )}
    </>
  );
}
