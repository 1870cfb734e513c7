/** Unix sockets by path: their directories, and what is in their way. CRIU removes a socket that is there, and nothing else. */
import { dirname, join } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { textOf, textOfBytes } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../shell-word.ts';
import { lookAt } from './look-at.ts';
import { isBoundAnew } from './unix.ts';

export function* findUnixPaths({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const listening = new Set(
    host
      .procText('net/unix')
      .split('\n')
      .flatMap((line) => / (\/.*)$/.exec(line)?.[1] ?? []),
  );
  for (const id of files.idsOf(new Set([FD_TYPES.UNIXSK]))) {
    const socket = files.entry(id)?.usk;
    if (!socket || !isBoundAnew(socket)) continue;
    const bytes = Buffer.from(socket.name, 'base64');
    if (bytes[0] === 0) continue;
    const name = textOfBytes(bytes.subarray(0, bytes.includes(0) ? bytes.indexOf(0) : bytes.length));
    const path = join('/', socket.name_dir === undefined ? '' : textOf(socket.name_dir), name);
    const of = { image: 'files.img', id, there: path, kind: 'unix socket' } as const;
    const criu = `Can't bind id 0x${id.toString(16)}`;
    const directory = lookAt(host.root, dirname(path));
    if (directory === 'refused') continue;
    if (!directory?.stats.isDirectory()) {
      const message = `${path}: its directory is not there`;
      const mend = `mkdir -p ${shellWord(dirname(path))}, or crit-edit --path ${shellWord(path)}=OTHER`;
      yield {
        ...of,
        severity: 'error',
        message,
        criu: socket.name_dir === undefined ? criu : "Can't change working dir",
        mend,
      };
      continue;
    }
    const way = lookAt(host.root, path);
    if (!way || way === 'refused') continue;
    const mend = `crit-edit --path ${shellWord(path)}=OTHER`;
    if (!way.stats.isSocket()) {
      yield {
        ...of,
        severity: 'error',
        message: `${path} is there, and is no socket`,
        criu,
        mend: `rm ${shellWord(path)}, or ${mend}`,
      };
    } else if (listening.has(path)) {
      const message = `${path} is the socket of another program: CRIU removes it`;
      yield { ...of, severity: 'warning', message, mend };
    }
  }
}
