/** Every text of the console, in Albanian. */

import type { Action } from "./model";
import type { AreaKey, Presence, Role, State, View } from "./types";

export const product = "Konsola e agjentëve";
export const titled = (waiting: number): string => (waiting > 0 ? `(${waiting}) ${product} – Ndihma` : `${product} – Ndihma`);
export const loading = "Po ngarkohet…";
export const again = "Provo përsëri";
export const cancel = "Anulo";
export const closeIt = "Mbyll";
export const unreachable = "Serveri nuk u përgjigj. Kontrolloni lidhjen dhe provoni përsëri.";
export const offline = "Nuk ka lidhje me serverin. Po lidhemi përsëri; ajo që shihni mund të jetë e vjetruar.";
export const unforeseen = "Diçka nuk shkoi si duhet. Provoni përsëri.";
export const skip = "Kalo te biseda";
export const skipToArea = "Kalo te përmbajtja";

// Signing in
export const signIn = "Kyçja";
export const username = "Emri i përdoruesit";
export const password = "Fjalëkalimi";
export const next = "Vazhdo";
export const codeTitle = "Kodi i dytë";
export const code = "Kodi i aplikacionit";
export const codeHint = "Gjashtë shifrat e aplikacionit të vërtetimit, ose një kod rezervë si ABCD-EFGH-JKMN.";
export const enter = "Kyçu";
export const backToPassword = "Kthehu te fjalëkalimi";
export const withProvider = "Kyçu me llogarinë e ndërmarrjes";
export const or = "ose";
export const needed = "Plotësoni këtë fushë.";
export const codeLate = "Koha për kodin kaloi. Shkruani fjalëkalimin përsëri.";
export const sessionOver = "Kyçja juaj ka përfunduar. Kyçuni përsëri; ajo që keni shkruar mbahet në këtë dritare.";
export const signedOut = "Jeni çkyçur.";
export const providerRefused = "Kyçja me llogarinë e ndërmarrjes nuk u lejua. Drejtojuni administratorit.";
export const providerAway = "Kyçja me llogarinë e ndërmarrjes nuk është e mundur tani. Provoni më vonë.";
export const signOut = "Çkyçu";
export const retryFrom = (clock: string): string => `Mund të provoni përsëri në orën ${clock}.`;

// Setting an account up
export const setup = "Hapja e llogarisë";
export const welcome = (name: string, user: string): string => `Mirë se vini, ${name}. Emri juaj i përdoruesit është ${user}.`;
export const setupPhone = "Shtojeni llogarinë në telefon";
export const setupScan = "Skanoni kodin me një aplikacion të vërtetimit (p.sh. Aegis, Google Authenticator).";
export const setupQr = "Kodi QR për aplikacionin e vërtetimit";
export const setupSecret = "Ose shkruajeni çelësin me dorë:";
export const setupOpen = "Hape në aplikacionin e kësaj pajisjeje";
export const setupPassword = "Zgjidhni fjalëkalimin";
export const setupPasswordHint = "Së paku 12 shenja. Disa fjalë të rastit mbahen mend më lehtë.";
export const setupCode = "Shkruani kodin që tregon telefoni";
export const setupCodeHint = "Gjashtë shifra; ndryshojnë çdo 30 sekonda.";
export const setupDone = "Hap llogarinë";
export const setupMissing = "Lidhja e ftesës nuk është e plotë. Hapeni përsëri ashtu siç e keni marrë.";
export const recovery = "Kodet rezervë";
export const recoveryWhat = "Me secilin kyçeni një herë kur nuk e keni telefonin. Shfaqen vetëm tani: ruajini në vend të sigurt.";
export const recoveryCopy = "Kopjo kodet";
export const recoveryCopied = "U kopjuan.";
export const recoveryKept = "I kam ruajtur kodet rezervë";
export const recoveryGo = "Vazhdo te bisedat";

// The frame
export const roles: Record<Role, string> = { agent: "agjent", supervisor: "mbikëqyrës", auditor: "auditues" };
export const areas: Record<AreaKey, string> = {
  inbox: "Bisedat",
  assist: "Asistenca",
  accounts: "Llogaritë",
  supervision: "Mbikëqyrja",
  audit: "Auditimi",
};
export const areasLabel = "Pjesët e konsolës";
export const presence = "Prania juaj";
export const presences: Record<Presence, string> = { available: "Në dispozicion", busy: "Me punë", away: "Larg" };
export const presenceHint = "Kur jeni larg, klientëve nuk u thuhet se jeni këtu.";
export const views: Record<View | "callbacks", string> = {
  waiting: "Në pritje",
  mine: "Të miat",
  agents: "Te agjentët",
  snoozed: "Të shtyra",
  closed: "Të mbyllura",
  bot: "Te asistenti",
  callbacks: "Për thirrje",
};
export const viewsLabel = "Pamjet";
export const empty: Record<View, string> = {
  waiting: "Askush nuk pret. Mirë!",
  mine: "Nuk keni asnjë bisedë.",
  agents: "Asnjë agjent nuk ka bisedë.",
  snoozed: "Asnjë bisedë nuk është shtyrë.",
  closed: "Asnjë bisedë e mbyllur.",
  bot: "Askush nuk bisedon me asistentin.",
};
export const more = "Shfaq më shumë";
export const nobodySaid = "Ende pa mesazhe";
export const newWaiting = (count: number): string => (count === 1 ? "Një klient pret." : `${count} klientë presin.`);

