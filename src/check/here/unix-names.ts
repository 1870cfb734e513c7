/** Abstract names of unix sockets, which others have. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { textOfBytes } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { isBoundAnew } from './unix.ts';

export function* findUnixNames({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const taken = namesIn(host.procText('net/unix'));
  if (taken.size === 0) return;
  for (const id of files.idsOf(new Set([FD_TYPES.UNIXSK]))) {
    const socket = files.entry(id)?.usk;
    if (!socket || !isBoundAnew(socket)) continue;
    const name = Buffer.from(socket.name, 'base64');
    if (name[0] !== 0) continue;
    // As /proc/net/unix has it, which shows each zero byte as @.
    const text = textOfBytes(name).replaceAll('\0', '@');
    if (!taken.has(text)) continue;
    yield {
      severity: 'error',
      kind: 'unix socket',
      image: 'files.img',
      id,
      message: `the abstract name ${text} is taken`,
      there: text,
      criu: `Can't bind id 0x${id.toString(16)}`,
      mend: 'end what has it',
    };
  }
}

/** Abstract names: those that begin with @. */
function namesIn(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((line) => /^(?:\S+ +){6} *\d+ (@.*)$/.exec(line)?.[1] ?? []));
}
