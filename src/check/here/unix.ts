/** Unix sockets, as CRIU binds them. */
import { isFromOutside } from '../../checkpoint/socket.ts';
import type { UnixSkEntry } from '../../schema/generated/messages.ts';

const DGRAM = 2;
const ESTABLISHED = 1;

/** Whether it gets its name anew: one that is connected does not, nor one whose file was deleted. */
export function isBoundAnew(socket: UnixSkEntry): boolean {
  const { name, type, state, deleted } = socket;
  if (name === '' || deleted === true || isFromOutside(socket)) return false;
  return type === DGRAM || state !== ESTABLISHED;
}
