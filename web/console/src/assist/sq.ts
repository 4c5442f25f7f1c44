/** Every text of the assist area, of suggestions, canned replies and call notes, in Albanian. */

import type { Disposition } from "./types";

// The area
export const tabs = { call: "Thirrja", calls: "Thirrjet e shënuara", canned: "Përgjigjet e gatshme" };
export const tabsLabel = "Pjesët e asistencës";

// What the caller says
export const callerSays = "Çfarë thotë klienti";
export const callerHint = "Shkruani fjalët e klientit ose vetëm thelbin, p.sh. „humbi kartelën“. Enter ose ↓ kalon te sugjerimet.";
export const newQuestion = "Pyetje e re";

// Suggestions
export const suggestions = "Sugjerimet";
export const suggestionsEmpty = "Sugjerimet shfaqen sapo të shkruani.";
export const suggestionKeys = "1 – 3 ose shigjetat zgjedhin, Enter e fut përgjigjen, x e shënon si të gabuar, Esc kthen te teksti.";
export const counted = (count: number): string => (count === 1 ? "1 sugjerim" : `${count} sugjerime`);
export const sure = (percent: number): string => `siguria ${percent} %`;
export const sourced = (source: string, day: string): string => `${source} · shqyrtuar më ${day}`;
export const insert = "Fut: ";
export const wrong = "E gabuar";
export const wrongOf = (title: string): string => `E gabuar: ${title}`;
export const wasSent = "u përdor";
export const wasWrong = "e shënuar si e gabuar";
export const wrongTitle = "Sugjerim i gabuar";
export const wrongOfText = (title: string): string => `„${title}“ nuk i përgjigjet klientit.`;
export const wrongSearch = "Kërkoni përgjigjen e duhur";
export const wrongRight = "Përgjigjja e duhur";
export const wrongUnknown = "Nuk e di";
export const wrongSave = "Shënoje si të gabuar";
export const wrongSaved = "U shënua si e gabuar dhe do të shqyrtohet.";

// Search
export const search = "Kërko te përgjigjet";
export const searchHint = "Mjafton fillimi i fjalëve, me ose pa ë dhe ç.";
export const searchNone = "Asnjë përgjigje nuk i ka këto fjalë.";
export const found = (count: number): string => (count === 1 ? "1 përgjigje" : `${count} përgjigje`);

// The answer on a call
export const answer = "Përgjigjja për klientin";
export const answerEmpty = "Zgjidhni një sugjerim ose shkruani vetë.";
export const answerHint = "Ctrl+Enter e shënon si të thënë.";
export const copy = "Kopjo";
export const copied = "U kopjua.";
export const notCopied = "Nuk u kopjua. Zgjidheni tekstin dhe kopjojeni me tastierë.";
export const said = "U tha";
export const saidDone = "U shënua si e thënë.";

// In a conversation
export const forMessage = (text: string): string => `Për: ${text}`;
export const noQuestion = "Klienti nuk ka pyetur ende asgjë.";
export const hiddenMessage = "Mesazhi i fundit ka të dhëna të fshehura ose i përket verifikimit; për të nuk kërkohen sugjerime.";
export const composerHint = "/ hap sugjerimet dhe përgjigjet e gatshme.";
/** Messages that ask for a person and for nothing else, in small letters. */
export const asides: ReadonlySet<string> = new Set(["fol me një agjent", "fol me nje agjent"]);

// Canned replies in the composer
export const picker = "Sugjerimet dhe përgjigjet e gatshme";
export const pickerField = "Kërko te sugjerimet dhe përgjigjet e gatshme";
export const pickerHint = "Shigjetat zgjedhin, Enter e fut, Esc mbyll.";
export const pickerNone = "Asgjë nuk përputhet.";
export const pickerSuggestion = "sugjerim";
export const open = "Përgjigje e gatshme";
export const fillIn = (names: readonly string[]): string => `Plotësoni para se të dërgoni: ${names.map((name) => `{${name}}`).join(", ")}.`;

