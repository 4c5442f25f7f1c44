// @ts-check
/** Small helpers to build the page. Text always goes in as text: nothing here parses markup. */

/**
 * The element with this id, of this kind; a missing one is a mistake in index.html and says so.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | boolean | null>} [attributes] `text` sets the text; `true` an empty attribute; `false`, `null` none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name === "text") node.textContent = String(value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A picture from the page's own sprite (`<symbol id="i-…">` in index.html), hidden from screen readers.
 *
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Put the catalogue's words where the page asks for them: `data-t="page.fresh"` sets the text,
 * `data-t-label` the accessible name and tooltip, `data-t-placeholder` the placeholder.
 *
 * @param {ParentNode} root
 * @param {Record<string, unknown>} catalogue
 */
export function fillWords(root, catalogue) {
  /** @param {string | undefined} path */
  const word = (path) => {
    /** @type {unknown} */
    let found = catalogue;
    for (const part of (path ?? "").split(".")) found = /** @type {Record<string, unknown>} */ (found)?.[part];
    if (typeof found !== "string") throw new Error(`the catalogue has no ${path}`);
    return found;
  };
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t]"))) {
    node.textContent = word(node.dataset.t);
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t-label]"))) {
    node.setAttribute("aria-label", word(node.dataset.tLabel));
    if (node instanceof HTMLButtonElement) node.title = word(node.dataset.tLabel);
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t-placeholder]"))) {
    node.setAttribute("placeholder", word(node.dataset.tPlaceholder));
  }
}

/** Says things to screen readers through two regions that are always in the page. */
export class Announcer {
  /** @param {HTMLElement} polite @param {HTMLElement} urgent */
  constructor(polite, urgent) {
    this.polite = polite;
    this.urgent = urgent;
  }

  /** @param {string} text @param {{urgent?: boolean}} [how] */
  say(text, { urgent = false } = {}) {
    const region = urgent ? this.urgent : this.polite;
    // A fresh node each time, so that the same sentence twice is spoken twice.
    region.replaceChildren(el("span", { text }));
  }
}

/** True when moving the focus to a text field does not throw a keyboard over half the screen. */
export const hasFinePointer = () => matchMedia("(pointer: fine)").matches;
