// @ts-check
/** Every Albanian sentence of the page, in one place. Wording follows the project's glossary: polite "ju", one word for one thing. */

const MONTHS = [
  "janar", "shkurt", "mars", "prill", "maj", "qershor", "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor",
];

export const sq = Object.freeze({
  months: Object.freeze(MONTHS),

  page: Object.freeze({
    skip: "Kalo te mesazhi",
    actions: "Veprimet e bisedës",
    fresh: "Bisedë e re",
    copy: "Kopjo bisedën",
    download: "Shkarko bisedën",
    transcript: "Biseda",
    latest: "Mesazhet e reja",
    safety: "Mos shkruani në bisedë PIN-in, kodin PUK apo fjalëkalimin.",
    call: "Qendra e Thirrjeve (pa pagesë): 080010000",
  }),

  who: Object.freeze({ me: "Ju", assistant: "Ndihma", system: "Njoftim" }),

  composer: Object.freeze({
    label: "Mesazhi juaj",
    placeholder: "Shkruani pyetjen tuaj…",
    send: "Dërgo",
    keys: "Enter e dërgon mesazhin, Shift + Enter kalon në rresht të ri.",
    /** @param {number} used @param {number} limit */
    counter: (used, limit) => `${used} nga ${limit} shenja`,
    /** @param {number} over */
    tooLong: (over) => `Mesazhi është tepër i gjatë: hiqni ${over} ${over === 1 ? "shenjë" : "shenja"}.`,
    /** @param {number} left */
    nearLimit: (left) => (left === 1 ? "Ju mbetet 1 shenjë." : `Ju mbeten ${left} shenja.`),
  }),

  state: Object.freeze({
    sending: "po dërgohet…",
    sent: "u dërgua",
    failed: "nuk u dërgua",
    retry: "Provo përsëri",
    edit: "Ndrysho",
    redacted: "Për sigurinë tuaj, një pjesë e mesazhit u fsheh.",
    typing: "Ndihma po shkruan…",
    choices: "Përgjigje të shpejta",
    topics: "Tema për fillim",
    used: "e zgjedhur",
    askAgain: "Pyet përsëri",
  }),

  /** What stands where the server took a secret out of a message: its placeholder's name and the words for it. */
  hidden: Object.freeze({
    msisdn: "[numër telefoni]",
    iccid: "[numër SIM kartele]",
    code: "[kod]",
    puk: "[kod PUK]",
    personal_number: "[numër personal]",
    card: "[numër karte bankare]",
    email: "[e-mail]",
    number: "[numër]",
  }),

  /** @param {string} text @param {string} date */
  source: (text, date) => `Burimi: ${text} · rishikuar më ${date}`,

  connection: Object.freeze({
    offline: "Pa lidhje. Po provojmë përsëri…",
    /** @param {number} seconds */
    retryIn: (seconds) => `Pa lidhje. Provojmë pas ${seconds} s.`,
    now: "Provo tani",
    back: "Lidhja u rikthye.",
  }),

  session: Object.freeze({
    expired: "Biseda e mëparshme skadoi, prandaj filluam një të re.",
    asleep: "Biseda skadoi. E reja fillon sapo të vazhdoni.",
    restored: "Biseda juaj u rikthye.",
    fresh: "Filluat një bisedë të re.",
    loading: "Po hapet biseda…",
    cannotStart: "Biseda nuk mund të hapet tani. Provojmë përsëri; ndërkohë mund të thirrni 080010000, pa pagesë.",
  }),

  confirmNew: Object.freeze({
    title: "Të fillojmë një bisedë të re?",
    lead: "Biseda e tanishme mbyllet dhe nuk mund të rihapet. Nëse ju duhet, kopjojeni ose shkarkojeni më parë.",
    yes: "Fillo",
    no: "Anulo",
  }),

  transcript: Object.freeze({
    copied: "Biseda u kopjua.",
    copyRefused: "Shfletuesi nuk e lejoi kopjimin. Mund ta shkarkoni bisedën.",
    downloaded: "Biseda u shkarkua.",
    heading: "Ndihma — asistenti i Valës",
    /** @param {string} date */
    madeOn: (date) => `Bisedë e datës ${date}`,
  }),

  verification: Object.freeze({
    title: "Verifikoni numrin tuaj",
    lead: "Për t’ju treguar të dhënat e llogarisë, ju dërgojmë me SMS një kod njëpërdorimësh.",
    number: "Numri i telefonit",
    numberHint: "Për shembull 044 123 456",
    numberBad: "Shkruani numrin e plotë, për shembull 044 123 456.",
    sendCode: "Dërgo kodin",
    codeTitle: "Shkruani kodin",
    /** @param {string | null} masked */
    codeLead: (masked) =>
      masked === null
        ? "Nëse numri është i Valës, kodi arrin me SMS pas pak."
        : `Nëse numri ${masked} është i Valës, kodi arrin me SMS pas pak.`,
    pukLead: "Shkruani numrin e SIM kartelës. Kodi njëpërdorimësh dërgohet te kontaktet tuaja të regjistruara më parë.",
    /** @param {string | null} to the contact of a second code */
    pukCodeLead: (to) =>
      to === null
        ? "Nëse numri është i Valës, kodi arrin te një kontakt i regjistruar. Nëse nuk vjen, kërkoni kod të ri: shkon te kontakti tjetër."
        : `Kodi i dytë po dërgohet te kontakti ${to}.`,
    contactProved: "Kodi ishte i saktë.",
    code: "Kodi me 6 shifra",
    codeBad: "Kodi ka 6 shifra.",
    check: "Verifiko",
    /** @param {number} left */
    triesLeft: (left) => (left === 1 ? "Ju mbetet 1 përpjekje." : `Ju mbeten ${left} përpjekje.`),
    /** @param {string} clock */
    countdown: (clock) => `Kodi vlen edhe ${clock}`,
    codeExpired: "Kodi skadoi. Kërkoni një kod të ri.",
    resend: "Dërgo kod të ri",
    /** @param {number} seconds */
    resendIn: (seconds) => `Dërgo kod të ri (pas ${seconds} s)`,
    resent: "Nëse numri është i Valës, një kod i ri arrin pas pak.",
    noPukCode:
      "Nuk ju erdhi kodi? Dërgohet vetëm te kontaktet e regjistruara para më shumë se 72 orësh. " +
      "Kërkoni kod të ri, që shkon te kontakti tjetër, ose thirrni 080010000, pa pagesë.",
    noCode:
      "Nuk ju erdhi SMS? Numri fiks, numri Deaktiv dhe SIM kartela e bllokuar ose e humbur nuk e marrin kodin. " +
      "Thirrni 080010000, pa pagesë, ose ejani në sportelet e Valës.",
    change: "Ndrysho numrin",
    cancel: "Anulo",
    close: "Mbyll",
    busy: "Një çast…",
    /** @param {string | null} masked @param {string | null} time */
    verified: (masked, time) =>
      (masked === null ? "Numri juaj u verifikua." : `Numri ${masked} u verifikua.`) +
      (time === null ? "" : ` Vlen deri në orën ${time}.`),
    cancelled: "Verifikimi u anulua.",
    usedUp: "Kodi nuk vlen më, sepse u shkrua gabim shumë herë. Kërkoni një kod të ri.",
    /** @param {string} until a day and a time */
    locked: (until) =>
      `Verifikimi i këtij numri u ndal pas shumë përpjekjeve të gabuara. Provoni pas datës ${until} ose thirrni 080010000, pa pagesë.`,
    devOutbox: "Zhvillim: shihni kodet e dërguara",
  }),

  reveal: Object.freeze({
    title: "Kodi PUK",
    lead: "Sigurohuni që askush tjetër nuk e sheh ekranin. Kodi shfaqet një herë, për 60 sekonda.",
    show: "Shfaq kodin",
    close: "Mbyll",
    /** @param {number} seconds */
    countdown: (seconds) => `Kodi fshihet pas ${seconds} s.`,
    shown: "Kodi PUK u shfaq.",
  }),

  attachment: Object.freeze({
    title: "Dëshmia e pagesës",
    lead: "Zgjidhni fotografinë ose dokumentin e pagesës: JPG, PNG ose PDF, deri në 5 MB.",
    file: "Skedari",
    choose: "Zgjidh skedarin",
    other: "Zgjidh një tjetër",
    none: "Nuk keni zgjedhur skedar.",
    send: "Dërgo dëshminë",
    /** @param {number} percent */
    progress: (percent) => `Po ngarkohet… ${percent} %`,
    progressLabel: "Ngarkimi i dëshmisë",
    cancel: "Anulo",
    reopen: "Ngarko dëshminë e pagesës",
    cancelled: "Ngarkimi u anulua.",
    badType: "Lejohen vetëm skedarë JPG, PNG ose PDF.",
    tooBig: "Skedari është më i madh se 5 MB.",
    empty: "Skedari është bosh.",
    missing: "Së pari zgjidhni skedarin.",
    claim: Object.freeze({
      legend: "Nëse dëshironi, shënoni edhe shumën dhe datën.",
      amount: "Shuma e paguar (€)",
      amountHint: "Për shembull 23,40",
      amountBad: "Shkruani shumën vetëm me shifra, për shembull 23,40.",
      paidOn: "Data e pagesës",
      dayHalf: "Plotësoni datën ose fshijeni.",
      dayAhead: "Data e pagesës nuk mund të jetë në të ardhmen.",
    }),
    /** @param {string | null} reference */
    received: (reference) =>
      reference === null ? "E morëm dëshminë e pagesës." : `E morëm dëshminë e pagesës. Referenca e kërkesës: ${reference}.`,
  }),

  error: Object.freeze({
    network: "Nuk ka lidhje me shërbimin. Kontrolloni internetin dhe provoni përsëri.",
    server: "Shërbimi nuk është në dispozicion për momentin. Provoni përsëri pas pak.",
    busy: "Keni dërguar shumë mesazhe për një kohë të shkurtër. Prisni pak dhe provoni përsëri.",
    badFile: "Skedari nuk u pranua. Zgjidhni një skedar tjetër.",
  }),

  outbox: Object.freeze({
    title: "Kodet e dërguara me SMS",
    label: "Vetëm për zhvillim",
    lead:
      "Kjo faqe ekziston vetëm gjatë zhvillimit. Këtu shihen mesazhet që do të shkonin me SMS; asnjë SMS i vërtetë nuk dërgohet.",
    empty: "Ende nuk është dërguar asnjë mesazh.",
    off: "Kjo faqe nuk ekziston në këtë mënyrë pune.",
    failed: "Lista nuk mund të lexohet tani. Provojmë përsëri.",
    to: "Për numrin",
    refresh: "Rifresko",
    back: "Kthehu te biseda",
    copyCode: "Kopjo kodin",
    copied: "Kodi u kopjua.",
    list: "Mesazhet",
  }),
});
