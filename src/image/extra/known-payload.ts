import type { PayloadMeter } from './extra.ts';
import { partsOf, type ExtraSize } from './extra-size.ts';

/** The payload of an extra whose parts have lengths: all of them. */
export function knownPayload(size: ExtraSize): PayloadMeter {
  return { size: partsOf(size).reduce((sum, part) => sum + part, 0), push: () => {} };
}
