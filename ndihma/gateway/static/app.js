// @ts-check
/** The chat page: puts the parts together. */

import { Api, ApiError, newClientId } from "./api.js";
import { AttachmentCard } from "./attachment.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { Announcer, byId, el, fillWords, hasFinePointer } from "./dom.js";
import { clockTime, longDate, moment } from "./format.js";
import { RevealCard } from "./reveal.js";
import { sq } from "./sq.js";
import { Transcript } from "./transcript.js";
import { VerificationCard } from "./verification.js";

/** @typedef {import("./types.js").StoredEvent} StoredEvent */
/** @typedef {import("./types.js").Outgoing} Outgoing */
/** @typedef {import("./types.js").Connection} Connection */

fillWords(document, sq);

const scroller = byId("scroller", HTMLElement);
const banner = byId("banner", HTMLElement);
const announcer = new Announcer(byId("say", HTMLElement), byId("say-now", HTMLElement));
const api = new Api();

const transcript = new Transcript(
  {
    log: byId("log", HTMLElement),
    scroller,
    typing: byId("typing", HTMLElement),
    latest: byId("latest", HTMLButtonElement),
  },
  {
    choose: ({ id, title }) => {
      say({ client_id: newClientId(), text: title, choice: id, title });
      restFocus();
    },
    retry: (message) => {
      transcript.setState(message.client_id, "sending");
      restFocus();
      queue(message);
    },
    edit: (message) => {
      composer.fill(message.text);
      composer.focus();
    },
    askAgain: (message) => {
      say({ ...message, client_id: newClientId() });
      restFocus();
    },
  },
);

const composer = new Composer(
  {
    form: byId("composer", HTMLFormElement),
    field: byId("message", HTMLTextAreaElement),
    counter: byId("counter", HTMLElement),
    button: byId("send", HTMLButtonElement),
  },
  announcer,
  (text) => say({ client_id: newClientId(), text }),
);

const cardHandlers = {
  /** The cards stand at the end of the list: what they add is brought into view. */
  grown: () => transcript.toEnd(),
  /** @param {boolean} hadFocus */
  closed: (hadFocus) => {
    if (hadFocus) restFocus();
  },
};
const verification = new VerificationCard(byId("verification", HTMLElement), api, announcer, cardHandlers);
const reveal = new RevealCard(byId("reveal", HTMLElement), api, announcer, cardHandlers);
const attachment = new AttachmentCard(byId("attachment", HTMLElement), api, announcer, cardHandlers);

/** A pressed button is gone or disabled: the focus goes on to where the next thing is done. */
function restFocus() {
  if (hasFinePointer()) composer.focus();
  else scroller.focus({ preventScroll: true });
}

/** A card takes the focus unless the customer is in the middle of writing. */
const mayTakeFocus = () => composer.empty && document.hasFocus();

/** @param {Outgoing} message */
function say(message) {
  transcript.addOutgoing(message);
  queue(message);
}

/** Messages leave one after the other, in the order they were written. */
let line = Promise.resolve();

/** @param {Outgoing} message */
function queue(message) {
  line = line.then(async () => {
    try {
      await chat.send(message);
      transcript.setState(message.client_id, "sent");
    } catch (error) {
      const reason = error instanceof Error ? error.message : sq.error.server;
      const retryable = !(error instanceof ApiError) || error.retryable;
      transcript.setTyping(false);
      transcript.setState(message.client_id, "failed", { reason, retryable });
      announcer.say(`${sq.state.failed}. ${reason}`, { urgent: true });
    }
  });
}

/** @type {import("./types.js").VerificationEvent | null} the last one of a history that is being put back */
let heldVerification = null;
let heldAttachment = false;

/** @param {StoredEvent} event @param {{live: boolean}} how */
function onEvent(event, { live }) {
  if (event.type === "message") transcript.confirm(event);
  else if (event.type === "reply") transcript.addReply(event);
  else if (event.type === "done") transcript.setTyping(false);
  else if (event.type === "verification") {
    noteVerification(event);
    if (live) verification.show(event.state, event, mayTakeFocus());
    else heldVerification = event;
  } else if (event.type === "reveal") {
    // A reload within its two minutes finds the cover again; what is older closes by itself.
    if (event.state === "shown") {
      reveal.shown();
      transcript.addNotice(sq.reveal.shown, { at: event.at });
    } else if (event.reference !== null) reveal.cover(event.reference, event.expires_at, live && mayTakeFocus());
  } else if (event.type === "attachment") {
    const received = event.state === "received";
    if (received) {
      transcript.addNotice(sq.attachment.received(event.reference), { at: event.at, kind: "good" });
      if (live) attachment.close();
    } else if (live) attachment.open(mayTakeFocus());
    heldAttachment = !received;
  }
}

/**
 * What stays in the list of a step. A code that ended, or was used up, is said on the card, where another is to be had.
 *
 * @param {import("./types.js").VerificationEvent} event
 */
