/** A proof of payment: a picture is shown as data of this page, a PDF is only saved. Nothing of it is opened as a document here. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Dialog } from "../parts";
import * as base from "../sq";
import * as t from "./sq";

interface Props {
  readonly reference: string;
  readonly picture: Blob;
  readonly children: ComponentChildren;
  onClose(): void;
}

export function ProofDialog({ reference, picture, children, onClose }: Props) {
  const [source, setSource] = useState<string | null>(null);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const reader = new FileReader();
    reader.onload = () => setSource(String(reader.result));
    reader.readAsDataURL(picture);
    return () => reader.abort();
  }, [picture]);
  return (
    <Dialog title={t.proofTitle(reference)} wide onClose={onClose}>
      {children}
      <div class={whole ? "proof whole" : "proof"} tabIndex={0} role="group" aria-label={t.proofTitle(reference)}>
        {source === null ? <p role="status">{base.loading}</p> : <img src={source} alt={t.proofPicture(reference)} />}
      </div>
      <p class="row">
        <button class="main" autofocus onClick={onClose}>{base.closeIt}</button>
        <button aria-pressed={whole} onClick={() => setWhole(!whole)}>{t.wholeSize}</button>
      </p>
    </Dialog>
  );
}

const REVOKED_AFTER_MS = 60_000;

/** Saves a file under a name of ours; it is opened by no page. */
export function download(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKED_AFTER_MS);
}
