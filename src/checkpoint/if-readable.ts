import { CritError, placed } from '../error.ts';

/** What a damaged or missing image does not tell, for questions that others can answer all the same. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (placed(error) instanceof CritError) return undefined;
    throw error;
  }
}
