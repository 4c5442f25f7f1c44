/** The card that proves a number: the number, then the code from the SMS. Numbers and codes live in its fields only. */

import { failure } from "../api";
import type { Card, Context } from "../context";
import { type Child, h, type Props, shieldPath, type VNode } from "../dom";
import { minutes, moment } from "../format";
import * as t from "../i18n/words";
import type { VerificationEvent } from "../types";
import { buttons, card, field, form } from "./form";

const CODE_LIFE_MS = 5 * 60_000;
const RESEND_AFTER_MS = 30_000;
const DIGITS = 6;

export function verificationCard({ api, state, change, redraw, focus, announce }: Context): Card {
  let mode: "number" | "code" | null = null;
  let step: VerificationEvent | null = null;
  /** Kept for "send again" only; a reload forgets it. */
  let number = "";
  let sentTo: string | null = null;
  let endsAt = 0;
  let resendAt = 0;
  let error = "";
  let busy: "submit" | "resend" | null = null;
  let saidOver = false;
  let helped = false;

  const turn = (to: "number" | "code", problem = ""): void => {
    mode = to;
    saidOver = helped = false;
    error = problem;
    announce(problem || `${to === "number" ? `${t.verify}. ` : ""}${lead()}`, problem !== "");
    focus("#proving");
  };

  const lead = (): string => {
    const puk = step?.purpose === "puk";
    if (mode === "number") return puk ? t.pukLead : t.verifyLead;
    if (puk) return !sentTo ? t.pukCode : t.secondCode(sentTo);
    return t.codeLead(step?.masked ? ` ${step.masked}` : "");
  };

  const close = (): void => change({ step: null });

  const fail = (text: string): void => {
    error = text;
    announce(text, true);
    focus("#proving", true);
    redraw();
  };

  const working = async (what: typeof busy, work: () => Promise<void>): Promise<void> => {
    if (busy) return;
    busy = what;
    error = "";
    redraw();
    try {
      await work();
      focus("#proving", true);
    } catch (problem) {
      const { message, told: { code, tries_left } } = failure(problem);
      if (code === "code_expired") endsAt = 0;
      // Some sentences count the tries themselves.
      fail(tries_left === undefined || /\d/.test(message) ? message : `${message} ${t.tries(tries_left)}`);
    }
    busy = null;
    redraw();
  };

  /** The answer is the same for every number; its event, which may come first, brings the exact end. */
  const ask = async (): Promise<void> => {
    const before = endsAt;
    await api.call("/verification", { msisdn: number });
    if (endsAt !== before) return;
    endsAt = api.now() + CODE_LIFE_MS;
    resendAt = api.now() + RESEND_AFTER_MS;
  };

  const submit = async (sent: HTMLFormElement): Promise<void> => {
    const input = sent.querySelector("input")!;
    const { length } = input.value.replace(/\D/g, "");
    if (mode === "number") {
      if (length < 8 || length > 14) return fail(t.numberBad);
      return working("submit", async () => {
        number = input.value.trim();
        await ask();
        if (mode === "number") turn("code"); // its event may have come first
      });
    }
    if (length !== DIGITS) return fail(t.codeBad);
    return working("submit", async () => {
      const { verified, sent_to } = await api.code(input.value);
      input.value = "";
      if (verified !== false) return close(); // the conversation's own event says who was verified, and until when
      // The first of two codes was right; the second goes into the same field, empty again.
      sentTo = (sent_to as string | undefined) ?? null;
      turn("code");
    });
  };

  const resend = (): void => {
    if (resendAt > api.now()) return;
    if (number === "") return again();
    void working("resend", async () => {
      await ask();
      saidOver = false;
      announce(lead());
    });
  };

  const again = (): void => {
    turn("number");
    focus("#proving", true);
    redraw();
  };

  const cancel = async (): Promise<void> => {
    try {
      await api.call("/verification", undefined, "DELETE");
    } catch (problem) {
      const { passing, message } = failure(problem);
      if (passing) return fail(message);
    }
    close();
  };

  const proving = (name: string, label: string, hint: string, props: Props): readonly Child[] =>
    field(name, "proving", label, error, hint, { key: mode, required: true, ...props });

  const numberFields = (): readonly Child[] =>
    proving("input", t.number, t.numberHint, { type: "tel", autocomplete: "tel", inputmode: "tel", maxlength: 24, value: number });

  const codeFields = (): readonly Child[] => {
    // The server's clock is known to a second only: never more than the code's whole life.
    const left = Math.min(endsAt - api.now(), CODE_LIFE_MS);
    if (left <= 0 && !saidOver) {
      saidOver = true;
      announce(t.codeOver, true);
    }
    return [
      ...proving("input.code", t.code, "", {
        inputmode: "numeric", autocomplete: "one-time-code", maxlength: DIGITS,
        oninput: ({ target }: InputEvent & { target: HTMLInputElement }) => {
          const digits = target.value.replace(/\D/g, "");
          if (digits !== target.value) target.value = digits;
        },
        onpaste: (event: ClipboardEvent & { target: HTMLInputElement }) => {
          // "123 456" or the whole SMS: the limit of six would cut it before it could be read.
          const pasted = event.clipboardData?.getData("text") ?? "";
          const digits = /(?<!\d)\d{6}(?!\d)/.exec(pasted)?.[0] ?? pasted.replace(/\D/g, "").slice(0, DIGITS);
          if (digits === "") return;
          event.preventDefault();
          event.target.value = digits;
        },
      }),
      h("slot", { name: "code" }),
      h(left > 0 ? "p.hint" : "p.hint.bad", { role: "timer", "aria-live": "off" }, left > 0 ? t.codeLife(minutes(left)) : t.codeOver),
    ];
  };

  const links = (): VNode[] => {
    const help = step?.purpose === "puk" ? t.noPukCode : t.noCode;
    const wait = Math.ceil(Math.min(resendAt - api.now(), RESEND_AFTER_MS) / 1000);
    // The same for every number, so that it tells nothing of this one; it waits until an SMS would have come.
    if (wait <= 0 && !helped) {
      helped = true;
      announce(help);
    }
    return [
      h("div.row.links", null,
        h("button.link", { id: "resend", "aria-disabled": wait > 0 || !!busy, onclick: resend }, wait > 0 ? t.resendIn(wait) : t.resend),
        h("button.link", { onclick: again }, t.change)),
      ...(helped ? [h("p.hint", { id: "no-code" }, help)] : []),
    ];
  };

  return {
    ticking: () => mode === "code",

    sync() {
      const event = state().step;
      if (event === step) return;
      step = event;
      if (!event) {
        mode = null;
        number = "";
        return;
      }
      const at = moment(event.at) ?? api.now();
      if (event.state === "number_needed") turn("number");
      else if (event.state === "code_sent") {
        sentTo = event.sent_to ?? null;
        endsAt = moment(event.expires_at) ?? at + CODE_LIFE_MS;
        resendAt = at + RESEND_AFTER_MS;
        if (mode !== "code") turn("code");
      } else if (event.state === "expired" && mode === "code") endsAt = resendAt = 0;
      // The step is still open: another code may be asked for.
      else turn("number", event.state === "expired" ? t.codeOver : t.usedUp);
    },

    view: () =>
      mode && card("form", mode, shieldPath, mode === "number" ? t.verify : t.codeTitle, form(submit, cancel),
        h("p.lead", null, lead()),
        mode === "number" ? numberFields() : codeFields(),
        buttons(busy === "submit", mode === "number" ? t.sendCode : t.check, cancel),
        mode === "code" && links()),
  };
}
