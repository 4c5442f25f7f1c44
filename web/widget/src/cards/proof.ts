/** The card that takes a proof of payment: pick, drop or photograph it, see it, see how far it is, cancel. */

import { failure } from "../api";
import { type Card, type Context, onEscape, onSubmit } from "../context";
import { clipPath, h, hasFinePointer, icon, type VNode } from "../dom";
import * as t from "../i18n/words";
import type { State } from "../store";

const LIMIT_BYTES = 5 * 1024 * 1024;
const TYPES = ["image/jpeg", "image/png", "application/pdf"];
const PREVIEW_PX = 480;
const LONGEST_PX = 2400;

/** Why a file cannot be taken, or "" when it can. The server judges by content; this only saves a wait. */
export function objection({ size, type }: Pick<Blob, "size" | "type">): string {
  return size === 0 ? t.empty : !TYPES.includes(type) ? t.badType : size > LIMIT_BYTES ? t.tooBig : "";
}

/** The picture, drawn no larger than this; null when it is none. A page may forbid every image address. */
async function drawn(file: Blob, longest: number): Promise<HTMLCanvasElement | null> {
  if (!file.type.startsWith("image/")) return null;
  try {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, picture.width * scale);
    canvas.height = Math.max(1, picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    return null;
  }
}

/** What a telephone's camera makes is often too large or of its own format: as a JPEG that fits, or as it is. */
async function fitting(file: File): Promise<Blob> {
  const canvas = objection(file) === "" ? null : await drawn(file, LONGEST_PX);
  return new Promise((resolve) => {
    if (canvas === null) resolve(file);
    else canvas.toBlob((smaller) => resolve(smaller ?? file), "image/jpeg", 0.85);
  });
}

export function proofCard({ api, state, change, redraw, focus, announce }: Context): Card {
  let shown: State["proof"] = "closed";
  let file: File | null = null;
  let fit: Blob | null = null;
  let preview: HTMLCanvasElement | null = null;
  let error = "";
  let percent = 0;
  let upload: AbortController | null = null;

  const fail = (text: string): void => {
    error = text;
    announce(text, true);
    focus("#proof", true);
    redraw();
  };

  const choose = async (picked: File | undefined): Promise<void> => {
    if (picked === undefined || upload !== null) return;
    file = picked;
    fit = preview = null;
    error = "";
    const blob = await fitting(picked);
    const why = objection(blob);
    if (why !== "") return fail(why);
    preview = await drawn(blob, PREVIEW_PX);
    preview?.setAttribute("role", "img");
    preview?.setAttribute("aria-label", picked.name);
    fit = blob;
    announce(picked.name);
    redraw();
  };

  const send = async (): Promise<void> => {
    if (upload !== null) return;
    if (fit === null || file === null) return fail(error || t.missing);
    const mine = (upload = new AbortController());
    error = "";
    percent = 0;
    let said = 0;
    redraw();
    try {
      const name = fit === file ? file.name : file.name.replace(/\.\w+$|$/, ".jpg");
      await api.upload(fit, name, (fraction) => {
        percent = Math.round(fraction * 100);
        if (percent - said >= 25) announce(t.progress((said = percent)));
        redraw();
      }, mine.signal);
      // The conversation's own event says that it was received.
      if (upload === mine) change({ proof: "closed" });
    } catch (problem) {
      if (upload !== mine) return; // closed meanwhile
      upload = null;
      fail(mine.signal.aborted ? t.proofCancelled : failure(problem).message);
    }
  };

  /** The upload, or the card: the request stays open, and one button brings it back. */
  const cancel = (): void => {
    if (upload !== null) upload.abort();
    else change({ proof: "folded" });
  };

  const pick = (id: string, words: string, props: Record<string, string>): VNode =>
    h("span", { key: id },
      h("input.hidden", {
        id, type: "file", "aria-describedby": "proof-error", ...props,
        onchange: ({ target }: Event & { target: HTMLInputElement }) => void choose(target.files?.[0]),
      }),
      h("label.button", { for: id }, icon(clipPath), words));

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
      upload?.abort();
      upload = file = fit = preview = null;
      error = "";
      if (shown === "folded") focus("#proof-again", true);
    },

    view() {
      if (shown === "closed") return null;
      if (shown === "folded") return h("button.button.folded", { id: "proof-again", onclick: () => change({ proof: "open" }) }, icon(clipPath), t.proof);
      const busy = upload !== null;
      return h("form.card", {
        key: "proof-card", novalidate: true, "aria-labelledby": "proof-title", onsubmit: onSubmit(send), onkeydown: onEscape(cancel),
        ondragover: (event: DragEvent) => event.preventDefault(),
        ondrop: (event: DragEvent) => {
          event.preventDefault();
          void choose(event.dataTransfer?.files[0]);
        },
      },
        h("h3", { id: "proof-title" }, icon(clipPath), t.proof),
        h("p.lead", null, t.proofLead),
        preview && h("div.preview", { key: preview, once: true, made: (node: Element) => node.append(preview!) }),
        file && h("p.hint", { key: "name" }, busy ? t.progress(percent) : file.name),
        busy
          ? h("progress", { key: "bar", max: 100, value: percent, "aria-label": t.uploading })
          : h("div.row", { key: "pick" },
              pick("proof", t.choose, { accept: ".jpg,.jpeg,.png,.pdf,image/*" }),
              !hasFinePointer() && pick("photo", t.photograph, { accept: "image/*", capture: "environment" })),
        h("p.error", { id: "proof-error" }, error),
        h("div.row", null,
          h("button.button.main", { type: "submit", "aria-disabled": busy }, t.sendProof),
          h("button.button", { onclick: cancel }, t.cancel)));
    },
  };
}
