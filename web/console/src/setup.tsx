/** Setting an account up from an invitation's link. */

import { useEffect, useRef, useState } from "preact/hooks";
import { encode } from "uqr";

import { ApiError, type Api } from "./api";
import { grouped } from "./format";
import { Alert, Field, sentence, typed } from "./parts";
import * as t from "./sq";
import type { Session, SetupOffer } from "./types";

interface Props {
  readonly api: Api;
  /** The invitation's; empty when the link was cut. */
  readonly token: string;
  onSignedIn(session: Session): void;
}

interface Done {
  readonly recovery_codes: readonly string[];
  readonly session: Session;
}

export function Setup({ api, token, onSignedIn }: Props) {
  const [offer, setOffer] = useState<SetupOffer | null>(null);
  const [failure, setFailure] = useState<unknown>(token === "" ? "cut" : null);
  const [done, setDone] = useState<Done | null>(null);
  const [tries, setTries] = useState(0);

  useEffect(() => {
    if (token === "") return;
    setFailure(null);
    api.post<SetupOffer>("/setup", { token }).then(setOffer, setFailure);
  }, [api, token, tries]);

  if (done) return <Recovery codes={done.recovery_codes} onKept={() => onSignedIn(done.session)} />;
  return (
    <main class="door wide">
      <p class="brand">Ndihma</p>
      <h1>{t.setup}</h1>
      {offer ? (
        <SetupForm api={api} token={token} offer={offer} onDone={setDone} />
      ) : failure !== null ? (
        <>
          <Alert><p class="notice">{failure === "cut" ? t.setupMissing : sentence(failure)}</p></Alert>
          {failure !== "cut" && !(failure instanceof ApiError && failure.status === 410) && (
            <button onClick={() => setTries(tries + 1)}>{t.again}</button>
          )}
        </>
      ) : (
        <p role="status">{t.loading}</p>
      )}
    </main>
  );
}

interface FormProps {
  readonly api: Api;
  readonly token: string;
  readonly offer: SetupOffer;
  onDone(done: Done): void;
}

function SetupForm({ api, token, offer, onDone }: FormProps) {
  const [told, setTold] = useState<string | null>(null);
  const [wrong, setWrong] = useState<{ field: string; message: string } | null>(null);
  const [busy, setBusy] = useState(false);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const at = (field: string, message: string): void => {
      setWrong({ field, message });
      form.querySelector<HTMLInputElement>(`#${field}`)?.focus();
    };
    setTold(null);
    setWrong(null);
    const empty = ["password", "code"].find((name) => typed(form, name).trim() === "");
    if (empty) return at(empty, t.needed);
    if (busy) return;
    setBusy(true);
    try {
      onDone(await api.post<Done>("/setup/complete", { token, password: typed(form, "password"), code: typed(form, "code").trim() }));
    } catch (error) {
      if (error instanceof ApiError && (error.field === "password" || error.field === "code")) at(error.field, error.message);
      else setTold(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  const error = (field: string): string | null => (wrong?.field === field ? wrong.message : null);
  return (
    <form noValidate onSubmit={(event) => void send(event)}>
      <p>{t.welcome(offer.name, offer.username)}</p>
      <Alert>{told && <p class="notice">{told}</p>}</Alert>
      {/* For password managers: whose password this is. */}
      <input class="away" tabIndex={-1} aria-hidden="true" readOnly autocomplete="username" value={offer.username} />
      <h2>{t.setupPhone}</h2>
      <div class="phone">
        <Qr text={offer.otpauth_uri} />
        <div>
          <p>{t.setupScan}</p>
          <p>{t.setupSecret}</p>
          <p><code class="secret">{grouped(offer.secret)}</code></p>
          <p><a href={offer.otpauth_uri}>{t.setupOpen}</a></p>
        </div>
      </div>
      <h2>{t.setupPassword}</h2>
      <Field id="password" label={t.password} type="password" autocomplete="new-password" hint={t.setupPasswordHint} error={error("password")} />
      <h2>{t.setupCode}</h2>
      <Field id="code" label={t.code} numeric autocomplete="one-time-code" hint={t.setupCodeHint} error={error("code")} />
      <button class="main" aria-disabled={busy}>{t.setupDone}</button>
    </form>
  );
}

/** A QR code as one path; dark on light in both schemes, as readers want it. */
function Qr({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { border: 4 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t.setupQr} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  );
}

function Recovery({ codes, onKept }: { readonly codes: readonly string[]; onKept(): void }) {
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const copy = (): void => void navigator.clipboard.writeText(codes.join("\n")).then(() => setCopied(true), () => setCopied(false));
  return (
    <main class="door wide">
      <p class="brand">Ndihma</p>
      <h1 tabIndex={-1} ref={heading}>{t.recovery}</h1>
      <p>{t.recoveryWhat}</p>
      <ul class="codes">{codes.map((each) => <li key={each}><code>{each}</code></li>)}</ul>
      <p class="row">
        <button onClick={copy}>{t.recoveryCopy}</button> <span role="status">{copied && t.recoveryCopied}</span>
      </p>
      <label class="check"><input type="checkbox" checked={kept} onChange={(event) => setKept(event.currentTarget.checked)} /> {t.recoveryKept}</label>
      <button class="main" disabled={!kept} onClick={onKept}>{t.recoveryGo}</button>
    </main>
  );
}
