/**
 * The widget's module. From a `<script type="module" src="…/widget.js" data-gateway="…">` it puts `<ndihma-chat>` into the
 * page by itself; imported, it defines the element and leaves the rest to the page.
 */

import { NdihmaChat } from "./element";

export { NdihmaChat };

const TAG = "ndihma-chat";
const ATTRIBUTES = ["gateway", "mode"] as const;

if (!customElements.get(TAG)) customElements.define(TAG, NdihmaChat);

// In a module `document.currentScript` is null: the tag is found by its address.
const script = [...document.scripts].find(({ src }) => src === import.meta.url);

if (script && !document.querySelector(TAG)) {
  const element = document.createElement(TAG);
  for (const name of ATTRIBUTES) {
    const value = script.dataset[name];
    if (value) element.setAttribute(name, value);
  }
  (document.body ?? document.documentElement).append(element);
}