function noteVerification({ state, masked, at, expires_at, level }) {
  const words = sq.verification;
  if (state === "verified" && level === 1) transcript.addNotice(words.contactProved, { at, kind: "good" });
  else if (state === "verified") {
    const ends = moment(expires_at);
    transcript.addNotice(words.verified(masked, ends === null ? null : clockTime(ends)), { at, kind: "good" });
  } else if (state === "cancelled") transcript.addNotice(words.cancelled, { at });
  else if (state === "locked" && expires_at !== null) {
    const until = moment(expires_at) ?? new Date(at);
    transcript.addNotice(words.locked(`${longDate(until)}, ${clockTime(until)}`), { at, kind: "bad" });
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let bannerDelay;
/** @type {ReturnType<typeof setInterval> | undefined} */
let bannerClock;

/** @param {Connection} state @param {number} retryInMs */
function onConnection(state, retryInMs) {
  clearTimeout(bannerDelay);
  clearInterval(bannerClock);
  if (state === "online") {
    if (!banner.hidden) {
      // The line does not vanish under the focus without a word.
      const hadFocus = banner.contains(document.activeElement);
      banner.hidden = true;
      announcer.say(sq.connection.back);
      if (hadFocus) restFocus();
    }
    return;
  }
  // A blip of a second is nobody's business.
  if (state === "connecting" && banner.hidden) bannerDelay = setTimeout(() => showBanner(0), 2_000);
  else showBanner(retryInMs);
}

/** @param {number} retryInMs */
function showBanner(retryInMs) {
  const words = banner.querySelector("[data-words]");
  if (words === null) return;
  if (banner.hidden) announcer.say(sq.connection.offline, { urgent: true });
  banner.hidden = false;
  const until = Date.now() + retryInMs;
  const tell = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    words.textContent = left > 1 ? sq.connection.retryIn(left) : sq.connection.offline;
  };
  tell();
  bannerClock = setInterval(tell, 1000);
}

const chat = new Chat(
  api,
  {
    onEvent,
    onTyping: (active) => transcript.setTyping(active),
    onConnection,
    onCannotStart: (error) => {
      // Its own words, such as "too many conversations from this address"; for anything else, what to do meanwhile.
      const told = error instanceof ApiError && error.status < 500;
      startProblem.textContent = told ? error.message : sq.session.cannotStart;
      startProblem.hidden = false;
    },
    onAsleep: () => {
      verification.close();
      attachment.close();
      reveal.close();
      transcript.closeConversation();
      transcript.addNotice(sq.session.asleep);
    },
    onSession: (why, { verifying }) => {
      startProblem.hidden = true;
      if (why === "restored") {
        transcript.quiet = false;
        if (heldVerification !== null && verifying) verification.show(heldVerification.state, heldVerification, false);
        if (heldAttachment) attachment.open(false);
        announcer.say(sq.session.restored);
        transcript.toEnd();
        return;
      }
      transcript.quiet = false;
      verification.close();
      attachment.close();
      reveal.close();
      if (why === "asked") transcript.clear();
      else transcript.closeConversation();
      if (why === "expired") transcript.addNotice(sq.session.expired);
      if (why === "asked") announcer.say(sq.session.fresh);
    },
  },
  storage(),
);

const startProblem = byId("start-problem", HTMLElement);

/** Where a reload finds the conversation again; a browser may forbid even that. */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/* The header's buttons. */

const confirmNew = byId("confirm-new", HTMLDialogElement);
byId("new", HTMLButtonElement).addEventListener("click", () => {
  if (transcript.started) confirmNew.showModal();
  else void startOver();
});
byId("confirm-yes", HTMLButtonElement).addEventListener("click", () => {
  confirmNew.close();
  void startOver();
});
byId("confirm-no", HTMLButtonElement).addEventListener("click", () => confirmNew.close());

async function startOver() {
  await chat.restart();
  restFocus();
}

byId("copy", HTMLButtonElement).addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(transcript.toText());
    toast(sq.transcript.copied);
  } catch {
    toast(sq.transcript.copyRefused);
  }
});

byId("download", HTMLButtonElement).addEventListener("click", () => {
  const url = URL.createObjectURL(new Blob([transcript.toText()], { type: "text/plain;charset=utf-8" }));
  el("a", { href: url, download: `ndihma-${new Date().toISOString().slice(0, 10)}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  toast(sq.transcript.downloaded);
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastEnds;

/** @param {string} text */
function toast(text) {
  const node = byId("toast", HTMLElement);
  clearTimeout(toastEnds);
  node.textContent = text;
  node.hidden = false;
  announcer.say(text);
  toastEnds = setTimeout(() => {
    node.hidden = true;
  }, 4_000);
}

/* The world outside. */

byId("retry-now", HTMLButtonElement).addEventListener("click", () => chat.hurry());
window.addEventListener("online", () => chat.hurry());
window.addEventListener("offline", () => chat.dropped());
for (const kind of ["pointerdown", "keydown", "focusin"]) {
  document.addEventListener(kind, () => chat.wake(), { passive: true });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") chat.hurry();
});
new ResizeObserver(() => {
  // The keyboard of a telephone takes half of the list: what was at the end stays at the end.
  if (composerHasFocus()) transcript.toEnd();
}).observe(scroller);

const composerHasFocus = () => document.activeElement?.id === "message";

transcript.quiet = true;
void chat.open();
if (hasFinePointer()) composer.focus();
