/** The edits as options. */
import type { EditName } from '../../../edit/edits.ts';
import type { Option } from '../../command/option.ts';

const FILES = 'Files';
const NETWORK = 'Network';
const PROCESSES = 'Processes';
const REST = 'Everything else';

type EditOption = Option & { readonly name: EditName };

/** One for each edit, with what it takes. */
export const EDIT_OPTIONS: readonly EditOption[] = [
  {
    name: 'path',
    value: 'FROM=TO',
    repeat: true,
    group: FILES,
    help: 'a path, and all below it: files, directories, maps, sockets, mounts',
  },
  {
    name: 'ignore',
    value: 'WHAT[,...]',
    repeat: true,
    complete: ['size', 'mode', 'build-id', 'checksum'],
    group: FILES,
    help: 'what CRIU shall not compare with the files of the new host: size, mode, build-id, checksum',
  },
  {
    name: 'port',
    value: '[tcp:|udp:]OLD:NEW',
    repeat: true,
    complete: 'none',
    group: NETWORK,
    help: 'a bound port; of connections both ends, where both are in the checkpoint',
  },
  { name: 'hostname', value: 'NAME', complete: 'none', group: NETWORK, help: 'name of the host, of a UTS namespace' },
  { name: 'domainname', value: 'NAME', complete: 'none', group: NETWORK, help: 'its NIS domain' },
  {
    name: 'comm',
    value: 'PID=NAME',
    repeat: true,
    complete: 'none',
    group: PROCESSES,
    help: 'name of a process or thread, at most 15 bytes',
  },
  {
    name: 'limit',
    value: 'NAME=SOFT[:HARD]',
    repeat: true,
    complete: 'none',
    group: PROCESSES,
    help: 'a limit of all processes, such as nofile=4096:8192; "unlimited" is none',
  },
  {
    name: 'oom-score',
    value: 'N',
    complete: 'none',
    group: PROCESSES,
    help: 'oom_score_adj of all processes, -1000 to 1000',
  },
  { name: 'nice', value: 'N', complete: 'none', group: PROCESSES, help: 'nice value of all threads, -20 to 19' },
  {
    name: 'drop',
    value: 'IMAGE',
    repeat: true,
    complete: 'none',
    group: REST,
    help: "leaves out images of this name, or of names that fit this glob: 'tcp-stream-*'",
  },
];
