/**
 * Every sentence of the widget, in Albanian. Wording follows the project's glossary: polite "ju", one word for one thing.
 * A bundle holds one language; `sr.ts` and `en.ts` have the same names.
 */

export const lang = "sq";
/** Not every browser knows the months of every language. */
export const months = "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor";
export const calendar = (day: number, month: string, year: number): string => `${day} ${month} ${year}`;
const many = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const name = "Ndihma";
export const assistant = "Asistenti Ndihma";
export const tagline = "Asistenti i Valës";
export const me = "Ju";
export const notice = "Njoftim";
export const anAgent = "Agjent i Valës";
export const agent = (name: string): string => `${name}, Vala`;

export const open = "Hap bisedën me Ndihmën";
export const unread = (n: number): string => many(n, `${n} mesazh i ri`, `${n} mesazhe të reja`);
export const close = "Mbyll";
export const menu = "Veprimet e bisedës";
export const log = "Biseda";
export const latest = "Mesazhet e reja";
export const safety = "Mos shkruani PIN-in, kodin PUK apo fjalëkalimin.";
export const call = "Thirrni pa pagesë: 080010000";

export const label = "Mesazhi juaj";
export const placeholder = "Shkruani pyetjen tuaj…";
export const send = "Dërgo";
export const tooLong = (n: number): string => `Mesazhi është tepër i gjatë: hiqni ${n} ${many(n, "shenjë", "shenja")}.`;

export const sending = "po dërgohet…";
export const queued = "pret lidhjen";
export const sent = "u dërgua";
export const failed = "nuk u dërgua";
export const retry = "Provo përsëri";
export const edit = "Ndrysho";
/** After an answer that was none, because a system was away. */
export const again = "Pyet përsëri";
export const redacted = "Për sigurinë tuaj, një pjesë e mesazhit u fsheh.";
export const typing = (who: string): string => `${who} po shkruan…`;
export const choices = "Përgjigje të shpejta";
export const topics = "Tema për fillim";
export const used = "e zgjedhur";
export const source = (text: string, day: string): string => `Burimi: ${text} · rishikuar më ${day}`;

export const toAgent = "Fol me një agjent";
/** What it says for the customer: Albanian in every language, because the assistant reads it. */
export const agentRequest = "Fol me një agjent";
export const waiting = "Po presim një agjent.";
export const position = (place: number): string => `${waiting} Vendi juaj në radhë: ${place}.`;
export const withAgent = (name: string): string => `Agjenti u kyç në bisedë: ${name}.`;
export const handBack = "Agjenti u largua nga biseda. Vazhdon asistenti Ndihma.";

export const offline = "Pa lidhje. Mesazhet tuaja ruhen këtu.";
export const now = "Provo tani";
export const back = "Lidhja u rikthye.";
export const cannotStart = "Biseda nuk mund të hapet tani. Provojmë përsëri; mund të thirrni edhe 080010000, pa pagesë.";
export const expired = "Biseda e mëparshme skadoi, prandaj filluam një të re.";
export const asleep = "Biseda skadoi. E reja fillon sapo të vazhdoni.";

export const fresh = "Bisedë e re";
export const end = "Përfundo bisedën";
export const endAsk = "Ta përfundojmë bisedën?";
/** Said of the end and of a new conversation. */
export const endLead = "Kjo bisedë nuk mund të rihapet. Nëse ju duhet, shkarkojeni më parë.";
export const freshAsk = "Të fillojmë një bisedë të re?";
export const finish = "Përfundo";
export const cancel = "Anulo";
export const ended = "Biseda përfundoi.";
export const endedByAgent = "Agjenti e përfundoi bisedën.";
export const download = "Shkarko bisedën";
export const copy = "Kopjo bisedën";
export const copied = "Biseda u kopjua.";
export const telegram = "Vazhdo në Telegram";
export const openTelegram = "Hap Telegramin";
export const madeOn = (day: string): string => `Bisedë e datës ${day}`;
export const sound = "Zë për mesazh të ri";
export const notify = "Njoftim nga shfletuesi";
export const notifyRefused = "Shfletuesi nuk i lejoi njoftimet.";
export const newMessage = "Keni një mesazh të ri.";

export const rateAsk = "Si ju shërbyem?";
export const stars = (score: number): string => `${score} nga 5`;
export const comment = "Koment (nëse dëshironi)";
export const rate = "Dërgo vlerësimin";
export const rateMissing = "Zgjidhni një vlerësim nga 1 deri në 5.";
export const rated = "Faleminderit për vlerësimin.";

