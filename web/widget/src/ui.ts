/** The widget on the page: puts the parts together, draws them, keeps the focus, tells screen readers. */

import { makeAlerts } from "./alerts";
import { failure } from "./api";
import { proofCard } from "./cards/proof";
import { ratingCard } from "./cards/rating";
import { revealCard } from "./cards/reveal";
import { verificationCard } from "./cards/verification";
import type { Card, Context } from "./context";
import { makeConversation } from "./conversation";
import { draw, hasFinePointer } from "./dom";
import { isoDay } from "./format";
import * as t from "./i18n/words";
import { makeOutbox } from "./outbox";
import { newId } from "./pause";
import { apply, type Changes, initial, progressed, removed, said, type State } from "./store";
import { makeTabs } from "./tabs";
import type { ChatEvent, Outgoing } from "./types";
import { makeComposer } from "./views/composer";
import { itemViews, transcript } from "./views/items";
import { type Actions, type Local, type Mode, panel } from "./views/panel";

const TICK_MS = 500;
/** So near to the end (px) the reader counts as being there, and the list follows what comes. */
const NEAR_END_PX = 120;
const SPACE_ABOVE_PX = 12;

/** A window so small that the panel fills it. */
export const narrow = (): MediaQueryList => matchMedia("(max-width: 30rem), (max-height: 26rem)");

export type Ui = ReturnType<typeof makeUi>;

