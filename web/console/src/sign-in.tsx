/** Signing in: a password, then a code; or at the operator's own provider. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, type Api } from "./api";
import { Alert, Field, sentence, typed } from "./parts";
import * as t from "./sq";
import type { Session } from "./types";

interface Props {
  readonly api: Api;
  /** Why one is here, in a sentence. */
  readonly notice: string | null;
  onSignedIn(session: Session): void;
}

export function SignIn({ api, notice, onSignedIn }: Props) {
  const [step, setStep] = useState<"password" | "code">("password");
  const [told, setTold] = useState(notice);
  const [missing, setMissing] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [provider, setProvider] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    api.get<{ oidc: boolean }>("/ways").then((ways) => setProvider(ways.oidc), () => undefined); // the password's way stays
  }, [api]);
  useEffect(() => form.current?.querySelector("input")?.focus(), [step]);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const shown = event.currentTarget as HTMLFormElement;
    const empty = [...shown.querySelectorAll("input")].find((input) => input.value.trim() === "");
    setMissing(empty?.name ?? null);
    if (empty) {
      setTold(null);
      empty.focus();
      return;
    }
    if (busy) return;
    setBusy(true);
    setTold(null);
    try {
      if (step === "password") {
        await api.post("/session", { username: typed(shown, "username"), password: typed(shown, "password") });
        setStep("code");
      } else onSignedIn(await api.post<Session>("/session/totp", { code: typed(shown, "code").trim() }));
    } catch (error) {
      refused(error, shown);
    } finally {
      setBusy(false);
    }
  }

  function refused(error: unknown, shown: HTMLFormElement): void {
    const late = error instanceof ApiError && error.code === "not_signed_in";
    setTold(late ? t.codeLate : sentence(error));
    if (late) return setStep("password");
    const secret = shown.querySelector<HTMLInputElement>("#password, #code");
    if (secret && error instanceof ApiError) {
      secret.value = "";
      secret.focus();
    }
  }

  const again = (): void => {
    setTold(null);
    setMissing(null);
    setStep("password");
  };
  const need = (name: string): string | null => (missing === name ? t.needed : null);
  return (
    <main class="door">
      <p class="brand">Ndihma</p>
      <h1>{step === "password" ? t.signIn : t.codeTitle}</h1>
      <Alert>{told && <p class="notice">{told}</p>}</Alert>
      <form ref={form} key={step} noValidate onSubmit={(event) => void send(event)}>
        {step === "password" ? (
          <>
            <Field id="username" label={t.username} autocomplete="username" error={need("username")} />
            <Field id="password" label={t.password} type="password" autocomplete="current-password" error={need("password")} />
          </>
        ) : (
          <Field id="code" label={t.code} hint={t.codeHint} autocomplete="one-time-code" error={need("code")} />
        )}
        <button class="main" aria-disabled={busy}>{step === "password" ? t.next : t.enter}</button>
        {step === "code" && <button type="button" onClick={again}>{t.backToPassword}</button>}
      </form>
      {provider && step === "password" && <p class="other">{t.or} <a href="/api/console/oidc">{t.withProvider}</a></p>}
    </main>
  );
}
