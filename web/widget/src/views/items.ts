/** The list of what was said: bubbles, message states, quick replies, notices, the typing indicator. */

import { agentPath, glyph, h, icon, type VNode, wavePath } from "../dom";
import { clock, date, longDay } from "../format";
import * as t from "../i18n/words";
import { linkified } from "../links";
import type { Item, Mine, State, Theirs } from "../store";
import type { Author, Choice, Outgoing } from "../types";

export interface ItemHandlers {
  again(text: string): void;
  choose(choice: Choice): void;
  retry(message: Outgoing): void;
  edit(message: Outgoing): void;
}

/** `Asistenti Ndihma`, or an agent by name. */
export const authorName = (who: Author | null): string => (who?.kind !== "agent" ? t.assistant : !who.name ? t.anAgent : t.agent(who.name));

export function avatar(who: Author | null): VNode {
  const human = who?.kind === "agent";
  return h(human ? "span.avatar.human" : "span.avatar", { "aria-hidden": true }, human ? ([...(who.name ?? "")][0] ?? icon(agentPath)) : icon(wavePath));
}

export const unseen = (text: string): VNode => h("span.hidden", null, text);

/** A stored message with the server's placeholders (`<msisdn>`) in words. */
const readable = (text: string): string =>
  text.replace(/<([a-z_]+)>/g, (placeholder, name: string) => (Object.hasOwn(t.hidden, name) ? t.hidden[name]! : placeholder));

const speaker = (item: Item | undefined): string | undefined => item && (item.kind === "theirs" ? authorName(item.author) : item.kind);

const time = (at: number): VNode => h("time", { datetime: new Date(at).toISOString(), title: longDay(at) }, clock(at));

export function itemViews({ again, choose, retry, edit }: ItemHandlers): (state: State) => VNode[] {
  const mine = ({ key, progress, out, reason, redacted, text, at }: Mine, last: boolean, offline: boolean): VNode => {
    const waits = progress === "waiting" || (progress === "queued" && offline);
    const said = waits ? t.queued : progress === "sent" ? t.sent : progress === "failed" ? t.failed : t.sending;
    return h(`div.item.mine.${progress}`, { key },
      h("div.bubble", null, unseen(`${t.me}: `), h("p", null, readable(text))),
      redacted && h("p.hint", null, t.redacted),
      (last || progress !== "sent") && h("div.foot", null,
        time(at), h("span.state", null, said),
        out && (waits || progress === "failed") && h("button.link", { onclick: () => retry(out) }, t.retry),
        out && progress === "failed" && h("button.link", { onclick: () => edit(out) }, t.edit),
        reason && h("span.reason", null, reason)));
  };

  const theirs = ({ key, author, unavailable, text, source, at, buttons, topics, chosen }: Theirs, first: boolean, last: boolean, asked: string | undefined): VNode => {
    const who = authorName(author);
    return h(`div.item.theirs${unavailable ? ".unavailable" : ""}${author?.kind === "agent" ? ".human" : ""}`, { key },
      first && h("div.who", { "aria-hidden": true }, avatar(author), h("span", null, who)),
      h("div.bubble", { lang: "sq" }, unseen(`${who}: `),
        text.split(/\n{2,}/).map((paragraph) => h("p", null, linkified(paragraph))),
        source && h("p.source", { lang: t.lang }, t.source(source.text, date(source.reviewed)))),
      last && h("div.foot", null, time(at), unavailable && asked && h("button.link", { onclick: () => again(asked) }, t.again)),
      buttons.length > 0 && h(`div.choices${topics || buttons.some(({ title }) => title.length > 26) ? ".long" : ""}${chosen === null ? "" : ".over"}`, {
        role: "group", "aria-label": topics ? t.topics : t.choices,
      }, buttons.map((choice) => {
        const used = choice.title === chosen;
        return h(used ? "button.choice.used" : "button.choice", { disabled: chosen !== null, lang: "sq", onclick: () => choose(choice) },
          used && glyph("✓"), choice.title, used && unseen(` (${t.used})`));
      })));
  };

  return ({ items, offline }) =>
    items.map((item, index) => {
      const first = speaker(items[index - 1]) !== speaker(item);
      const last = speaker(items[index + 1]) !== speaker(item);
      if (item.kind === "mine") return mine(item, last, offline);
      if (item.kind === "theirs") return theirs(item, first, last, (items[index - 1] as Mine | undefined)?.out?.text);
      const { key, tone, text } = item;
      return h(`div.item.notice.${tone}`, { key }, glyph(tone === "good" ? "✓" : tone === "bad" ? "!" : "i"), h("p", null, text));
    });
}

export function typing({ typing: who }: State): VNode | null {
  if (who === null) return null;
  return h("div.typing", null, avatar(who ? { kind: "agent", name: who } : null),
    h("div.bubble", null, h("span.dots", { "aria-hidden": true }, h("i"), h("i"), h("i")), t.typing(who || t.name)));
}

/** The conversation as plain text, to keep. */
export function transcript({ items }: State): string {
  const said = items.map((item) => {
    const who = item.kind === "mine" ? t.me : item.kind === "theirs" ? authorName(item.author) : t.notice;
    return `[${clock(item.at)}] ${who}: ${readable(item.text)}`;
  });
  return [`${t.name} — ${t.tagline}`, t.madeOn(longDay(items[0]?.at ?? Date.now())), "", ...said, ""].join("\n");
}
