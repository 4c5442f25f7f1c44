// @ts-check
/**
 * The shapes of the chat API (docs/api.md) as the page uses them. Types only: nothing imports this at run time.
 *
 * @typedef {{id: string, title: string}} Choice
 * @typedef {{text: string, reviewed: string}} Source
 * @typedef {"number_needed" | "code_sent" | "verified" | "cancelled" | "expired" | "locked"} VerificationState
 *
 * @typedef {{cursor: number, type: "message", at: string, message_id: string, client_id: string | null, text: string}} MessageEvent_
 * @typedef {{cursor: number, type: "reply", at: string, in_reply_to: string | null, text: string, buttons?: Choice[],
 *            source?: Source | null, outcome?: "answered" | "unavailable"}} ReplyEvent
 * @typedef {{cursor: number, type: "done", at: string, in_reply_to: string}} DoneEvent
 * @typedef {{cursor: number, type: "verification", at: string, state: VerificationState, masked: string | null,
 *            expires_at: string | null, purpose?: "account" | "puk", sent_to?: string | null,
 *            level?: number | null}} VerificationEvent
 * @typedef {{cursor: number, type: "reveal", at: string, state: "ready" | "shown", reference: string | null,
 *            expires_at: string | null}} RevealEvent
 * @typedef {{cursor: number, type: "attachment", at: string, state: "wanted" | "received",
 *            reference: string | null}} AttachmentEvent
 * @typedef {MessageEvent_ | ReplyEvent | DoneEvent | VerificationEvent | AttachmentEvent | RevealEvent} StoredEvent
 *
 * @typedef {{client_id: string, text: string, choice?: string, title?: string}} Outgoing
 *   A message on its way: `choice` is a button's id, and `text` is then the button's title.
 *
 * @typedef {"online" | "connecting" | "offline"} Connection
 */

export {};
