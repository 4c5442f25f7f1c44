/** The console: who is signed in decides what is shown. */

import { render } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";

import { chooseAccount } from "./accounts/chosen";
import { Api, ApiError } from "./api";
import { forgetCall } from "./assist/kept";
import { forgetDrafts, forgetOthersDrafts } from "./drafts";
import { Alert, HereContext, sentence } from "./parts";
import { Setup } from "./setup";
import { SignIn } from "./sign-in";
import * as t from "./sq";
import type { Session } from "./types";
import { Frame } from "./frame";

type Phase =
  | { readonly is: "loading" }
  | { readonly is: "away"; readonly why: string }
  | { readonly is: "setup"; readonly token: string }
  | { readonly is: "out"; readonly notice: string | null }
  | { readonly is: "in"; readonly session: Session };

const PROVIDER: Record<string, string> = { "#provider_refused": t.providerRefused, "#provider_unavailable": t.providerAway };

/** Where one begins; an invitation's token leaves the address at once. */
function beginning(): Phase {
  if (location.pathname !== "/console/setup") return { is: "loading" };
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/console/setup");
  return { is: "setup", token };
}

function Console({ api }: { readonly api: Api }) {
  const [phase, setPhase] = useState(beginning);

  const enter = useCallback((session: Session) => {
    api.use(session);
    forgetOthersDrafts(session.username);
    if (location.pathname !== "/console") history.replaceState(null, "", "/console");
    setPhase({ is: "in", session });
  }, [api]);

  const look = useCallback(() => {
    setPhase({ is: "loading" });
    api.get<Session>("/session").then(enter, (error: unknown) => {
      if (error instanceof ApiError && error.status === 401) setPhase({ is: "out", notice: PROVIDER[location.hash] ?? null });
      else setPhase({ is: "away", why: sentence(error) });
    });
  }, [api, enter]);

  useEffect(() => {
    api.onSignedOut = () => {
      api.use(null);
      chooseAccount(null);
      setPhase((now) => (now.is === "in" ? { is: "out", notice: t.sessionOver } : now));
    };
    if (phase.is === "loading") look();
  }, []);
  useEffect(() => {
    if (phase.is !== "in") document.title = t.titled(0);
  }, [phase.is]);

  const leave = useCallback(async () => {
    try {
      await api.delete("/session");
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    }
    api.use(null);
    forgetDrafts();
    chooseAccount(null);
    forgetCall();
    setPhase({ is: "out", notice: t.signedOut });
  }, [api]);

  const here = useMemo(() => (phase.is === "in" ? { api, session: phase.session } : null), [api, phase]);
  if (phase.is === "setup") return <Setup api={api} token={phase.token} onSignedIn={enter} />;
  if (phase.is === "out") return <SignIn api={api} notice={phase.notice} onSignedIn={enter} />;
  if (here !== null) return <HereContext.Provider value={here}><Frame onLeave={leave} /></HereContext.Provider>;
  return (
    <main class="door">
      <h1 class="brand">{t.product}</h1>
      {phase.is === "away" ? (
        <>
          <Alert><p class="notice">{phase.why}</p></Alert>
          <button onClick={look}>{t.again}</button>
        </>
      ) : (
        <p role="status">{t.loading}</p>
      )}
    </main>
  );
}

render(<Console api={new Api()} />, document.getElementById("app")!);
