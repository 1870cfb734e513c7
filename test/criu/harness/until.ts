import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition gives something, and returns that; fails after so many seconds. */
export async function until<T>(what: string, condition: () => T | undefined | false, seconds = 20): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(10)) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what}: not after ${seconds} s`);
  }
}
