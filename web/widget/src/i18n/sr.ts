/** The sentences in Serbian, in Latin letters. */

export const lang = "sr";
/** Not every browser knows the months of every language. */
export const months = "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar";
export const calendar = (day: number, month: string, year: number): string => `${day}. ${month} ${year}.`;

export const name = "Ndihma";
export const assistant = "Asistent Ndihma";
export const tagline = "Valin asistent";
export const me = "Vi";
export const notice = "Obaveštenje";
export const anAgent = "Valin agent";
export const agent = (name: string): string => `${name}, Vala`;

export const open = "Otvori razgovor sa Ndihmom";
/** Counts stand behind a colon, where every number goes with the same form. */
export const unread = (n: number): string => `Novih poruka: ${n}`;
export const close = "Zatvori";
export const menu = "Radnje u razgovoru";
export const log = "Razgovor";
export const latest = "Nove poruke";
export const safety = "Ne pišite PIN, PUK kod ni lozinku.";
export const call = "Pozovite besplatno: 080010000";

export const label = "Vaša poruka";
export const placeholder = "Napišite pitanje…";
export const send = "Pošalji";
export const tooLong = (n: number): string => `Poruka je preduga. Znakova previše: ${n}.`;

export const sending = "šalje se…";
export const queued = "čeka vezu";
export const sent = "poslato";
export const failed = "nije poslato";
export const retry = "Pokušaj ponovo";
export const edit = "Izmeni";
/** After an answer that was none, because a system was away. */
export const again = "Pitaj ponovo";
export const redacted = "Radi vaše bezbednosti, deo poruke je sakriven.";
export const typing = (who: string): string => `${who} piše…`;
export const choices = "Brzi odgovori";
export const topics = "Teme za početak";
export const used = "izabrano";
export const source = (text: string, day: string): string => `Izvor: ${text} · pregledano ${day}`;

export const toAgent = "Razgovaraj sa agentom";
/** What it says for the customer: Albanian in every language, because the assistant reads it. */
export const agentRequest = "Fol me një agjent";
export const waiting = "Čekamo agenta.";
export const position = (place: number): string => `${waiting} Vaše mesto u redu: ${place}.`;
export const withAgent = (name: string): string => `Agent se uključio u razgovor: ${name}.`;
export const handBack = "Agent je napustio razgovor. Nastavlja asistent Ndihma.";

export const offline = "Nema veze. Vaše poruke se čuvaju ovde.";
export const now = "Pokušaj odmah";
export const back = "Veza je ponovo uspostavljena.";
export const cannotStart = "Razgovor se trenutno ne može otvoriti. Pokušavamo ponovo; možete i besplatno pozvati 080010000.";
export const expired = "Prethodni razgovor je istekao, pa smo započeli novi.";
export const asleep = "Razgovor je istekao. Novi počinje čim nastavite.";

export const fresh = "Novi razgovor";
export const end = "Završi razgovor";
export const endAsk = "Da završimo razgovor?";
/** Said of the end and of a new conversation. */
export const endLead = "Ovaj razgovor se zatvara i ne može se ponovo otvoriti. Ako vam treba, najpre ga preuzmite.";
export const freshAsk = "Da započnemo novi razgovor?";
export const finish = "Završi";
export const cancel = "Otkaži";
export const ended = "Razgovor je završen.";
export const endedByAgent = "Agent je završio razgovor.";
export const download = "Preuzmi razgovor";
export const copy = "Kopiraj razgovor";
export const copied = "Razgovor je kopiran.";
export const telegram = "Nastavi u Telegramu";
export const openTelegram = "Otvori Telegram";
export const madeOn = (day: string): string => `Razgovor od ${day}`;
export const sound = "Zvuk za novu poruku";
export const notify = "Obaveštenje pregledača";
export const notifyRefused = "Pregledač nije dozvolio obaveštenja.";
export const newMessage = "Imate novu poruku.";

export const rateAsk = "Kako smo vas uslužili?";
export const stars = (score: number): string => `${score} od 5`;
export const comment = "Komentar (ako želite)";
export const rate = "Pošalji ocenu";
export const rateMissing = "Izaberite ocenu od 1 do 5.";
export const rated = "Hvala na oceni.";

