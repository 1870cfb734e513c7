/** Network devices that sockets are bound to by name. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

export function* findDevices({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const text = host.procText('net/dev');
  if (text === '') return;
  const here = new Set(text.split('\n').flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []));
  for (const id of files.idsOf(new Set([FD_TYPES.INETSK]))) {
    const socket = files.entry(id)?.isk;
    if (!socket) continue;
    const { ifname, opts, src_port } = socket;
    const scope = ifname === undefined || src_port === 0 ? '' : textOf(ifname);
    const bound = opts.so_bound_dev === undefined ? '' : textOf(opts.so_bound_dev);
    for (const name of new Set([scope, bound])) {
      if (name === '' || here.has(name)) continue;
      yield {
        severity: 'error',
        kind: 'device',
        image: 'files.img',
        id,
        message: `there is no network device ${name}, which a socket is bound to`,
        there: name,
        criu: name === scope ? `couldn't find ifindex for ${name}` : "Can't set 1:25",
        mend: 'a device of that name',
      };
    }
  }
}
