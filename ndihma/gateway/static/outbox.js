// @ts-check
/** Development only: what would have gone out by SMS. In production neither this page nor its API exists. Its words stand in outbox.html. */

/** @typedef {{at: string, to: string, text: string}} Sent */

const EVERY_MS = 3_000;
/** Swedish dates are written as ISO's are; the tz database has no zone of its own for Kosovo. */
const moments = new Intl.DateTimeFormat("sv", { timeZone: "Europe/Belgrade", dateStyle: "short", timeStyle: "medium" });

/** @template {Element} T @param {ParentNode} parent @param {string} selector @param {new () => T} type @returns {T} */
function find(parent, selector, type) {
  const found = parent.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`no ${selector}`);
  return found;
}

const list = find(document, "#messages", HTMLOListElement);
const template = find(document, "#entry", HTMLTemplateElement);

/** @param {"empty" | "off" | "failed" | null} state */
function tell(state) {
  for (const line of find(document, "#status", HTMLElement).children) line.toggleAttribute("hidden", line.getAttribute("data-when") !== state);
}

/** @param {Sent} sent */
function entry({ at, to, text }) {
  const item = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  find(item, ".to", HTMLElement).textContent = to;
  const time = find(item, "time", HTMLTimeElement);
  time.dateTime = at;
  time.textContent = moments.format(new Date(at));
  find(item, ".text", HTMLElement).textContent = text;
  const code = /(?<!\d)\d{6}(?!\d)/u.exec(text)?.[0];
  const copy = find(item, "button", HTMLButtonElement);
  const copied = find(item, ".copied", HTMLElement);
  copy.hidden = code === undefined || !("clipboard" in navigator);
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code ?? "");
    copied.textContent = copied.dataset.words ?? "";
  });
  return item;
}

let shown = "";

/** @returns {Promise<boolean>} whether to go on asking */
async function refresh() {
  try {
    const answer = await fetch("/api/dev/outbox", { cache: "no-store", credentials: "omit" });
    if (answer.status === 404) {
      tell("off");
      list.replaceChildren();
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    /** @type {{messages: Sent[]}} */
    const { messages } = await answer.json();
    const newest = messages.toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
    const now = JSON.stringify(newest);
    if (now !== shown) list.replaceChildren(...newest.map(entry)); // else the focus would be lost for nothing
    shown = now;
    tell(messages.length === 0 ? "empty" : null);
  } catch {
    tell("failed");
  }
  return true;
}

while (await refresh()) await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
