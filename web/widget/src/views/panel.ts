/** The launcher and the panel: header, banners, the conversation with its cards, the composer. */

import type { Alerts } from "../alerts";
import type { Card } from "../context";
import { agentPath, chatPath, type Child, glyph, h, icon, type VNode } from "../dom";
import * as t from "../i18n/words";
import { outside } from "../links";
import type { State } from "../store";
import type { Composer } from "./composer";
import { authorName, avatar, typing } from "./items";

export type Mode = "launcher" | "inline" | "page";

/** What only the panel knows. */
export interface Local {
  menu: boolean;
  /** What is to be confirmed. */
  ask: "end" | "fresh" | null;
  /** Something came below what is read. */
  newer: boolean;
  copied: boolean;
  /** Where the conversation goes on in Telegram, once that was asked for. */
  link: string;
}

/** What the panel's buttons do. */
export interface Actions {
  open(): void;
  close(): void;
  menu(open: boolean): void;
  ask(what: Local["ask"]): void;
  end(): void;
  fresh(): void;
  copy(): void;
  download(): void;
  telegram(): void;
  sound(): void;
  notification(): void;
  retry(): void;
  latest(): void;
  scrolled(): void;
  toAgent(): void;
}

export interface Parts {
  readonly mode: Mode;
  readonly state: State;
  readonly local: Local;
  readonly alerts: Alerts;
  readonly items: readonly VNode[];
  readonly cards: readonly Card[];
  readonly composer: Composer;
  readonly does: Actions;
  /** Whether the gateway has a bot to go on with. */
  readonly telegram: boolean;
}

export function panel(parts: Parts): VNode[] {
  const { mode, state, local, does } = parts;
  const { open, unread } = state;
  const label = `${t.name}, ${t.tagline}`;
  const content = [
    header(parts), state.offline && banner(does), strip(state), main(parts), footer(parts), local.ask && confirm(does, local.ask),
  ];
  if (mode !== "launcher") return [h("section.panel", { key: "panel", "aria-label": label }, content), ...voices()];
  const news = unread > 0 ? `, ${t.unread(unread)}` : "";
  return [
    h("button.launcher", {
      key: "launcher", "aria-expanded": open, "aria-controls": "panel", "aria-label": t.open + news, hidden: open, onclick: does.open,
    }, icon(chatPath), unread > 0 && h("span.badge", { "aria-hidden": true }, unread > 9 ? "9+" : unread)),
    h("dialog.panel", { id: "panel", "aria-label": label, oncancel: onCancel(does.close) }, content, open && voices()),
    ...(open ? [] : voices()),
  ];
}

/** A dialog's own way to be left, such as "back" on a telephone. */
const onCancel = (does: () => void) => (event: Event): void => {
  if (event.target !== event.currentTarget) return;
  event.preventDefault();
  does();
};

/** Where screen readers are told what is seen elsewhere; always in the part of the page that can be read. */
const voices = (): VNode[] => [
  h("div.hidden", { id: "say", role: "status", once: true }),
  h("div.hidden", { id: "say-now", role: "alert", once: true }),
];

function header(parts: Parts): VNode {
  const { mode, state: { handoff }, local, does } = parts;
  const human = handoff.state === "agent" ? { kind: "agent", name: handoff.agent } : null;
  return h("header.header", { key: "header" },
    avatar(human),
    h("div.title", null, h("h2", null, human ? authorName(human) : t.name), h("p", null, human ? t.anAgent : t.tagline)),
    h("button.tool", { id: "more", "aria-label": t.menu, "aria-expanded": local.menu, "aria-controls": "menu", onclick: () => does.menu(!local.menu) }, glyph("⋯")),
    mode === "launcher" && h("button.tool", { id: "close", "aria-label": t.close, onclick: does.close }, glyph("✕")),
    h("div.menu", { id: "menu", role: "group", "aria-label": t.menu, hidden: !local.menu }, menu(parts)));
}

function menu({ alerts, does, local, state, telegram }: Parts): Child[] {
  const { items, phase } = state;
  const live = phase === "live";
  const item = (words: string, onclick: () => void, disabled = false): VNode => h("button", { disabled, onclick }, words);
  const toggle = (words: string, on: boolean, onclick: () => void): VNode => h("button", { "aria-pressed": on, onclick }, words, glyph(on ? "☑" : "☐"));
  return [
    item(t.download, does.download, items.length === 0),
    "clipboard" in navigator && item(local.copied ? t.copied : t.copy, does.copy, items.length === 0),
    telegram && live && (local.link
      ? outside(local.link, t.openTelegram, { id: "telegram" })
      : item(t.telegram, does.telegram)),
    toggle(t.sound, alerts.sound, does.sound),
    toggle(t.notify, alerts.notification, does.notification),
    item(t.fresh, () => (live && items.some(({ kind }) => kind === "mine") ? does.ask("fresh") : does.fresh()), phase === "starting"),
    item(t.end, () => does.ask("end"), !live),
  ];
}

function banner({ retry }: Actions): VNode {
  return h("div.banner", { key: "banner" }, glyph("!"), h("span", null, t.offline), h("button.link", { onclick: retry }, t.now));
}

function strip({ handoff: { state, position } }: State): VNode | false {
  return state === "waiting" && h("div.strip", { key: "strip" }, h("i"), h("span", null, !position ? t.waiting : t.position(position)));
}

function main({ state, local, items, cards, does }: Parts): VNode {
  const { phase, problem } = state;
  const starting = phase === "starting";
  return h("div.talk", { key: "talk" },
    h("div.scroller", { id: "scroller", role: "region", tabindex: 0, "aria-label": t.log, onscroll: does.scrolled },
      problem !== null && h("p.problem", { id: "problem" }, problem || t.cannotStart),
      // While history is put back, screen readers stay silent.
      h("div.log", { id: "log", role: "log", "aria-label": t.log, "aria-relevant": "additions", "aria-live": starting ? "off" : "polite" }, items),
      h("div", { id: "typing", role: "status" }, typing(state)),
      cards.map((card) => card.view())),
    local.newer && h("button.latest", { key: "latest", onclick: does.latest }, glyph("↓"), t.latest));
}

function footer({ state, composer, does }: Parts): VNode {
  const ended = state.phase === "ended";
  return h("footer.footer", { key: "footer" },
    ended
      ? h("div.row", { key: "over" }, h("button.button.main", { onclick: does.fresh }, t.fresh), h("button.button", { onclick: does.download }, t.download))
      : composer.view(),
    h("div.below", { key: "below" },
      !ended && state.handoff.state === "bot" && h("button.agent", { id: "agent", onclick: does.toAgent }, icon(agentPath), t.toAgent),
      h("p.small", { key: "small" }, t.safety, " ", h("a", { href: "tel:080010000" }, t.call))));
}

function confirm(does: Actions, what: "end" | "fresh"): VNode {
  const no = (): void => does.ask(null);
  const yes = (words: string, onclick: () => void): VNode => h("button.button.main", { onclick }, words);
  return h("dialog.confirm", {
    key: "confirm", "aria-labelledby": "ask-title", "aria-describedby": "ask-lead", oncancel: onCancel(no),
    made: (node: Element) => queueMicrotask(() => (node as HTMLDialogElement).showModal()), // when it is in the document
  },
    h("h3", { id: "ask-title" }, what === "end" ? t.endAsk : t.freshAsk),
    h("p.lead", { id: "ask-lead" }, t.endLead),
    h("div.row", null, what === "end" ? yes(t.finish, does.end) : yes(t.fresh, does.fresh), h("button.button", { onclick: no }, t.cancel)));
}