// A conversation in a list
export const states: Record<State, string> = { bot: "te asistenti", waiting: "në pritje", agent: "te agjenti", snoozed: "e shtyrë", closed: "e mbyllur" };
export const owner = (name: string | null, mine: boolean): string => (mine ? "te ju" : `te ${name ?? "agjenti"}`);
export const waits = (time: string): string => `pret ${time}`;
export const late = "me vonesë";
export const until = (time: string): string => `deri në ${time}`;
export const seconds = (count: number): string => `${count} s`;
export const minutes = (count: number): string => `${count} min`;
export const hours = (count: number, rest: number): string => (rest > 0 ? `${count} orë ${rest} min` : `${count} orë`);
export const days = (count: number): string => (count === 1 ? "1 ditë" : `${count} ditë`);
export const talk = (id: string): string => `Biseda ${id}`;

// A conversation
export const choose = "Zgjidhni një bisedë nga lista.";
export const chooseHint = "Shtypni ? për shkurtoret e tastierës.";
export const logLabel = "Mesazhet e bisedës";
export const customer = "Klienti";
export const assistant = "Asistenti";
export const agent = "Agjenti";
export const note = (by: string): string => `Shënim i brendshëm nga ${by}`;
export const whispered = (by: string, to: string, seen: boolean): string => `Pëshpëritje nga ${by} (mbikëqyrës) për ${to}${seen ? ", e lexuar" : ""}`;
export const earlier = "Shfaq mesazhet e mëhershme";
export const source = (text: string): string => `Burimi: ${text}`;
export const offered = (titles: string): string => `Butonat: ${titles}`;
export const apology = "nuk u përgjigj dot";
export const handoffs = {
  waiting: "Klienti pret një agjent.",
  agent: (name: string | null): string => `Bisedën e ka ${name ?? "një agjent"}.`,
  bot: "Biseda u kthye te asistenti.",
};
export const ended = "Klienti e përfundoi bisedën.";
const number = (masked: string | null): string => (masked === null ? "numrin" : `numrin ${masked}`);
export const verification = {
  number_needed: (): string => "U kërkua numri për verifikim.",
  code_sent: (masked: string | null): string => `U kërkua një kod për ${number(masked)}.`,
  verified: (masked: string | null): string => `U verifikua ${masked === null ? "numri" : `numri ${masked}`}.`,
  cancelled: (): string => "Verifikimi u anulua.",
  expired: (): string => "Kodi skadoi.",
  locked: (): string => "Verifikimi u ndal përkohësisht.",
};
export const attachment = {
  wanted: (reference: string): string => `U kërkua dëshmia e pagesës për kërkesën ${reference}.`,
  received: (reference: string): string => `U pranua dëshmia e pagesës për kërkesën ${reference}.`,
};
export const reveal = { ready: "Iu ofrua kodi PUK, i mbuluar.", shown: "Klienti e hapi kodin PUK." };

// What was asked
export const summary = "Çfarë u pyet";
export const nothingAsked = "Klienti nuk ka pyetur ende asgjë.";
export const messages = (count: number): string => (count === 1 ? "1 mesazh" : `${count} mesazhe`);
export const verifiedNumber = (masked: string | null): string => (masked === null ? "Numri nuk është verifikuar" : `Numri i verifikuar: ${masked}`);
export const proofs = (count: number): string => (count === 1 ? "1 dëshmi e pagesës" : `${count} dëshmi të pagesës`);
export const sure = (percent: number): string => `siguria ${percent} %`;
export const unanswered = "pa përgjigje të asistentit";
/** What a message was taken for that is no topic of the FAQ, by intent. */
export const asides: Record<string, string> = { request_agent: "kërkoi një agjent", out_of_scope: "nuk u kuptua" };

