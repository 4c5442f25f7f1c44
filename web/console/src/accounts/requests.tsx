/** Reconnection requests: what the customer says beside what the account says, the proof, and the decision. */

import { useState } from "preact/hooks";

import { ApiError } from "../api";
import { AskDialog } from "../ask-dialog";
import { moment } from "../format";
import { Alert, sentence, useHere } from "../parts";
import { day, money, size } from "./format";
import { download, ProofDialog } from "./proof";
import * as t from "./sq";
import type { Account, Proof, Request } from "./types";

interface Props {
  readonly account: Account;
  /** For which conversation; null: the customer calls. */
  readonly reason: string | null;
  readonly now: number;
  reload(): Promise<Account | null>;
  announce(words: string): void;
}

type Asking = { readonly what: "confirm" | "reject"; readonly request: Request } | { readonly what: "code"; readonly request: Request; readonly proof: Proof };

export function Requests(props: Props) {
  const { account, reason, now, reload, announce } = props;
  const { api } = useHere();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [told, setTold] = useState<string | null>(null);
  const [seen, setSeen] = useState<{ readonly request: Request; readonly proof: Proof; readonly picture: Blob } | null>(null);

  async function look(request: Request, proof: Proof): Promise<void> {
    const file = await api.file("/accounts/proof", { account: account.account, proof: proof.id, conversation_id: reason });
    if (proof.media_type === "application/pdf") {
      download(file, `deshmia-${request.reference}.pdf`);
      announce(t.saved);
      setTold(t.saved);
    } else setSeen({ request, proof, picture: file });
    setAsking(null);
  }
  /** The first try; the code is asked for where the server wants it. */
  async function open(request: Request, proof: Proof): Promise<void> {
    setTold(null);
    try {
      await look(request, proof);
    } catch (error) {
      if (error instanceof ApiError && error.code === "confirmation_needed") setAsking({ what: "code", request, proof });
      else setTold(sentence(error));
    }
  }
  async function decide(what: "confirm" | "reject", request: Request, why: string): Promise<void> {
    const body = { account: account.account, ...(what === "reject" ? { reason: why, seen: request.seen } : {}) };
    try {
      await api.post<void>(`/accounts/requests/${request.reference}/${what}`, body);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      setTold(error.message); // somebody was faster: it is said beside what is true now
      setAsking(null);
      await reload();
      return;
    }
    setAsking(null);
    announce(what === "confirm" ? t.confirmed(request.reference) : t.rejected(request.reference));
    setTold(null);
    await reload();
  }

  return (
    <>
      <Alert>{told !== null && <div class="notice"><p>{told}</p></div>}</Alert>
      {account.requests.length === 0 && <p class="quiet">{t.noRequests}</p>}
      {account.requests.map((request) => (
        <article key={request.reference} class="request" aria-labelledby={`request-${request.reference}`}>
          <h5 id={`request-${request.reference}`}>{request.reference} <span class={request.state === "filed" ? "waits" : "quiet"}>· {request.state === "filed" && request.proofs.length === 0 ? t.waitsForProof : t.requestStates[request.state]}</span></h5>
          <p class="quiet">{t.filedAt(moment(Date.parse(request.filed_at), now))}{request.closed_at !== null && ` · ${t.requestStates[request.state]} ${t.decidedBy(moment(Date.parse(request.closed_at), now), request.decided_by)}`}</p>
          {request.reason !== null && <p>{t.reasonTold(request.reason)}</p>}
          <Compared account={account} request={request} />
          {request.proofs.length === 0 && request.state === "filed" && <p class="quiet">{t.noProofs}</p>}
          <ul>
            {request.proofs.map((proof, index) => (
              <li key={proof.id} class="row">
                <span>{t.proof(index + 1, t.proofKinds[proof.media_type], size(proof.size))} <span class="quiet">· {moment(Date.parse(proof.received_at), now)}</span></span>
                <button class="small" aria-label={proof.media_type === "application/pdf" ? t.saveLabel(index + 1, request.reference) : t.lookLabel(index + 1, request.reference)} onClick={() => void open(request, proof)}>
                  {proof.media_type === "application/pdf" ? t.save : t.look}
                </button>
              </li>
            ))}
          </ul>
          {request.state === "filed" && (
            <p class="row">
              <button class="main" aria-label={t.confirmLabel(request.reference)} onClick={() => setAsking({ what: "confirm", request })}>{t.confirm}</button>
              <button aria-label={t.rejectLabel(request.reference)} onClick={() => setAsking({ what: "reject", request })}>{t.reject}</button>
            </p>
          )}
        </article>
      ))}
      {asking?.what === "confirm" && (
        <AskDialog title={t.confirmTitle(asking.request.reference)} yes={t.confirm} reason={null} run={() => decide("confirm", asking.request, "")} onClose={() => setAsking(null)}>
          <Compared account={account} request={asking.request} />
          <p>{t.confirmWhat}</p>
        </AskDialog>
      )}
      {asking?.what === "reject" && (
        <AskDialog title={t.rejectTitle(asking.request.reference)} yes={t.reject} reason={{ label: t.rejectWhy, hint: t.rejectHint }} run={(why) => decide("reject", asking.request, why)} onClose={() => setAsking(null)} />
      )}
      {asking?.what === "code" && (
        <AskDialog title={t.proofTitle(asking.request.reference)} yes={t.look} reason={null} withCode run={() => look(asking.request, asking.proof)} onClose={() => setAsking(null)} />
      )}
      {seen !== null && (
        <ProofDialog reference={seen.request.reference} picture={seen.picture} onClose={() => setSeen(null)}>
          <Compared account={account} request={seen.request} proof={seen.proof} />
        </ProofDialog>
      )}
    </>
  );
}

/** What the customer says beside what the account says; the finding is the server's. */
export function Compared({ account, request, proof }: { readonly account: Account; readonly request: Request; readonly proof?: Proof }) {
  const said = proof ?? request.proofs.at(-1) ?? null;
  const cents = said?.claimed_cents ?? request.claimed_cents;
  const paidOn = said?.claimed_on ?? request.claimed_on;
  return (
    <dl class="pairs">
      <div><dt>{t.customerSays}</dt><dd>{t.claimed(cents === null ? null : money(cents), paidOn === null ? null : day(paidOn))}</dd></div>
      <div>
        <dt>{t.accountSays}</dt>
        <dd>{t.dueThen(request.due_cents === null ? null : money(request.due_cents))}{request.state === "filed" && `; ${t.dueNow(money(account.debt.amount_cents))}`}</dd>
      </div>
      {said !== null && <div class="finding"><dt class="hidden">{t.accountSays}</dt><dd><strong>{t.findings[said.finding](money(said.apart_cents))}</strong></dd></div>}
    </dl>
  );
}