export const verify = "Verifikoni numrin tuaj";
export const verifyLead = "Për t’ju treguar të dhënat e llogarisë, ju dërgojmë një kod njëpërdorimësh.";
export const pukLead = "Shkruani numrin e SIM kartelës. Kodi njëpërdorimësh dërgohet te kontaktet tuaja të regjistruara më parë.";
export const number = "Numri i telefonit";
export const numberHint = "Për shembull 044 123 456";
export const numberBad = "Shkruani numrin e plotë, për shembull 044 123 456.";
export const sendCode = "Dërgo kodin";
export const codeTitle = "Shkruani kodin";
/** The number is masked, with a space before it, or "". */
export const codeLead = (masked: string): string => `Nëse numri${masked} është i Valës, kodi arrin me SMS pas pak; nëse numri nuk merr SMS, te një kontakt i regjistruar.`;
export const pukCode = "Nëse numri është i Valës, kodi arrin te një kontakt i regjistruar. Nëse nuk vjen, kërkoni kod të ri: shkon te kontakti tjetër.";
export const secondCode = (to: string): string => `Kodi i dytë po dërgohet te kontakti ${to}.`;
export const contactProved = "Kodi ishte i saktë.";
export const code = "Kodi me 6 shifra";
export const codeBad = "Kodi ka 6 shifra.";
export const check = "Verifiko";
export const tries = (n: number): string => `Ju ${many(n, "mbetet", "mbeten")} ${n} përpjekje.`;
export const codeLife = (clock: string): string => `Kodi vlen edhe ${clock}`;
export const codeOver = "Kodi skadoi. Kërkoni një kod të ri.";
export const resend = "Dërgo kod të ri";
export const resendIn = (seconds: number): string => `Dërgo kod të ri (pas ${seconds} s)`;
export const noCode = "Nuk ju erdhi kodi? Për linjën fikse, numrin Deaktiv dhe SIM kartelën e bllokuar ose të humbur dërgohet vetëm te një numër ose e-mail i regjistruar më shumë se 72 orë më parë. Kërkoni kod të ri, thirrni 080010000, pa pagesë, ose ejani në sportelet e Valës.";
export const noPukCode = "Nuk ju erdhi kodi? Dërgohet vetëm te kontaktet e regjistruara më shumë se 72 orë më parë. Kërkoni kod të ri, që shkon te kontakti tjetër, ose thirrni 080010000, pa pagesë.";
export const change = "Ndrysho numrin";
export const verified = (masked: string, time: string): string => `Numri ${masked} u verifikua. Vlen deri në orën ${time}.`;
export const verifyCancelled = "Verifikimi u anulua.";
export const usedUp = "Kodi nuk vlen më, sepse u shkrua gabim shumë herë. Kërkoni një kod të ri.";
export const locked = (until: string): string => `Verifikimi i këtij numri u ndal pas shumë përpjekjeve të gabuara. Provoni pas datës ${until} ose thirrni 080010000, pa pagesë.`;

export const puk = "Kodi PUK";
export const pukCover = "Sigurohuni që askush tjetër nuk e sheh ekranin. Kodi shfaqet një herë, për 60 sekonda.";
export const pukShow = "Shfaq kodin";
export const pukHides = (seconds: number): string => `Kodi fshihet pas ${seconds} s.`;
export const pukShown = "Kodi PUK u shfaq.";

export const proof = "Dëshmia e pagesës";
export const proofLead = "Zgjidhni ose tërhiqni këtu fotografinë a dokumentin e pagesës: JPG, PNG ose PDF, deri në 5 MB.";
export const choose = "Zgjidh skedarin";
export const photograph = "Fotografo";
export const sendProof = "Dërgo dëshminë";
export const progress = (percent: number): string => `Po ngarkohet… ${percent} %`;
export const uploading = "Ngarkimi i dëshmisë";
export const proofCancelled = "Ngarkimi u anulua.";
export const badType = "Lejohen vetëm skedarë JPG, PNG ose PDF.";
export const tooBig = "Skedari është më i madh se 5 MB.";
export const empty = "Skedari është bosh.";
export const missing = "Së pari zgjidhni skedarin.";
export const claim = "Nëse dëshironi, shënoni edhe shumën dhe datën.";
export const amount = "Shuma e paguar (€)";
export const amountHint = "Për shembull 23,40";
export const amountBad = "Shkruani shumën vetëm me shifra, për shembull 23,40.";
export const paidOn = "Data e pagesës";
export const dayHalf = "Plotësoni datën ose fshijeni.";
export const dayAhead = "Data e pagesës nuk mund të jetë në të ardhmen.";
export const received = "E morëm dëshminë e pagesës.";
export const receivedRef = (reference: string): string => `${received} Referenca e kërkesës: ${reference}.`;

export const network = "Nuk ka lidhje. Kontrolloni internetin dhe provoni përsëri.";
export const server = "Shërbimi nuk është në dispozicion. Provoni përsëri pas pak.";

/** What stands where the server took a secret out of a message: its placeholder's name and the words for it. */
export const hidden: Readonly<Record<string, string>> = {
  msisdn: "[numër telefoni]",
  iccid: "[numër SIM kartele]",
  code: "[kod]",
  puk: "[kod PUK]",
  personal_number: "[numër personal]",
  card: "[numër karte bankare]",
  email: "[e-mail]",
  number: "[numër]",
};
