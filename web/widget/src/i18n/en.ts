/** The sentences in English. */

export const lang = "en";
/** Not every browser knows the months of every language. */
export const months = "January February March April May June July August September October November December";
export const calendar = (day: number, month: string, year: number): string => `${day} ${month} ${year}`;
const many = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const name = "Ndihma";
export const assistant = "Ndihma, assistant";
export const tagline = "Vala’s assistant";
export const me = "You";
export const notice = "Notice";
export const anAgent = "Vala agent";
export const agent = (name: string): string => `${name}, Vala`;

export const open = "Open the chat with Ndihma";
export const unread = (n: number): string => many(n, `${n} new message`, `${n} new messages`);
export const close = "Close";
export const menu = "Chat actions";
export const log = "Conversation";
export const latest = "New messages";
export const safety = "Do not write your PIN, PUK code or password.";
export const call = "Call free of charge: 080010000";

export const label = "Your message";
export const placeholder = "Write your question…";
export const send = "Send";
export const tooLong = (n: number): string => many(n, `The message is too long: remove ${n} character.`, `The message is too long: remove ${n} characters.`);

export const sending = "sending…";
export const queued = "waiting for the connection";
export const sent = "sent";
export const failed = "not sent";
export const retry = "Try again";
export const edit = "Change";
/** After an answer that was none, because a system was away. */
export const again = "Ask again";
export const redacted = "For your safety, part of the message was hidden.";
export const typing = (who: string): string => `${who} is typing…`;
export const choices = "Quick replies";
export const topics = "Topics to start with";
export const used = "chosen";
export const source = (text: string, day: string): string => `Source: ${text} · reviewed on ${day}`;

export const toAgent = "Talk to an agent";
/** What it says for the customer: Albanian in every language, because the assistant reads it. */
export const agentRequest = "Fol me një agjent";
export const waiting = "We are waiting for an agent.";
export const position = (place: number): string => `${waiting} Your place in the queue: ${place}.`;
export const withAgent = (name: string): string => `An agent joined the conversation: ${name}.`;
export const handBack = "The agent left the conversation. The assistant Ndihma goes on.";

export const offline = "No connection. Your messages are kept here.";
export const now = "Try now";
export const back = "The connection is back.";
export const cannotStart = "The conversation cannot be opened now. We keep trying; meanwhile you can call 080010000 free of charge.";
export const expired = "The earlier conversation expired, so we started a new one.";
export const asleep = "The conversation expired. A new one starts as soon as you go on.";

export const fresh = "New conversation";
export const end = "End conversation";
export const endAsk = "End the conversation?";
/** Said of the end and of a new conversation. */
export const endLead = "This conversation closes and cannot be opened again. If you need it, download it first.";
export const freshAsk = "Start a new conversation?";
export const finish = "End";
export const cancel = "Cancel";
export const ended = "The conversation has ended.";
export const endedByAgent = "The agent ended the conversation.";
export const download = "Download conversation";
export const copy = "Copy the conversation";
export const copied = "The conversation was copied.";
export const telegram = "Continue in Telegram";
export const openTelegram = "Open Telegram";
export const madeOn = (day: string): string => `Conversation of ${day}`;
export const sound = "Sound for a new message";
export const notify = "Browser notification";
export const notifyRefused = "The browser did not allow notifications.";
export const newMessage = "You have a new message.";

export const rateAsk = "How did we do?";
export const stars = (score: number): string => `${score} of 5`;
export const comment = "Comment (if you like)";
export const rate = "Send rating";
export const rateMissing = "Choose a rating from 1 to 5.";
export const rated = "Thank you for your rating.";

export const verify = "Verify your number";
export const verifyLead = "To show you your account’s data, we send you a one-time code.";
export const pukLead = "Write the SIM card’s number. The one-time code goes to your contacts registered earlier.";
export const number = "Phone number";
export const numberHint = "For example 044 123 456";
export const numberBad = "Write the whole number, for example 044 123 456.";
export const sendCode = "Send code";
export const codeTitle = "Write the code";
/** The number is masked, with a space before it, or "". */
export const codeLead = (masked: string): string => `If the number${masked} is Vala’s, the code arrives by SMS shortly; if the number takes no SMS, at a registered contact.`;
export const pukCode = "If the number is Vala’s, the code arrives at a registered contact. If it does not come, ask for a new code: it goes to the next contact.";
export const secondCode = (to: string): string => `The second code is being sent to the contact ${to}.`;
export const contactProved = "The code was right.";
export const code = "6-digit code";
export const codeBad = "The code has 6 digits.";
export const check = "Verify";
export const tries = (n: number): string => many(n, `You have ${n} try left.`, `You have ${n} tries left.`);
export const codeLife = (clock: string): string => `The code is valid for another ${clock}`;
export const codeOver = "The code has expired. Ask for a new code.";
export const resend = "Send a new code";
export const resendIn = (seconds: number): string => `Send a new code (in ${seconds} s)`;
export const noCode = "No code? For a fixed line, a deactivated number and a locked or lost SIM card it goes only to a number or e-mail registered more than 72 hours ago. Ask for a new code, call 080010000 free of charge or come to a Vala counter.";
export const noPukCode = "No code? It goes only to contacts registered more than 72 hours ago. Ask for a new code: it goes to the next contact, or call 080010000 free of charge.";
export const change = "Change number";
export const verified = (masked: string, time: string): string => `The number ${masked} was verified. Valid until ${time}.`;
export const verifyCancelled = "The verification was cancelled.";
export const usedUp = "The code is no longer valid, because it was mistyped too often. Ask for a new code.";
export const locked = (until: string): string => `Verification of this number was stopped after too many wrong tries. Try after ${until} or call 080010000 free of charge.`;

export const puk = "PUK code";
export const pukCover = "Make sure that nobody else sees the screen. The code is shown once, for 60 seconds.";
export const pukShow = "Show code";
export const pukHides = (seconds: number): string => `The code is hidden in ${seconds} s.`;
export const pukShown = "The PUK code was shown.";

export const proof = "Proof of payment";
export const proofLead = "Choose the photo or document of the payment or drop it here: JPG, PNG or PDF, up to 5 MB.";
export const choose = "Choose file";
export const photograph = "Take a photo";
export const sendProof = "Send proof";
export const progress = (percent: number): string => `Uploading… ${percent} %`;
export const uploading = "Upload of the proof";
export const proofCancelled = "The upload was cancelled.";
export const badType = "Only JPG, PNG or PDF files are allowed.";
export const tooBig = "The file is larger than 5 MB.";
export const empty = "The file is empty.";
export const missing = "Choose the file first.";
export const claim = "If you like, enter the amount and the day too.";
export const amount = "Amount paid (€)";
export const amountHint = "For example 23.40";
export const amountBad = "Enter the amount in digits, from 0.01 to 10,000 €, for example 23.40.";
export const paidOn = "Day of payment";
export const dayHalf = "Complete the date or clear it.";
export const dayAhead = "The day of payment cannot be in the future or more than a year ago.";
export const received = "We have received the proof of payment.";
export const receivedRef = (reference: string): string => `${received} Reference of the request: ${reference}.`;

export const network = "No connection to the service. Check your internet and try again.";
export const server = "The service is not available at the moment. Try again shortly.";

/** What stands where the server took a secret out of a message: its placeholder's name and the words for it. */
export const hidden: Readonly<Record<string, string>> = {
  msisdn: "[phone number]",
  iccid: "[SIM card number]",
  code: "[code]",
  puk: "[PUK code]",
  personal_number: "[personal number]",
  card: "[bank card number]",
  email: "[e-mail]",
  number: "[number]",
};
