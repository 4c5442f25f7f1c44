/** Whether the trail is as it was written. */

import type { RefObject } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";

import { Alert, sentence, useHere } from "../parts";
import * as common from "../sq";
import { told } from "./model";
import * as t from "./sq";
import type { Chain } from "./types";

const LOOK_EVERY_MS = 1_000;

interface Props {
  /** What verifies anew; put there for a shortcut. */
  readonly verify: RefObject<(() => void) | null>;
  announce(words: string): void;
}

export function ChainState({ verify, announce }: Props) {
  const { api } = useHere();
  const [chain, setChain] = useState<Chain | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  const begin = useCallback(() => {
    setFailure(null);
    api.post<Chain>("/audit/chain").then(setChain, setFailure);
  }, [api]);
  useEffect(() => {
    verify.current = begin;
    return () => void (verify.current = null);
  }, [verify, begin]);
  useEffect(() => {
    // Who looks at the trail wants to know whether to believe it: the first look verifies.
    api.get<Chain>("/audit/chain").then((now) => (now.checked_at === null && !now.running ? begin() : setChain(now)), setFailure);
  }, [api, begin]);
  useEffect(() => {
    if (!chain?.running) return;
    const timer = setTimeout(() => {
      api.get<Chain>("/audit/chain").then((now) => {
        setChain(now);
        if (!now.running) announce(told(now).words);
      }, setFailure);
    }, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [api, chain, announce]);

  const now = chain === null ? null : told(chain);
  return (
    <section class={now?.bad ? "chain bad" : "chain"} aria-labelledby="chain-title">
      <h3 id="chain-title">{t.chainTitle}</h3>
      <div>
        <Alert>
          {now?.bad && <p class="error">{now.words}</p>}
          {failure !== null && <p class="error">{sentence(failure)}</p>}
        </Alert>
        {now === null ? failure === null && <p class="quiet" role="status">{common.loading}</p> : !now.bad && <p data-chain>{now.words}</p>}
        {chain !== null && chain.last !== null && !chain.running && (
          <p class="hint">{t.chainLast} <code>{chain.last}</code></p>
        )}
      </div>
      <button aria-disabled={chain?.running ?? false} onClick={() => chain?.running || begin()}>{t.verify}</button>
    </section>
  );
}
