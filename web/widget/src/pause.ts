/** Waiting between tries. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** How long after so many failures: doubling, with jitter, or what the server asked for. */
export function delay(failures: number, wait: number | null, random = Math.random()): number {
  if (wait !== null) return Math.min(wait, LONGEST_MS * 2);
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (0.75 + random / 4);
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
