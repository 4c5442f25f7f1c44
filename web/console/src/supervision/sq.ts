/** The texts of the supervisor's view. */

import type { FloorCounts, WaitKind } from "./types";

export const title = "Mbikëqyrja";
export const countsLabel = "Bisedat tani";
export const counts: Record<keyof FloorCounts, string> = {
  waiting: "Në pritje",
  agents: "Te agjentët",
  snoozed: "Të shtyra",
  closed_today: "Të mbyllura sot",
  assistant: "Te asistenti",
  callbacks: "Për thirrje",
};

export const timesLabel = "Sa presin klientët sot";
export const kind = "Përgjigjja";
export const kinds: Record<WaitKind, string> = { first: "E para", next: "E radhës" };
export const answered = "Të dhëna";
export const median = "Mediana";
export const p90 = "90 % brenda";
export const longest = "Më e gjata";
export const lateAnswers = "Me vonesë";
export const waitingNow = "Presin tani";
export const none = "–";
export const openNow = (count: number, late: number): string => (late > 0 ? `${count} (${late} me vonesë)` : `${count}`);
export const longestNow = (time: string): string => `më gjatë ${time}`;

export const agentsLabel = "Agjentët";
export const agent = "Agjenti";
export const presence = "Prania";
export const since = "Prej";
export const load = "Biseda";
export const owes = "Pa përgjigje";
export const gone = "Nuk është këtu";
export const nobody = "Asnjë agjent nuk është këtu.";

export const openLabel = "Bisedat që i kanë njerëzit";
export const talk = "Biseda";
export const where = "Te kush";
export const inQueue = (team: string | null): string => (team === null ? "në radhë" : `në radhën e ekipit ${team}`);
export const waits = "Pret";
export const doing = "Veprimet";
export const open = "Hap";
export const take = "Merr";
export const whisper = "Pëshpërit";
export const openTalk = (id: string): string => `Hap bisedën ${id}`;
export const takeTalk = (id: string): string => `Merr bisedën ${id}`;
export const whisperIn = (id: string): string => `Pëshpërit për bisedën ${id}`;
export const taken = (id: string): string => `Biseda ${id} është te ju.`;
export const nothingOpen = "Askush nuk pret dhe asnjë agjent nuk ka bisedë.";
export const keysHint = "j / k: biseda tjetër / e mëparshme · Enter: hape · w: pëshpërit · m: merre";