// Keeping canned replies
export const cannedEmpty = "Ende nuk ka përgjigje të gatshme.";
export const cannedNone = "Asnjë përgjigje e gatshme nuk përputhet.";
export const cannedFilter = "Filtro";
export const cannedAdd = "Shto përgjigje";
export const cannedEdit = "Ndrysho";
export const cannedEditOf = (title: string): string => `Ndrysho: ${title}`;
export const cannedRemove = "Fshi";
export const cannedRemoveOf = (title: string): string => `Fshi: ${title}`;
export const cannedRemoveSure = (title: string): string => `A doni ta fshini „${title}“? Agjentët nuk do ta kenë më.`;
export const cannedShortcut = "Shkurtorja";
export const cannedShortcutHint = "Shkruhet pas /; shkronja të vogla, shifra dhe vizë, p.sh. mirëdita.";
export const cannedTitle = "Titulli";
export const cannedText = "Teksti";
export const cannedTeam = "Ekipi";
export const cannedTeamHint = "Bosh: e kanë të gjitha ekipet.";
export const cannedEverybody = "të gjitha ekipet";
export const cannedVariables = "Ndryshoret";
export const cannedVariable = (name: string): string => `Fut {${name}}`;
export const cannedSave = "Ruaj";
export const cannedSaved = "U ruajt.";
export const cannedRemoved = "U fshi.";
export const cannedBy = (name: string, at: string): string => `e ndryshoi ${name}, ${at}`;

// The note of a call
export const note = "Shënimi i thirrjes";
export const noteText = "Çfarë u bisedua";
export const noteHint = "Numrat dhe kodet fshihen vetvetiu.";
export const noteNumber = "Numri i klientit (jo i detyrueshëm)";
export const noteNumberHint = "P.sh. 044 123 456. Shikimi i llogarisë ruhet në ditarin e auditimit.";
export const noteEnd = "Si përfundoi";
export const dispositions: Record<Disposition, string> = {
  solved: "U zgjidh",
  guided: "U udhëzua",
  request_opened: "U hap kërkesë",
  call_back: "Do të thirret",
  cut_off: "U ndërpre",
  other: "Tjetër",
};
export const noteSave = "Ruaj shënimin";
export const noteSaved = (reference: string): string => `Shënimi u ruajt me referencën ${reference}.`;
export const noteNotSaved = "Nuk u ruajt. Teksti juaj është ende këtu.";
export const noteEmpty = "Shkruani çfarë u bisedua.";
export const noteNoEnd = "Zgjidhni si përfundoi thirrja.";

// The caller's account
export const accountOpen = "Shiko llogarinë";
export const accountClose = "Mbyll llogarinë";

// The list of calls
export const callsOpen = "Të hapura";
export const callsAll = "Të gjitha";
export const callsShow = "Cilat";
export const callsEmpty = "Asnjë thirrje nuk ka lënë punë.";
export const callsNone = "Ende nuk është shënuar asnjë thirrje.";
export const callsNumber = "Shfaq numrin";
export const callsNumberTitle = "Shfaq numrin e klientit";
export const callsNoNumber = "pa numër";
export const callsDone = "U krye";
export const callsDoneOf = (reference: string): string => `U krye: ${reference}`;
export const callsNumberOf = (reference: string): string => `Shfaq numrin: ${reference}`;
export const callsWasDone = (reference: string): string => `Thirrja ${reference} u krye.`;
export const tickets: Record<"queued" | "made" | "closing" | "ended" | "failed", string> = {
  queued: "kërkesa po dërgohet te sistemi i operatorit",
  made: "kërkesa është te sistemi i operatorit",
  closing: "kërkesa po mbyllet te sistemi i operatorit",
  ended: "kërkesa u mbyll te sistemi i operatorit",
  failed: "kërkesa nuk arriti te sistemi i operatorit",
};