/** @param gateway the address of the chat API, without a slash at its end */
export function makeUi(root: ShadowRoot, gateway: string, mode: Mode) {
  let state: State = initial;
  const local: Local = { menu: false, ask: null, newer: false, copied: false, link: "" };
  const leave = new AbortController();
  const { signal } = leave;
  let planned = false;
  let wanted: { selector: string; always: boolean } | null = null;
  let clock: ReturnType<typeof setInterval> | undefined;
  let toEnd = false;
  let lastKey: string | undefined;

  const find = (selector: string): HTMLElement | null => root.querySelector<HTMLElement>(selector);
  const visible = (): boolean => !document.hidden;

  // What the parts may do.

  const redraw = (): void => {
    if (planned) return;
    planned = true;
    queueMicrotask(render);
  };

  const change = (how: Changes): void => {
    const before = state.offline;
    state = apply(state, how);
    if (before !== state.offline) {
      announce(before ? t.back : t.offline, !before);
      if (before) outbox.hurry();
    }
    redraw();
  };

  const focus = (selector: string, always = false): void => {
    wanted = { selector, always };
  };

  const announce = (text: string, urgent = false): void => {
    // A fresh node each time, so that the same sentence twice is spoken twice.
    const line = document.createElement("span");
    line.textContent = text;
    find(urgent ? "#say-now" : "#say")?.replaceChildren(line);
  };

  const came = (event: ChatEvent): void => {
    if (event.type === "message") {
      if (event.client_id) outbox.drop(event.client_id);
      return;
    }
    const { handoff, open, unread } = state;
    if (event.type === "handoff" && event.state === "waiting") announce(!handoff.position ? t.waiting : t.position(handoff.position));
    if (event.type !== "reply" && (event.type !== "handoff" || event.state !== "agent")) return;
    if (!open) announce(t.unread(unread));
    if (!open || !visible()) alerts.raise();
  };

  const tabs = makeTabs(gateway, () => void conversation.follow(), () => change({ unread: 0 }));
  const conversation = makeConversation(gateway, tabs, () => state, change, came);
  const outbox = makeOutbox(tabs, conversation.send, (key, how, failures, problem) => {
    change(progressed(key, how === "waiting" && failures < 2 ? "queued" : how, problem?.message));
    if (problem) announce(`${t.failed}. ${problem.message}`, true);
  });
  const context: Context = { api: conversation.api, state: () => state, change, redraw, focus, announce };
  const reveal = revealCard(context);
  const cards: Card[] = [verificationCard(context), proofCard(context), reveal, ratingCard(context)];
  const send = (message: Outgoing): void => {
    change(said(message, conversation.api.now()));
    toEnd = true;
    outbox.add(message);
  };
  const write = (text: string): void => send({ client_id: newId(), text });
  const composer = makeComposer(context, tabs.own<string>("draft") ?? "", write, (text) => tabs.keep("draft", text || null));
  const items = itemViews({
    again: write,
    choose: ({ id, title }) => send({ client_id: newId(), text: title, choice: id, session: conversation.api.session() ?? "" }),
    retry(message) {
      change(progressed(message.client_id, "queued"));
      outbox.add(message);
      conversation.hurry();
    },
    edit(message) {
      outbox.drop(message.client_id);
      change(removed(message.client_id));
      composer.fill(message.text);
      focus("#message", true);
    },
  });

  const open = (): void => {
    if (state.open) return;
    tabs.keep("open", true);
    tabs.tell();
    toEnd = true;
    change({ open: true, unread: 0 });
    render();
    rest();
    void conversation.open();
  };
  const alerts = makeAlerts(open);

  const close = (): void => {
    if (mode !== "launcher") return;
    reveal.close();
    tabs.keep("open", null);
    local.menu = false;
    local.ask = null;
    change({ open: false });
    render();
    find(".launcher")?.focus();
  };

  const ask = (what: Local["ask"]): void => {
    local.menu = false;
    local.ask = what;
    if (!what) focus("#more", true);
    redraw();
  };

  const retry = (): void => {
    conversation.hurry();
    outbox.hurry();
  };

  const menu = (shown: boolean): void => {
    local.menu = shown;
    local.copied = false;
    local.link = "";
    if (shown) focus("#menu button", true);
    else if (root.activeElement?.closest("#menu")) focus("#more", true);
    redraw();
  };

  const does: Actions = {
    open, close, menu, ask, retry,
    toAgent: () => write(t.agentRequest),
    fresh() {
      ask(null);
      void conversation.restart().then(rest);
    },
    async end() {
      ask(null);
      try {
        await conversation.api.call("/end");
      } catch (problem) {
        change({ problem: failure(problem).message });
      }
    },
    download() {
      menu(false);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([transcript(state)], { type: "text/plain" }));
      link.download = `ndihma-${isoDay(Date.now())}.txt`;
      link.click();
      setTimeout(URL.revokeObjectURL, 10_000, link.href);
    },
    async copy() {
      try {
        await navigator.clipboard.writeText(transcript(state));
      } catch {
        return does.download(); // a browser may forbid it
      }
      local.copied = true;
      announce(t.copied);
      redraw();
    },
    async telegram() {
      try {
        const { url } = await conversation.api.call("/telegram-link");
        if (/^https:\/\/t\.me\//.test(url as string)) local.link = url as string;
        focus("#telegram", true);
        redraw();
      } catch (problem) {
        menu(false);
        change({ problem: failure(problem).message });
      }
    },
    sound() {
      alerts.toggleSound();
      redraw();
    },
    async notification() {
      if (!(await alerts.toggleNotification())) change({ problem: t.notifyRefused });
      redraw();
    },
    latest() {
      scrollToEnd();
      find("#scroller")?.focus();
    },
    scrolled() {
      if (local.newer) redraw();
    },
  };

  // Drawing

  const render = (): void => {
    planned = false;
    if (signal.aborted) return;
    for (const card of cards) card.sync?.();
    const follow = near();
    local.newer &&= !follow && !toEnd;
    const before = root.activeElement;
    draw(root, panel({ mode, state, local, alerts, items: items(state), cards, composer, does, telegram: conversation.api.telegram() }));
    place();
    scroll(follow);
    moveFocus(before);
    // Something counts down: drawn again and again, and only then.
    if (cards.some((card) => card.ticking?.())) clock ??= setInterval(redraw, TICK_MS);
    else clock = void clearInterval(clock);
  };

  /** The panel stands beside the page, or over all of it where there is no room: then nothing behind can have the focus. */
  const place = (): void => {
    const dialog = find("dialog.panel") as HTMLDialogElement | null;
    if (!dialog) return;
    const modal = dialog.matches(":modal");
    if (dialog.open && (!state.open || modal !== narrow().matches)) {
      if (modal) dialog.close();
      else dialog.removeAttribute("open");
    }
    if (!state.open || dialog.open) return;
    if (narrow().matches) dialog.showModal();
    else dialog.setAttribute("open", ""); // `show()` would take the focus
  };

  const near = (): boolean => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = find("#scroller") ?? {};
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };

  const scrollToEnd = (): void => {
    const scroller = find("#scroller")!;
    scroller.scrollTop = scroller.scrollHeight;
  };

  const scroll = (follow: boolean): void => {
    const last = state.items.at(-1);
    if (!state.open) return;
    const came = last?.key !== lastKey;
    lastKey = last?.key;
    if (!toEnd && !follow) {
      if (came && !local.newer) redraw();
      local.newer ||= came;
      return;
    }
    scrollToEnd();
    // What came is shown from its beginning, even when it is longer than the window.
    const node = !toEnd && came && last?.kind === "theirs" ? find("#log")?.lastElementChild : null;
    const scroller = find("#scroller")!;
    const above = node ? scroller.getBoundingClientRect().top + SPACE_ABOVE_PX - node.getBoundingClientRect().top : 0;
    if (above > 0) scroller.scrollTop -= above;
    toEnd = false;
  };

  /** A card takes the focus unless the customer is in the middle of writing; a focus whose place is gone is put on. */
  const moveFocus = (before: Element | null): void => {
    const lost = before !== null && (!before.isConnected || before.matches(":disabled, [hidden] *"));
    const target = wanted && (wanted.always || lost || (composer.empty() && document.hasFocus() && before)) ? find(wanted.selector) : null;
    wanted = null;
    if (!state.open) return;
    if (target) target.focus({ preventScroll: true });
    else if (lost) rest();
  };

  /** Where the next thing is done. */
  const rest = (): void => ((hasFinePointer() && find("#message")) || find("#scroller"))?.focus({ preventScroll: true });

  // What happens outside.

  const on = (target: EventTarget, kind: string, handle: (event: Event) => void): void => target.addEventListener(kind, handle, { signal });

  on(document, "visibilitychange", () => {
    // A stream is a connection, and browsers allow six to a server: an unseen tab keeps its own only to be of use, or
    // because it keeps the session of who waits for an agent.
    conversation.pause(!(visible() || alerts.sound || alerts.notification || state.handoff.state !== "bot"));
    if (visible()) retry();
  });
  on(window, "online", retry);
  on(window, "pageshow", retry);
  on(window, "offline", conversation.dropped);
  // A page that the browser keeps for its "back" must not keep the code.
  on(window, "pagehide", reveal.close);
  on(window, "beforeunload", (event) => {
    if (outbox.messages().length > 0) event.preventDefault();
  });
  on(root, "keydown", (event) => {
    conversation.touch();
    if ((event as KeyboardEvent).key !== "Escape" || local.ask) return;
    if (local.menu) menu(false);
    else if (mode === "launcher" && state.open) close();
    else return;
    event.preventDefault();
  });
  on(root, "pointerdown", ({ target }) => {
    conversation.touch();
    if (local.menu && !(target as Element).closest("#menu, #more")) menu(false);
  });
  on(narrow(), "change", redraw);

  // On the next page of the site the window is as it was left; on a telephone, where it would cover the page, it stays closed.
  change({ open: mode !== "launcher" || (tabs.own("open") === true && !narrow().matches) });
  for (const message of outbox.messages()) change(said(message, Date.now()));
  toEnd = true;
  render();
  void conversation.find().then(async () => {
    toEnd = true;
    if (state.open || outbox.messages().length > 0) await conversation.open();
    outbox.hurry();
  });

  return {
    open,
    close,
    write,
    rest,
    leave(): void {
      reveal.close();
      leave.abort();
      conversation.leave();
      tabs.leave();
      clearInterval(clock);
    },
  };
}

