// @ts-check
/**
 * Turns the operator's own addresses in a reply into links. Everything else stays text: only https and the hosts
 * below are ever linked (security S16), whatever a reply holds.
 */

import { el } from "./dom.js";

const HOSTS = new Set(["kosovotelecom.com", "www.kosovotelecom.com"]);
const MAIL_DOMAIN = "kosovotelecom.com";
const FREE_CALL = "080010000";

const FOUND =
  /(?<![\p{L}\d_.@/:-])(?:https:\/\/[^\s<>"']+|[\w.+-]+@kosovotelecom\.com(?![\w-]|\.\w)|(?:www\.)?kosovotelecom\.com(?![\w@-]|\.\w)(?:\/[^\s<>"']*)?|080 ?010 ?000(?!\d))/giu;

/**
 * The address a piece of text links to, or null when it must stay text.
 *
 * @param {string} piece
 */
export function target(piece) {
  if (piece.replaceAll(" ", "") === FREE_CALL) return `tel:${FREE_CALL}`;
  if (piece.includes("@") && !piece.includes("/")) {
    return piece.toLowerCase().endsWith(`@${MAIL_DOMAIN}`) ? `mailto:${piece}` : null;
  }
  let url;
  try {
    url = new URL(/^https:/iu.test(piece) ? piece : `https://${piece}`);
  } catch {
    return null;
  }
  const plain = url.username === "" && url.password === "" && url.port === "";
  return url.protocol === "https:" && plain && HOSTS.has(url.hostname) ? url.href : null;
}

/**
 * The text as nodes: plain text and, where `target` allows it, links.
 *
 * @param {string} text
 * @returns {Node[]}
 */
export function linkified(text) {
  /** @type {Node[]} */
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(FOUND)) {
    const piece = match[0].replace(/[.,;:!?)\]»”]+$/u, "");
    const href = target(piece);
    if (href === null) continue;
    nodes.push(document.createTextNode(text.slice(from, match.index)));
    const outside = href.startsWith("https:");
    nodes.push(el("a", { href, text: piece, target: outside ? "_blank" : null, rel: outside ? "noopener noreferrer" : null }));
    from = match.index + piece.length;
  }
  nodes.push(document.createTextNode(text.slice(from)));
  return nodes;
}
