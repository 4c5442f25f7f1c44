/**
 * Turns addresses in a reply into links. Everything else stays text: only https and the operator's hosts are ever linked
 * (security S16), whatever a reply holds.
 */

import { h, type VNode } from "./dom";

const FREE_CALL = "080010000";
const ADDRESS = /^[\w.+-]+@kosovotelecom\.com$/i;
/** Nothing stands before the host but `https://`, and nothing behind it but a path: no user, no port, no longer name. */
const PAGE = /^(?:https:\/\/)?((?:www\.)?kosovotelecom\.com(?:\/.*)?)$/i;

/** What may be one of these as a whole: the free number, also in groups, or a word without the punctuation around it. */
const PIECE = /080 ?010 ?000(?!\d)|[^\s<>"'(]*[\w/]/g;

/** The address a piece of text links to, or null when it must stay text. */
export function target(piece: string): string | null {
  if (piece.replaceAll(" ", "") === FREE_CALL) return `tel:${FREE_CALL}`;
  if (ADDRESS.test(piece)) return `mailto:${piece}`;
  const page = PAGE.exec(piece)?.[1];
  return page ? `https://${page}` : null;
}

/** The text as nodes: plain text and, where `target` allows it, links. */
export function linkified(text: string): (VNode | string)[] {
  const nodes: (VNode | string)[] = [];
  let from = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const href = target(piece);
    if (!href) continue;
    nodes.push(text.slice(from, index), outside(href, piece));
    from = index + piece.length;
  }
  return [...nodes, text.slice(from)];
}

/** A link; one that leads to another site leaves this page where it is, and tells that site nothing of it. */
export const outside = (href: string, words: string, props = {}): VNode =>
  h("a", { href, ...(href.startsWith("https:") && { target: "_blank", rel: "noopener noreferrer" }), ...props }, words);
