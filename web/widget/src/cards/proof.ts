/** The card that takes a proof of payment: pick, drop or photograph it, see it, see how far it is, cancel. */

import { failure } from "../api";
import type { Card, Context } from "../context";
import { type Child, clipPath, h, hasFinePointer, icon, type Props, type VNode } from "../dom";
import { date, isoDay } from "../format";
import * as t from "../i18n/words";
import type { State } from "../store";
import { buttons, card, field, form, problem } from "./form";

const LIMIT_BYTES = 5 * 1024 * 1024;
const TYPES = ["image/jpeg", "image/png", "application/pdf"];
const LONGEST_PX = 2400;
/** As people write it: `23,40`, `23.4 €`. The server's own rule is stricter; this only saves a wait. */
export const AMOUNT = " *\\d+([.,]\\d\\d?)?\\D*";

/** Where something can be wrong; the form's fields are known to the API by these names. */
type Place = "proof" | "amount" | "paid_on";

/** Why a file cannot be taken, or "" when it can. The server judges by content; this only saves a wait. */
export function objection({ size, type }: Pick<Blob, "size" | "type">): string {
  return size === 0 ? t.empty : !TYPES.includes(type) ? t.badType : size > LIMIT_BYTES ? t.tooBig : "";
}

/** The picture, drawn no larger than it need be; null when it is none. A page may forbid every image address. */
async function drawn(file: Blob): Promise<HTMLCanvasElement | null> {
  if (!file.type.startsWith("image/")) return null;
  try {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    canvas.width = Math.ceil(picture.width * scale);
    canvas.height = Math.ceil(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    return null;
  }
}

/** What a telephone's camera makes is often too large or of its own format: as a JPEG that fits, or as it is. */
const fitting = (file: File, picture: HTMLCanvasElement | null): Promise<Blob> =>
  new Promise((resolve) => {
    if (picture && objection(file)) picture.toBlob((smaller) => resolve(smaller ?? file), "image/jpeg", 0.85);
    else resolve(file);
  });

export function proofCard({ api, state, change, redraw, focus, announce }: Context): Card {
  let shown: State["proof"] = "closed";
  let file: File | null = null;
  let fit: Blob | null = null;
  let preview: HTMLCanvasElement | null = null;
  /** What the customer says to have paid and when, while the card is folded too. */
  let claim: Record<string, string> = {};
  let error = "";
  let wrong: Place = "proof";
  let percent = 0;
  let upload: AbortController | null = null;

  const fail = (text: string, at: Place = "proof"): void => {
    error = text;
    wrong = at;
    announce(text, true);
    focus(`#${at}`, true);
    redraw();
  };

  const errorAt = (place: Place): string => (wrong === place ? error : "");

  const choose = async (picked: File | undefined): Promise<void> => {
    if (!picked || upload) return;
    file = picked;
    fit = preview = null;
    error = "";
    const picture = await drawn(picked);
    const blob = await fitting(picked, picture);
    const why = objection(blob);
    if (why !== "") return fail(why);
    preview = picture;
    fit = blob;
    announce(picked.name);
    redraw();
  };

  const send = async (sent: HTMLFormElement): Promise<void> => {
    if (upload) return;
    if (!fit || !file) return fail(errorAt("proof") || t.missing);
    for (const name of ["amount", "paid_on"] as const) {
      const { validity } = sent.elements.namedItem(name) as HTMLInputElement;
      if (!validity.valid) return fail(name === "amount" ? t.amountBad : validity.badInput ? t.dayHalf : t.dayAhead, name);
    }
    const mine = (upload = new AbortController());
    error = "";
    percent = 0;
    let said = 0;
    const data = new FormData(sent);
    data.append("file", fit, fit === file ? file.name : file.name.replace(/\.\w+$|$/, ".jpg"));
    redraw();
    try {
      await api.upload(data, (fraction) => {
        percent = Math.round(fraction * 100);
        if (percent - said >= 25) announce(t.progress((said = percent)));
        redraw();
      }, mine.signal);
      // The conversation's own event says that it was received.
      if (upload === mine) change({ proof: "closed" });
    } catch (thrown) {
      if (upload !== mine) return; // closed meanwhile
      upload = null;
      const { message, told: { field } } = failure(thrown);
      if (mine.signal.aborted) fail(t.proofCancelled);
      else fail(message, field === "amount" || field === "paid_on" ? field : "proof");
    }
  };

  /** The upload, or the card: the request stays open, and one button brings it back. */
  const cancel = (): void => {
    if (upload) upload.abort();
    else change({ proof: "folded" });
  };

  const pick = (id: string, words: string, props: Record<string, string>): VNode =>
    h("span", { key: id },
      h("input.hidden", {
        id, type: "file", "aria-describedby": "proof-error", ...props,
        onchange: ({ target }: Event & { target: HTMLInputElement }) => void choose(target.files?.[0]),
      }),
      h("label.button", { for: id }, icon(clipPath), words));

  /** One of the two that need not be filled in. */
  const said = (name: Exclude<Place, "proof">, label: string, hint: string, props: Props): readonly Child[] =>
    field("input", name, label, errorAt(name), hint, {
      name, value: claim[name], readonly: !!upload, ...props,
      oninput: ({ target }: Event & { target: HTMLInputElement }) => {
        claim[name] = target.value;
        if (wrong === name) error = "";
        redraw();
      },
    });

  return {
    sync() {
      const before = shown;
      shown = state().proof;
      if (shown === before) return;
      if (shown === "open") {
        if (before === "closed") announce(`${t.proof}. ${t.proofLead}`);
        focus("#proof", before === "folded");
        return;
      }
      error = "";
      if (shown === "folded") {
        file = fit && file;
        return focus("#proof-again", true);
      }
      upload?.abort();
      upload = file = fit = preview = null;
      claim = {};
    },

    view() {
      if (shown === "closed") return null;
      if (shown === "folded") return h("button.button.folded", { id: "proof-again", onclick: () => change({ proof: "open" }) }, icon(clipPath), t.proof);
      const busy = !!upload;
      return card("form", "proof-card", clipPath, t.proof, {
        ...form(send, cancel),
        ondragover: (event: DragEvent) => event.preventDefault(),
        ondrop: (event: DragEvent) => {
          event.preventDefault();
          void choose(event.dataTransfer?.files[0]);
        },
      },
        h("p.lead", null, t.proofLead),
        preview && h("div.preview", { key: preview, role: "img", "aria-label": file!.name, once: true, made: (node: Element) => node.append(preview!) }),
        file && h("p.hint", { key: "name" }, busy ? t.progress(percent) : file.name),
        busy
          ? h("progress", { key: "bar", max: 100, value: percent, "aria-label": t.uploading })
          : h("div.row", { key: "pick" },
              pick("proof", t.choose, { accept: ".jpg,.jpeg,.png,.pdf,image/*" }),
              !hasFinePointer() && pick("photo", t.photograph, { accept: "image/*", capture: "environment" })),
        problem("proof", errorAt("proof")),
        h("fieldset", null,
          h("legend", null, t.claim),
          said("amount", t.amount, t.amountHint, { inputmode: "decimal", pattern: AMOUNT, maxlength: 16 }),
          // Browsers write days in the order of their own language: 05/11 may be May or November.
          said("paid_on", t.paidOn, date(claim.paid_on ?? ""), { type: "date", max: isoDay(api.now()) })),
        buttons(busy, t.sendProof, cancel));
    },
  };
}
