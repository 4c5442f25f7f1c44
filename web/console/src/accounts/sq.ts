/** The account panel's texts, in Albanian. */

import { days as inDays } from "../sq";
import type { ClubKind, DebtKind, Finding, LifeStatus, LineKind, RequestState, Revealable, SelfcareState, SimState } from "./types";

const MONTHS = ["janar", "shkurt", "mars", "prill", "maj", "qershor", "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor"];

/** `12 nëntor 2026`; the month counts from 1. */
export const day = (year: number, month: number, date: number): string => `${date} ${MONTHS[month - 1] ?? ""} ${year}`;

// The search
export const area = "Llogaritë e klientëve";
export const number = "Numri i telefonit";
export const numberHint = "Në çdo formë: 044 123 456, +383 44 123 456, 00383… ose +377 44…";
export const why = "Pse";
export const whyCall = "Thirrje telefonike";
export const whyTalk = (talk: string): string => `Për bisedën ${talk}`;
export const find = "Kërko";
export const audited = "Çdo shikim ruhet në ditarin e auditimit.";
export const emptySearch = "Kërkoni numrin e klientit që të shihni llogarinë e tij.";
export const emptyHint = "Shtypni / për te fusha e kërkimit.";
export const searching = "Po kërkohet llogaria…";
export const foundIt = (number: string): string => `U hap llogaria ${number}.`;

// The head of the panel
export const title = (number: string): string => `Llogaria ${number}`;
export const kinds: Record<LineKind, string> = { prepaid: "me mbushje (prepaid)", postpaid: "me kontratë (postpaid)", fixed: "linjë fikse" };
export const business = "biznes";
export const refresh = "Rifresko";
export const readAt = (moment: string): string => `Lexuar ${moment}`;
export const asOf = (moment: string): string => `gjendja e ${moment}`;
export const stale = (moment: string): string =>
  `Sistemi i llogarive nuk përgjigjet. Kjo është gjendja e fundit që dihet, e ${moment}; tani nuk mund të shfaqet asnjë e dhënë e mbuluar.`;
export const contradictory = "Regjistrimet e ciklit jetësor nuk përputhen mes vete, prandaj statusi nuk dihet.";
export const actions = "Hapi tjetër";
export const noActions = "Asgjë nuk kërkon veprim.";
export const urgent = "urgjente";
export const ofTalk = "Llogaria e klientit";
export const openIt = "Hap llogarinë";

// The life of a number
export const life = "Cikli jetësor";
export const statuses: Record<LifeStatus, string> = { valid: "Valid", active: "Aktiv", inactive: "Inaktiv", deactive: "Deaktiv", void: "I pavlefshëm" };
/** In a sentence. */
export const nextStatuses: Record<LifeStatus, string> = { ...statuses, void: "i pavlefshëm" };
export const today = "sot";
export const lifeUntil = (status: string, last: string, left: number, next: string): string =>
  left === 0 ? `${status}: sot është dita e fundit, pastaj ${next}.` : `${status} deri më ${last} (${left === 1 ? "mbetet" : "mbeten"} ${inDays(left)}), pastaj ${next}.`;
export const lifeVoid = (since: string): string => `I pavlefshëm që nga ${since}.`;
export const between = (first: string, last: string): string => `${first} – ${last}`;
export const from = (first: string): string => `nga ${first}`;
export const ifNothing = "Datat që vijnë vlejnë nëse numri nuk mbushet e nuk riaktivizohet.";
export const bought = "Blerja";
export const activated = "Aktivizimi";
export const validUntil = "Mbushja e fundit vlen deri më";
export const reactivated: Record<"keep_credit" | "fresh_start", string> = { keep_credit: "Riaktivizimi, opsioni 1", fresh_start: "Riaktivizimi, opsioni 2" };
export const credit = "Kredia";
export const creditAndTopUps = "Kredia dhe mbushjet";

