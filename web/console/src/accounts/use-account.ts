/** One account, read once when it is opened and again when it is asked for. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import { useHere } from "../parts";
import type { Account, Subscriber } from "./types";

interface Opened {
  /** Null until it was read, and when it could not be. */
  readonly account: Account | null;
  readonly failure: unknown;
  readonly busy: boolean;
  /** Reads it anew; gives what it is now, or null. What was read stays when that fails. */
  reload(): Promise<Account | null>;
}

const opening = (subscriber: Subscriber): readonly [string, object] =>
  "verifiedIn" in subscriber
    ? ["/accounts/conversation", { conversation_id: subscriber.verifiedIn }]
    : ["/accounts/search", { number: subscriber.number, conversation_id: subscriber.conversation }];

/** For which conversation an account is read; null: the customer calls. */
export const reasonOf = (subscriber: Subscriber): string | null => ("verifiedIn" in subscriber ? subscriber.verifiedIn : subscriber.conversation);

export function useAccount(subscriber: Subscriber): Opened {
  const { api } = useHere();
  const [account, setAccount] = useState<Account | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(true);
  const asked = useRef(0);
  const known = useRef<Account | null>(null);

  const read = useCallback(async (): Promise<Account | null> => {
    const mine = ++asked.current;
    setBusy(true);
    setFailure(null);
    try {
      const answer = await again();
      if (mine !== asked.current) return known.current; // a later answer is on its way or here
      known.current = answer;
      setAccount(answer);
      return answer;
    } catch (error) {
      if (mine === asked.current) setFailure(error);
      return null;
    } finally {
      if (mine === asked.current) setBusy(false);
    }

    async function again(): Promise<Account> {
      const [path, body] = opening(subscriber);
      const key = known.current?.account;
      if (key === undefined) return await api.post<Account>(path, body);
      try {
        return await api.post<Account>("/accounts/read", { account: key, conversation_id: reasonOf(subscriber) });
      } catch (error) {
        if (!(error instanceof ApiError && error.code === "account_over")) throw error;
        return await api.post<Account>(path, body);
      }
    }
  }, [api, subscriber]);

  useEffect(() => {
    known.current = null;
    setAccount(null);
    void read();
    return () => void asked.current++; // an answer that comes later is nobody's
  }, [read]);
  return { account, failure, busy, reload: read };
}
