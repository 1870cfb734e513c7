/** Unix sockets, as CRIU binds them. */
import type { UnixSkEntry } from '../../schema/generated/messages.ts';

const DGRAM = 2;
const ESTABLISHED = 1;
/** Bits of uflags: connected to a program outside of the checkpoint, or given by the one who restores. */
const FROM_OUTSIDE = 0x1 | 0x8;

/** Whether it gets its name anew: one that is connected does not, nor one whose file was deleted. */
export function isBoundAnew({ name, type, state, uflags, deleted }: UnixSkEntry): boolean {
  if (name === '' || deleted === true || (uflags & FROM_OUTSIDE) !== 0) return false;
  return type === DGRAM || state !== ESTABLISHED;
}
