/** The assist area: beside a call; for supervisors also the calls that were noted and the canned replies. */

import { useState } from "preact/hooks";

import type { AreaProps } from "../areas";
import { useHere } from "../parts";
import { Calling } from "./calling";
import { Calls } from "./calls";
import { CannedKeeper } from "./canned-keeper";
import { keepCall, keptCall, type Call } from "./kept";
import * as t from "./sq";

type Tab = keyof typeof t.tabs;

export function AssistArea({ announce, keys }: AreaProps) {
  const { session } = useHere();
  const [tab, setTab] = useState<Tab>("call");
  const [call, setCall] = useState<Call>(() => keptCall(session.username));
  const change = (make: (now: Call) => Call): void => setCall((now) => keepCall(session.username, make(now)));
  return (
    <div class="assist">
      {session.role === "supervisor" && (
        <nav class="areas" aria-label={t.tabsLabel}>
          {(Object.keys(t.tabs) as Tab[]).map((each) => (
            <button key={each} aria-current={each === tab ? "page" : undefined} onClick={() => setTab(each)}>{t.tabs[each]}</button>
          ))}
        </nav>
      )}
      {tab === "call" && <Calling call={call} onCall={change} keys={keys} announce={announce} />}
      {tab === "calls" && <Calls announce={announce} />}
      {tab === "canned" && <CannedKeeper announce={announce} />}
    </div>
  );
}
