/** What several parts of the console use. */

import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, Unreachable, type Api } from "./api";
import { clock } from "./format";
import * as t from "./sq";
import type { Session } from "./types";

interface Here {
  readonly api: Api;
  readonly session: Session;
}

export const HereContext = createContext<Here | null>(null);

/** The API and who is signed in. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (here === null) throw new Error("nobody is signed in");
  return here;
}

/** What to tell a person of a failure. */
export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return t.unreachable;
  if (!(error instanceof ApiError)) return t.unforeseen;
  const wait = error.status === 429 && error.retryAfter !== null ? ` ${t.retryFrom(clock(Date.now() + error.retryAfter * 1000))}` : "";
  return error.message + wait;
}

/** The moment, told again every five seconds. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly type?: "text" | "password";
  readonly autocomplete?: AutoFill;
  readonly numeric?: boolean;
}

/** A labelled field; its error is told with it. */
export function Field({ id, label, hint, error, type = "text", autocomplete = "off", numeric = false }: FieldProps) {
  const about = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={id}
        {...(type === "password" ? { type } : { type })}
        autocomplete={autocomplete}
        inputMode={numeric ? "numeric" : "text"}
        autocapitalize="none"
        spellcheck={false}
        aria-invalid={error ? true : undefined}
        aria-describedby={about || undefined}
      />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {error && <p class="error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

/** A message that is read out when it appears; the place is there before, because some readers miss a new one. */
export function Alert({ children }: { readonly children: ComponentChildren }) {
  return <div class="alert" role="alert">{children}</div>;
}

interface DialogProps {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** A modal dialog; the browser keeps the focus in it, and it goes back to where it was. */
export function Dialog({ title, wide = false, children, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // A dialog that is out of the document already gives nothing back.
      if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-labelledby="dialog-title" onCancel={(event) => (event.preventDefault(), onClose())}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

/** The focus goes to the next or the previous entry of what is listed. */
export function step(by: 1 | -1): void {
  const entries = [...document.querySelectorAll<HTMLElement>("[data-entry]")];
  const at = entries.findIndex((entry) => entry === document.activeElement);
  const from = at === -1 ? entries.findIndex((entry) => entry.ariaCurrent === "true") : at;
  entries[Math.min(entries.length - 1, Math.max(0, from + by))]?.focus();
}

/** What a form's field holds. */
export const typed = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? "");
