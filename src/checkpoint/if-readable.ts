import { CritError, isFault, placed } from '../error.ts';

/**
 * What a damaged or missing image does not tell, for questions that others can answer all the same. Where the operating system
 * could not answer, nothing is known of the image, and that is an error.
 */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (placed(error) instanceof CritError && !isFault(error)) return undefined;
    throw error;
  }
}
