/** The edits as options. */
import type { EditName } from '../../../edit/edits.ts';
import type { Option } from '../../command/option.ts';

const FILES = 'Files';
const NETWORK = 'Network';
const PROCESSES = 'Processes';
const REST = 'Everything else';

type EditOption = Option & { readonly name: EditName };

const edit = (group: string, name: EditName, value: string, help: string): EditOption => ({
  name,
  value,
  repeat: true,
  complete: 'none',
  group,
  help,
});

const single = (group: string, name: EditName, value: string, help: string): EditOption => ({
  name,
  value,
  complete: 'none',
  group,
  help,
});

const flag = (group: string, name: EditName, help: string): EditOption => ({ name, group, help });

/** One for each edit, with what it takes. */
export const EDIT_OPTIONS: readonly EditOption[] = [
  edit(FILES, 'path', 'FROM=TO', 'a path, and all below it: files, maps, sockets, mounts'),
  {
    ...edit(FILES, 'ignore', 'WHAT[,...]', 'size, mode, build-id, checksum: what CRIU shall not compare'),
    complete: ['size', 'mode', 'build-id', 'checksum'],
  },
  edit(FILES, 'external', 'OLD=NEW', 'the key of a mount, namespace or file from outside'),
  edit(FILES, 'tty', 'OLD=NEW', 'number of a pseudo terminal'),
  edit(NETWORK, 'port', '[tcp:|udp:]OLD:NEW', 'a bound port; of connections both ends, where both are there'),
  edit(NETWORK, 'address', 'OLD=NEW', 'an address or a network (10.0.0.0/24), of sockets, devices and routes'),
  flag(NETWORK, 'close-tcp', 'TCP connections become closed sockets'),
  flag(NETWORK, 'listen-only', 'so do UDP sockets that are connected'),
  single(NETWORK, 'hostname', 'NAME', 'name of the host, in a UTS namespace'),
  single(NETWORK, 'domainname', 'NAME', 'its NIS domain'),
  edit(PROCESSES, 'pid', 'OLD=NEW', 'id of a process or thread, and as a group or session'),
  single(PROCESSES, 'pid-offset', 'N', 'adds N to all of them'),
  single(PROCESSES, 'as-root-of', 'N', 'the first process becomes N, all others move with it'),
  edit(PROCESSES, 'uid', 'OLD=NEW', 'a user, of processes, files, sockets and IPC'),
  edit(PROCESSES, 'gid', 'OLD=NEW', 'a group, likewise'),
  edit(PROCESSES, 'map', '[uid:|gid:]OLD=NEW', 'where the ids of a user namespace begin on the host'),
  edit(PROCESSES, 'comm', 'PID=NAME', 'name of a process or thread, at most 15 bytes'),
  edit(PROCESSES, 'env', '[PID:]NAME=VALUE', 'an environment variable, where the new value fits'),
  edit(PROCESSES, 'args', 'PID:N=TEXT', 'argument N of a process, from 0, where the text fits'),
  edit(PROCESSES, 'cgroup', 'FROM=TO', 'a control group, and all below it'),
  flag(PROCESSES, 'no-cgroup', 'without control groups'),
  edit(PROCESSES, 'limit', 'NAME=SOFT[:HARD]', 'a limit of all processes: nofile=4096:8192, core=unlimited'),
  single(PROCESSES, 'oom-score', 'N', 'oom_score_adj of all processes, -1000 to 1000'),
  single(PROCESSES, 'nice', 'N', 'nice value of all threads, -20 to 19'),
  flag(PROCESSES, 'no-seccomp', 'without filters of system calls'),
  single(PROCESSES, 'lsm-profile', 'TYPE:NAME', 'apparmor:NAME or selinux:CONTEXT of all that have one; or none'),
  edit(REST, 'drop', 'IMAGE', "leaves out images by name or pattern: 'tcp-stream-*'"),
  edit(REST, 'set', "'MAGIC CODE'", "code of crit-map for each entry: 'FILES delete entry.reg?.pos'"),
];
