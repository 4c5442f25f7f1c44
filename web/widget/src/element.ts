/** `<ndihma-chat>`: attributes in, a shadow root with the widget out. */

import css from "./styles.css";
import { lang } from "./i18n/words";
import { makeUi, narrow, type Ui } from "./ui";
import type { Mode } from "./views/panel";

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * The chat as an element. Attributes, read when the element is put into a page: `gateway` (the chat API's address; default:
 * where this script came from), `mode` (`launcher`, `inline`, `page`).
 */
export class NdihmaChat extends HTMLElement {
  #ui: Ui | null = null;
  /** The window's free height over a keyboard on the screen; no style attribute is written. */
  readonly #room = new CSSStyleSheet();
  #leave = new AbortController();

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet, this.#room];
  }

  connectedCallback(): void {
    this.lang = lang;
    const mode = this.getAttribute("mode") as Mode | null;
    const gateway = new URL(this.getAttribute("gateway") ?? new URL("/", import.meta.url), document.baseURI);
    const { signal } = (this.#leave = new AbortController());
    const view = visualViewport!;
    const measure = (): void => {
      this.#room.replaceSync(`:host{--room:${view.height}px;--above:${view.offsetTop}px}`);
    };
    if (narrow().matches) measure();
    for (const kind of ["resize", "scroll"]) view.addEventListener(kind, measure, { signal });
    this.#ui = makeUi(this.shadowRoot!, gateway.href.replace(/\/+$/, ""), mode === "inline" || mode === "page" ? mode : "launcher");
  }

  disconnectedCallback(): void {
    this.#leave.abort();
    this.#ui?.leave();
    this.#ui = null;
    this.shadowRoot!.replaceChildren();
  }

  /** Opens the panel, as a click on the launcher does. */
  open(): void {
    this.#ui?.open();
  }

  /** Closes the panel; the conversation goes on. */
  close(): void {
    this.#ui?.close();
  }

  /** Puts the focus where the next thing is done. */
  override focus(): void {
    this.#ui?.rest();
  }

  /** Opens the panel and says this for the customer, as if they had written it. */
  ask(text: string): void {
    this.#ui?.open();
    this.#ui?.write(text);
  }
}
