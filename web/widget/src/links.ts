/**
 * Turns the operator's own addresses in a reply into links. Everything else stays text: only https and the hosts below are
 * ever linked (security S16), whatever a reply holds.
 */

import { h, type VNode } from "./dom";

const HOST = /^(www\.)?kosovotelecom\.com$/;
const FREE_CALL = "080010000";

const FOUND =
  /(?<![\p{L}\d_.@/:-])(https:\/\/[^\s<>"']+|[\w.+-]+@kosovotelecom\.com(?![\w-]|\.\w)|(www\.)?kosovotelecom\.com(?![\w@-]|\.\w)(\/[^\s<>"']*)?|080 ?010 ?000(?!\d))/giu;

/** The address a piece of text links to, or null when it must stay text. */
export function target(piece: string): string | null {
  if (piece.replaceAll(" ", "") === FREE_CALL) return `tel:${FREE_CALL}`;
  if (/^[\w.+-]+@kosovotelecom\.com$/i.test(piece)) return `mailto:${piece}`;
  let url: URL;
  try {
    url = new URL(/^https:/i.test(piece) ? piece : `https://${piece}`);
  } catch {
    return null;
  }
  const { protocol, username, password, port, hostname } = url;
  return protocol === "https:" && username + password + port === "" && HOST.test(hostname) ? url.href : null;
}

/** The text as nodes: plain text and, where `target` allows it, links. */
export function linkified(text: string): (VNode | string)[] {
  const nodes: (VNode | string)[] = [];
  let from = 0;
  for (const match of text.matchAll(FOUND)) {
    const piece = match[0].replace(/[.,;:!?)\]»”]+$/u, "");
    const href = target(piece);
    if (!href) continue;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const outside = href.startsWith("https:");
    nodes.push(h("a", { href, target: outside && "_blank", rel: outside && "noopener noreferrer" }, piece));
    from = match.index + piece.length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}