// Money
export const bills = "Faturat dhe pagesat";
export const topUps = "Mbushjet";
export const noTopUps = "Sistemi i llogarive nuk tregon mbushje.";
export const debts: Record<DebtKind, (amount: string, day: string) => string> = {
  not_applicable: () => "Numri me mbushje nuk ka faturë.",
  nothing_due: () => "Nuk ka asnjë shumë për pagesë.",
  bill_open: (amount, day) => `Për pagesë ${amount}, afati ${day}.`,
  suspended: (amount, day) => `I ndërprerë për mospagesë që nga ${day}: për pagesë ${amount}.`,
  awaiting_reconnection: (_, day) => `Pagesa është regjistruar; linja, e ndërprerë që nga ${day}, pret rikyçjen.`,
  request_filed: (amount, day) => `I ndërprerë që nga ${day}: për pagesë ${amount}; kërkesa për rikyçje është e hapur.`,
};
export const overdue = "afati ka kaluar";
export const suspendedBySms = (amount: string): string => `Shuma e dërguar me SMS: ${amount}.`;
export const suspensionOver = (day: string, moment: string): string => `Ndërprerja e fundit: nga ${day} deri më ${moment}.`;
export const billOf = "Fatura";
export const due = "Afati";
export const amount = "Shuma";
export const open = "Për pagesë";
export const paid = "paguar";
export const payments = "Pagesat";
export const noPayments = "Nuk ka pagesa të regjistruara.";
export const noBills = "Nuk ka fatura.";

// Requests
export const requests = "Kërkesat për rikyçje";
export const noRequests = "Nuk ka kërkesa për rikyçje.";
export const requestStates: Record<RequestState, string> = { filed: "pret vendim", confirmed: "e konfirmuar", rejected: "e refuzuar" };
export const waitsForProof = "pret dëshminë";
export const filedAt = (moment: string): string => `Hapur ${moment}`;
export const decidedBy = (moment: string, by: string | null): string => `${moment}, nga ${by ?? "sistemi"}`;
export const reasonTold = (reason: string): string => `Klientit iu tha: ${reason}`;
export const customerSays = "Klienti thotë";
export const accountSays = "Llogaria thotë";
export const claimed = (amount: string | null, day: string | null): string => [amount ?? "shumën nuk e tha", day === null ? "datën nuk e tha" : `paguar më ${day}`].join(", ");
export const dueThen = (amount: string | null): string => (amount === null ? "shuma për pagesë nuk dihej" : `për pagesë ${amount} kur u bë kërkesa`);
export const dueNow = (amount: string): string => `tani për pagesë ${amount}`;
export const findings: Record<Finding, (amount: string) => string> = {
  not_given: () => "Klienti nuk e tha shumën.",
  due_unknown: () => "Shuma për pagesë nuk dihej.",
  nothing_due: () => "Pagesa është regjistruar tashmë.",
  matches: () => "Shumat përputhen.",
  less: (amount) => `${amount} më pak se shuma për pagesë.`,
  more: (amount) => `${amount} më shumë se shuma për pagesë.`,
};
export const noProofs = "Ende pa dëshmi.";
export const proof = (place: number, kind: string, size: string): string => `Dëshmia ${place} (${kind}, ${size})`;
export const proofKinds = { "image/jpeg": "foto JPG", "image/png": "foto PNG", "application/pdf": "PDF" } as const;
export const look = "Shih dëshminë";
export const save = "Ruaje PDF-në";
export const lookLabel = (place: number, reference: string): string => `Shih dëshminë ${place} të kërkesës ${reference}`;
export const saveLabel = (place: number, reference: string): string => `Ruaj si skedar dëshminë ${place} të kërkesës ${reference}`;
export const saved = "PDF-ja u ruajt te shkarkimet. Fshijeni skedarin pasi ta shihni.";
export const proofTitle = (reference: string): string => `Dëshmia e pagesës, ${reference}`;
export const proofPicture = (reference: string): string => `Dëshmia e pagesës që e dërgoi klienti për kërkesën ${reference}`;
export const wholeSize = "Madhësia e plotë";
export const fitted = "Përshtate në dritare";
export const confirm = "Konfirmo";
export const reject = "Refuzo";
export const confirmLabel = (reference: string): string => `Konfirmo kërkesën ${reference}`;
export const rejectLabel = (reference: string): string => `Refuzo kërkesën ${reference}`;
export const confirmTitle = (reference: string): string => `Konfirmo kërkesën ${reference}`;
export const confirmWhat = "Konfirmojeni vetëm pasi linja të jetë rikyçur. Klientit i thuhet që pagesa u konfirmua; vendimi nuk kthehet.";
export const rejectTitle = (reference: string): string => `Refuzo kërkesën ${reference}`;
export const rejectWhy = "Arsyeja për klientin";
export const rejectHint = "Klienti e lexon ashtu siç është, p.sh. „Dëshmia nuk lexohet“.";
export const confirmed = (reference: string): string => `Kërkesa ${reference} u konfirmua; klienti u njoftua.`;
export const rejected = (reference: string): string => `Kërkesa ${reference} u refuzua; klienti u njoftua.`;

