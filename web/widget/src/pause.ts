/** Waiting between tries; what tells one try from another. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long after so many failures: doubling, with jitter, or what the server asked for. */
export function delay(failures: number, wait: number | null, random = Math.random()): number {
  if (wait !== null) return Math.min(wait, LONGEST_MS * 2);
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.75 + random / 4);
}

/** Waits so long; `early` is given what ends it before. */
export function sleep(ms: number, early?: (now: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    early?.(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export const pause = (failures: number, wait: number | null, early: (now: () => void) => void): Promise<void> => sleep(delay(failures, wait), early);

/** 128 random bits: an id for one message, fit for sending it again; works without a secure context too. */
export const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
