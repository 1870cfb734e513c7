import { isObject } from '../codec/json.ts';
import type { ImageDetails } from '../image/image-sink.ts';

/** The permission bits that the lines tell of a member. */
export function modeOf(details: ImageDetails | undefined): number | undefined {
  const { mode, tar } = details ?? {};
  if (mode !== undefined) return mode;
  const told = isObject(tar) ? tar['mode'] : undefined;
  return typeof told === 'string' && /^[0-7]{1,7}$/.test(told) ? parseInt(told, 8) & 0o777 : undefined;
}