// The portal, the club, the card, contacts
export const selfcare = "Portali Selfcare";
export const selfcares: Record<SelfcareState, string> = {
  not_registered: "Ende pa u kyçur asnjëherë.",
  registered: "I regjistruar.",
  locked: "I bllokuar.",
  prepaid: "Vlen vetëm për numrat me kontratë.",
  fixed_line: "Për linjën fikse regjistrohet në Qendrën e Kujdesit për Konsumatorë.",
};
export const registeredOn = (day: string): string => `I regjistruar që nga ${day}.`;
export const club = "Klubi i biznesit";
export const clubs: Record<ClubKind, string> = {
  not_a_business: "Nuk është biznes.",
  no_club: "Biznesi nuk është në asnjë klub.",
  complete: "Kushti i pakos është plotësuar.",
  missing_contracts: "Kushti i pakos nuk është plotësuar.",
};
export const clubName = (name: string, pack: string): string => `„${name}“, pakoja „${pack}“`;
export const members = "Anëtarë gjithsej";
export const contracts = "Me kontratë mujore";
export const ofRequired = (have: number, required: number): string => `${have} nga ${required} që kërkon pakoja`;
export const without = "Pa kontratë mujore";
export const missing = "Mungojnë";
export const missingContracts = (count: number): string => (count === 1 ? "1 kontratë mujore" : `${count} kontrata mujore`);
export const newNeeded = "Anëtarë të rinj që duhen";
export const noNames = "Sistemi i llogarive tregon vetëm numrin e anëtarëve, jo kush janë.";
export const sim = "SIM kartela";
export const sims: Record<SimState, string> = {
  in_use: "Në përdorim.",
  puk_locked: "E bllokuar, kërkon kodin PUK.",
  lost: "E shënuar si e humbur.",
  no_sim: "Linja fikse nuk ka SIM kartelë.",
};
export const changedOn = (day: string): string => `Ndërruar më ${day}.`;
export const reached = "I vijnë kodet me SMS.";
export const notReached = "Nuk i vijnë kodet me SMS.";
export const serial = "Numri serik";
export const contacts = "Kontaktet e regjistruara";
export const noContacts = "Asnjë kontakt tjetër.";
export const since = (day: string): string => `që nga ${day}`;

// Revealing
export const reveal = "Shfaq";
export const hide = "Fshih";
const fields: Record<Revealable, string> = { msisdn: "numrin", contact: "kontaktin", iccid: "numrin serik" };
export const revealLabel = (field: Revealable, masked: string): string => `Shfaq ${fields[field]} ${masked}`;
export const hideLabel = (field: Revealable): string => `Fshih ${fields[field]}`;
export const revealTitle = (field: Revealable): string => `Shfaq ${fields[field]}`;
export const revealed = (field: Revealable): string => `U shfaq ${{ msisdn: "numri", contact: "kontakti", iccid: "numri serik" }[field]}.`;
export const puk = "Kodi PUK";
export const pukShow = "Shfaq kodin PUK";
export const pukWhat = "Tregohet një herë në 24 orë e së shumti tri herë në 30 ditë, për 60 sekonda. Kontaktet e klientit njoftohen.";
export const pukReasonHint = "Së paku 10 shenja: pse i duhet klientit dhe si e verifikuat. Ruhet në ditarin e auditimit.";
export const pukShown = "Kodi PUK u shfaq për 60 sekonda.";
export const pukGone = "Kodi PUK u fshi nga ekrani.";
export const puk1 = "PUK";
export const puk2 = "PUK2";
export const pukLeft = (seconds: number): string => `Fshihet pas ${seconds} s.`;
