/** The texts of the auditor's view. */

export const title = "Auditimi";
export const intro = "Kush bëri çfarë, kur dhe pse. Numrat nuk ruhen këtu: secili ka një kod të vetin.";

export const chainTitle = "Zinxhiri i ditarit";
export const chainNever = "Nuk është verifikuar që nga nisja e sistemit.";
export const chainRunning = "Po verifikohet…";
export const chainHolds = (entries: number, at: string): string => `I paprekur: ${entries} shënime, të verifikuara më ${at}.`;
export const chainBroken = (at: number, problem: string): string => `I PRISHUR te shënimi ${at}: ${problem}. Njoftoni menjëherë përgjegjësin e sigurisë.`;
export const chainFailed = "Verifikimi nuk u krye deri në fund. Provoni përsëri.";
export const chainLast = "Shënimi i fundit, për ta ruajtur diku tjetër:";
export const verify = "Verifiko tani";
/** What is wrong, by the API's words. */
export const problems: Record<string, string> = {
  "a checkpoint was not made by the retention job": "një pikë ndarjeje nuk është bërë nga sistemi",
  "an entry is missing": "mungon një shënim",
  "an entry does not follow the one before it": "një shënim nuk vijon pas të mëparshmit",
  "an entry was changed": "një shënim është ndryshuar",
  "entries are missing at the end": "mungojnë shënime në fund",
  "the end of the trail was changed": "fundi i ditarit është ndryshuar",
};

export const filters = "Filtrat";
export const kind = "Lloji";
export const kinds: Record<string, string> = { customer: "klient", agent: "staf", operator: "operator (komandë)", system: "sistemi" };
export const any = "Të gjitha";
export const actor = "Kush";
export const actorHint = "Emri i përdoruesit ose një pjesë e tij.";
export const action = "Veprimi";
export const number = "Numri i klientit";
export const numberHint = "Kërkimi me numër shënohet në ditar.";
export const since = "Prej ditës";
export const until = "Deri në ditën";
export const search = "Kërko";
export const clear = "Pastro filtrat";
export const onlySubject = (code: string): string => `Vetëm kodi ${code}`;
export const onlyNumber = (masked: string): string => `Vetëm numri ${masked}`;

export const found = "Shënimet";
export const none = "Asnjë shënim nuk u gjet.";
export const entry = "Nr.";
export const when = "Kur";
export const what = "Çfarë";
export const why = "Arsyeja";
export const whose = "I kujt";
export const sameSubject = (code: string): string => `Trego vetëm shënimet e kodit ${code}`;
export const more = "Shfaq më të vjetrat";
export const shown = (count: number): string => (count === 1 ? "U gjet 1 shënim." : `Po shfaqen ${count} shënime.`);

export const exportTitle = "Ruaj si skedar";
export const exportHint = "Çfarë është filtruar, së shumti 100 000 shënime. Edhe ruajtja shënohet në ditar.";
export const asCsv = "CSV";
export const asLines = "JSON Lines";
export const saved = (name: string): string => `U ruajt ${name}.`;
export const codeTitle = "Konfirmoni që jeni ju";
export const code = "Kodi i aplikacionit";
export const codeHint = "Kanë kaluar 15 minuta pa veprime. Shkruani kodin e aplikacionit të vërtetimit.";
export const confirm = "Konfirmo";

/** Every action of the trail. */
export const actions: Record<string, string> = {
  account_read: "Pa llogarinë",
  account_exported: "Nxori të dhënat e personit",
  code_sent: "U dërgua kodi",
  code_confirmed: "U konfirmua kodi",
  number_locked: "U bllokua verifikimi i numrit",
  number_matched: "U njoh numri i Telegramit",
  puk_revealed: "U shfaq kodi PUK",
  puk_refused: "U refuzua kodi PUK",
  puk_stored: "U ruajt kodi PUK",
  key_rotated: "U ndërrua çelësi",
  proof_filed: "U dorëzua dëshmia e pagesës",
  proof_read: "Pa dëshminë e pagesës",
  proof_decided: "Vendosi për dëshminë",
  person_erased: "U fshi personi",
  conversations_erased: "U fshinë bisedat",
  rows_retired: "U hoqën të dhënat e vjetra",
  audit_read: "Kërkoi numrin në ditar",
  audit_exported: "Ruajti ditarin si skedar",
  field_revealed: "Pa një fushë të mbuluar",
  taken_over: "Mori bisedën",
  staff_added: "U shtua llogaria e stafit",
  staff_changed: "U ndryshua llogaria e stafit",
  staff_reset: "U rivendos llogaria e stafit",
  staff_disabled: "U çaktivizua llogaria e stafit",
  staff_enabled: "U aktivizua llogaria e stafit",
  staff_set_up: "U hap llogaria e stafit",
  signed_in: "U kyç",
  sign_in_refused: "Kyçja u refuzua",
  sign_in_confirmed: "Konfirmoi me kod",
  signed_out: "U çkyç",
  message_left: "Mesazhi me kod mbeti në Telegram",
  token_added: "U shtua çelësi i qasjes",
  token_revoked: "U anulua çelësi i qasjes",
  canned_changed: "U ndryshua përgjigjja e gatshme",
  call_noted: "Shënoi thirrjen",
  call_done: "E mbylli thirrjen",
};

/** What an action was about. What has no word here is a name: a user name, a token's. */
export const fields: Record<string, string> = {
  amount: "shuma",
  audit: "ditari",
  bills: "faturat",
  business_club: "klubi i biznesit",
  club: "klubi i biznesit",
  code: "kodi",
  contact: "një kontakt",
  contacts: "kontaktet",
  credit: "kredia",
  iccid: "numri serik i kartelës",
  invitation: "ftesa",
  kind: "lloji i numrit",
  line: "e gjithë llogaria",
  msisdn: "numri",
  name: "emri",
  oidc: "llogaria e ndërmarrjes",
  paid_on: "data e pagesës",
  password: "fjalëkalimi",
  payments: "pagesat",
  puk: "kodi PUK",
  recovery_code: "kodi rezervë",
  requests: "kërkesat për rikyçje",
  selfcare: "portali Selfcare",
  sim: "SIM kartela",
  status: "statusi",
  suspension: "ndërprerja",
  totp: "kodi i aplikacionit",
};