export const verify = "Potvrdite svoj broj";
export const verifyLead = "Za podatke o nalogu šaljemo vam jednokratni kod.";
export const pukLead = "Napišite broj SIM kartice. Jednokratni kod se šalje na vaše ranije registrovane kontakte.";
export const number = "Broj telefona";
export const numberHint = "Na primer 044 123 456";
export const numberBad = "Napišite ceo broj, na primer 044 123 456.";
export const sendCode = "Pošalji kod";
export const codeTitle = "Napišite kod";
/** The number is masked, with a space before it, or "". */
export const codeLead = (masked: string): string => `Ako je broj${masked} Valin, kod uskoro stiže SMS-om; ako broj ne prima SMS, na registrovani kontakt.`;
export const pukCode = "Ako je broj Valin, kod stiže na registrovani kontakt. Ako ne, zatražite novi kod: ide na sledeći kontakt.";
export const secondCode = (to: string): string => `Drugi kod se šalje na kontakt ${to}.`;
export const contactProved = "Kod je bio tačan.";
export const code = "Kod od 6 cifara";
export const codeBad = "Kod ima 6 cifara.";
export const check = "Potvrdi";
export const tries = (n: number): string => `Preostalo pokušaja: ${n}.`;
export const codeLife = (clock: string): string => `Kod važi još ${clock}`;
export const codeOver = "Kod je istekao. Zatražite novi kod.";
export const resend = "Pošalji novi kod";
export const resendIn = (seconds: number): string => `Pošalji novi kod (za ${seconds} s)`;
export const noCode = "Kod nije stigao? Za fiksnu liniju, deaktiviran broj i blokiranu ili izgubljenu SIM karticu šalje se samo na broj ili e-mail registrovan pre više od 72 sata. Zatražite novi kod, besplatno pozovite 080010000 ili dođite na Valine šaltere.";
export const noPukCode = "Kod nije stigao? Šalje se samo na kontakte registrovane pre više od 72 sata. Zatražite novi kod: ide na sledeći kontakt, ili besplatno pozovite 080010000.";
export const change = "Izmeni broj";
export const verified = (masked: string, time: string): string => `Broj ${masked} je potvrđen. Važi do ${time}.`;
export const verifyCancelled = "Potvrđivanje je otkazano.";
export const usedUp = "Kod više ne važi, jer je više puta pogrešno unet. Zatražite novi kod.";
export const locked = (until: string): string => `Potvrđivanje ovog broja je zaustavljeno posle više pogrešnih pokušaja. Pokušajte posle ${until} ili besplatno pozovite 080010000.`;

export const puk = "PUK kod";
export const pukCover = "Proverite da niko ne vidi ekran. Kod se prikazuje jednom, na 60 sekundi.";
export const pukShow = "Prikaži kod";
export const pukHides = (seconds: number): string => `Kod se sakriva za ${seconds} s.`;
export const pukShown = "PUK kod je prikazan.";

export const proof = "Dokaz o uplati";
export const proofLead = "Izaberite ili prevucite ovde fotografiju ili dokument o uplati: JPG, PNG ili PDF, do 5 MB.";
export const choose = "Izaberi datoteku";
export const photograph = "Fotografiši";
export const sendProof = "Pošalji dokaz";
export const progress = (percent: number): string => `Otprema se… ${percent} %`;
export const uploading = "Otpremanje dokaza";
export const proofCancelled = "Otpremanje je otkazano.";
export const badType = "Dozvoljene su samo datoteke JPG, PNG ili PDF.";
export const tooBig = "Datoteka je veća od 5 MB.";
export const empty = "Datoteka je prazna.";
export const missing = "Najpre izaberite datoteku.";
export const claim = "Ako želite, upišite i iznos i datum.";
export const amount = "Plaćeni iznos (€)";
export const amountHint = "Na primer 23,40";
export const amountBad = "Upišite iznos ciframa, od 0,01 do 10.000 €, na primer 23,40.";
export const paidOn = "Datum uplate";
export const dayHalf = "Popunite datum ili ga obrišite.";
export const dayAhead = "Datum uplate ne može biti u budućnosti ni stariji od godinu dana.";
export const received = "Primili smo dokaz o uplati.";
export const receivedRef = (reference: string): string => `${received} Referenca zahteva: ${reference}.`;

export const network = "Nema veze sa uslugom. Proverite internet i pokušajte ponovo.";
export const server = "Usluga nije dostupna. Pokušajte uskoro.";

/** What stands where the server took a secret out of a message: its placeholder's name and the words for it. */
export const hidden: Readonly<Record<string, string>> = {
  msisdn: "[broj telefona]",
  iccid: "[broj SIM kartice]",
  code: "[kod]",
  puk: "[PUK kod]",
  personal_number: "[lični broj]",
  card: "[broj bankovne kartice]",
  email: "[e-mail]",
  number: "[broj]",
};