// What an agent does
export const actions: Record<Action, string> = {
  take: "Merr bisedën",
  reply: "Përgjigju",
  note: "Shënim",
  whisper: "Pëshpërit",
  "hand-back": "Ktheje te asistenti",
  transfer: "Transfero",
  snooze: "Shtyje",
  close: "Mbylle",
  reopen: "Rihape",
};
export const toolbar = "Veprimet e bisedës";
export const done: Record<Exclude<Action, "reply" | "note" | "whisper">, string> = {
  take: "Biseda është te ju.",
  "hand-back": "Biseda u kthye te asistenti.",
  transfer: "Biseda u transferua.",
  snooze: "Biseda u shty.",
  close: "Biseda u mbyll.",
  reopen: "Biseda u rihap dhe pret në radhë.",
};
export const takenBy = (name: string): string => `Bisedën e mori ${name} para jush.`;
export const ownedBy = (name: string): string => `Bisedën e ka ${name}. Nuk u bë asnjë ndryshim.`;
export const changed = "Biseda ka ndryshuar ndërkohë. Këtu është gjendja e tanishme; nuk u bë asnjë ndryshim.";
export const composer = { reply: "Përgjigjja për klientin", note: "Shënimi i brendshëm" };
export const writeAs = "Shkruani";
export const send = { reply: "Dërgo", note: "Ruaj shënimin" };
export const sendHint = "Enter e dërgon, Shift+Enter hap rresht të ri.";
export const noteHint = "E sheh vetëm stafi, kurrë klienti.";
export const mayNotReply = "Për t’u përgjigjur, merrni së pari bisedën.";
export const notSent = "Nuk u dërgua. Teksti juaj është ruajtur këtu.";
export const tooLong = (most: number): string => `Teksti është tepër i gjatë: së shumti ${most} shenja.`;
export const transferTitle = "Transfero bisedën";
export const transferTo = "Te kush";
export const transferQueue = "Radha e pritjes";
export const transferTeam = (team: string, onDuty: number): string =>
  `Ekipi ${team} (${onDuty === 0 ? "askush nuk është këtu tani" : onDuty === 1 ? "1 agjent këtu" : `${onDuty} agjentë këtu`})`;
export const transferTeamHint = "Te një ekip klienti e ruan vendin sipas kohës kur e kërkoi agjentin.";
export const forTeam = (team: string): string => `për ekipin ${team}`;
export const forOwnTeam = "për ekipin tuaj";
export const snoozeTitle = "Shtyje bisedën";
export const snoozeFor = "Deri kur";
export const snoozeHint = "Kthehet më herët në radhë nëse klienti shkruan.";
export const snoozes: Record<string, string> = { "60": "1 orë", "240": "4 orë", "1440": "1 ditë", "10080": "7 ditë" };

// A supervisor's word to an agent
export const whisperTitle = (name: string): string => `Pëshpërit agjentit ${name}`;
export const whisperText = "Çfarë t’i thoni agjentit";
export const whisperHint = "E shohin vetëm agjenti dhe stafi, kurrë klienti. Agjentit i shfaqet menjëherë.";
export const whisperSend = "Pëshpërit";
export const whisperDone = (name: string): string => `${name} e sheh tani.`;
export const whisperHeard = (by: string, id: string): string => `${by} (mbikëqyrës) ju pëshpëriti për bisedën ${id}:`;
export const whisperOpen = "Hap bisedën";
export const whisperRead = "E lexova";

// Requests for a call
export const callbacksEmpty = "Askush nuk pret thirrje.";
export const callbackShow = "Shfaq numrin";
export const callbackDone = "U thirr klienti";
export const callbackTitle = "Shfaq numrin e klientit";
export const callbackReason = "Arsyeja";
export const callbackReasonHint = "Ruhet në ditarin e auditimit.";
export const callbackCode = "Konfirmoni me kodin e aplikacionit";
export const callbackVerified = "i verifikuar";
export const callbackTyped = "i shkruar, jo i verifikuar";

// Shortcuts
export const shortcuts = "Shkurtoret e tastierës";
export const shortcutsOn = "Shkurtoret me një shkronjë janë aktive";
export const keys: readonly (readonly [string, string])[] = [
  ["?", "Kjo fletë"],
  ["g, pastaj shkronja", "Pjesa tjetër e konsolës; shkronja e saj është e nënvizuar"],
  ["1 – 7", "Pamjet, sipas radhës"],
  ["j / k", "Biseda tjetër / e mëparshme në listë"],
  ["Enter", "Hap bisedën e zgjedhur"],
  ["m", actions.take],
  ["r", actions.reply],
  ["n", actions.note],
  ["w", `${actions.whisper} (mbikëqyrësit)`],
  ["b", actions["hand-back"]],
  ["t", actions.transfer],
  ["s", actions.snooze],
  ["x", actions.close],
  ["o", actions.reopen],
  ["p", "Ndrysho praninë"],
  ["/", "Fusha e kërkimit, te Llogaritë"],
  ["1 – 3, Enter, x", "Te Asistenca dhe te sugjerimet: zgjidh, fut, shëno si të gabuar"],
  ["f, k, r, s", "Te Asistenca: fjalët e klientit, kërkimi, përgjigjja, shënimi"],
  ["h", "Te sugjerimet e bisedës"],
  ["/", "Në përgjigje: sugjerimet dhe përgjigjet e gatshme"],
  ["Esc", "Dil nga fusha; mbyll dritaren"],
];
