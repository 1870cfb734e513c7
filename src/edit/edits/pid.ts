/** --pid OLD=NEW, --pid-offset N, --as-root-of N: ids of processes, threads, groups and sessions, and the names of their images. */
import { CritError } from '../../error.ts';
import { wishOf, type Edit, type Spot, type Wish } from '../edit.ts';
import { integerOf, listed, pairOf } from '../pair.ts';
import { PID_FIELDS, PID_IMAGES } from '../presets.ts';
import { rawOf } from '../text.ts';

/** PID_MAX_LIMIT of Linux on 64 bits. */
const MOST = 4194304;
const FORM = 'OLD=NEW, two ids of processes,';
const SIGCHLD = 17;
/** si_code of kill(2), sigqueue(3) and tgkill(2). */
const SENT_BY_PROCESS = [0, -1, -6];
/** Where si_pid is on architectures of 64 bits. */
const SI_CODE = 8;
const SI_PID = 16;

type Renumber = (id: number) => number;

export function pidEdit(values: readonly string[]): Edit {
  const ids = new Map<number, number>();
  const wishes = new Map<number, Wish>();
  for (const value of values) {
    const [old, now] = pairOf('pid', value, FORM).map((text) => integerOf('pid', text, 1, MOST));
    if (old === undefined || now === undefined) continue;
    if (ids.has(old)) throw new CritError('usage', `--pid ${value}: ${old} has another id already`);
    ids.set(old, now);
    wishes.set(old, wishOf('pid', value));
  }
  const map: Renumber = (id) => ids.get(id) ?? id;
  return renumbering('pid', [...wishes.values()], map, (id) => {
    const wish = wishes.get(id);
    if (wish) wish.isMet = true;
  });
}

export function pidOffsetEdit(values: readonly string[]): Edit {
  const text = values.at(-1) ?? '';
  const offset = integerOf('pid-offset', text, -MOST, MOST);
  const wish = wishOf('pid-offset', text);
  return renumbering(
    'pid-offset',
    [wish],
    shift('pid-offset', () => offset),
    () => (wish.isMet = true),
  );
}

export function asRootEdit(values: readonly string[]): Edit {
  const text = values.at(-1) ?? '';
  const root = integerOf('as-root-of', text, 1, MOST);
  const wish = wishOf('as-root-of', text);
  let offset = 0;
  const map = shift('as-root-of', () => offset);
  return {
    ...renumbering('as-root-of', [wish], map, () => (wish.isMet = true)),
    learns: 'checkpoint',
    learn: {
      pstree_entry({ message }) {
        if (message['ppid'] === 0 && typeof message['pid'] === 'number') offset = root - message['pid'];
      },
    },
  };
}

function shift(option: string, offset: () => number): Renumber {
  return (id) => {
    const moved = id + offset();
    if (moved < 1 || moved > MOST)
      throw new CritError('value', `--${option}: ${id} becomes ${moved}, which is no id of a process`);
    return moved;
  };
}

function renumbering(option: string, wishes: readonly Wish[], map: Renumber, meet: (id: number) => void): Edit {
  /** New ids of processes and threads, and what had them. */
  const taken = new Map<number, number>();
  const move = (id: unknown): number | undefined => {
    // Neither 0, which is nobody or outside, nor -1 or noise.
    if (typeof id !== 'number' || id < 1 || id > MOST) return undefined;
    return map(id);
  };
  const visits: Record<string, (spot: Spot) => void> = {};
  for (const [message, fields] of Object.entries(PID_FIELDS)) {
    visits[message] = (spot) => {
      for (const field of fields) {
        const value = spot.message[field];
        if (message === 'pstree_entry' && field === 'threads') continue;
        const moved = move(value);
        if (moved !== undefined) spot.set(field, moved);
      }
    };
  }
  const fieldsOfTree = visits['pstree_entry'];
  visits['pstree_entry'] = (spot) => {
    const { pid, threads } = spot.message;
    const all = Array.isArray(threads) ? threads : [];
    // The only thread of a zombie has an id that was never written.
    const isZombie = all.length === 1 && all[0] !== pid;
    for (const id of isZombie ? [pid] : new Set([pid, ...all])) {
      const moved = move(id);
      if (moved === undefined || typeof id !== 'number') continue;
      meet(id);
      const other = taken.get(moved);
      if (other !== undefined && other !== id)
        throw new CritError('value', `--${option}: ${other} and ${id} would both be process or thread ${moved}`);
      taken.set(moved, id);
    }
    fieldsOfTree?.(spot);
    if (!isZombie)
      spot.set(
        'threads',
        all.map((id: unknown) => move(id) ?? id),
      );
  };
  visits['remap_file_path_entry'] = (spot) => {
    if (spot.message['remap_type'] !== 'PROCFS') return;
    const moved = move(spot.message['remap_id']);
    if (moved !== undefined) spot.set('remap_id', moved);
  };
  visits['siginfo_entry'] = (spot) => {
    const bytes = rawOf(spot.message['siginfo']);
    if (!namesSender(bytes) || isOfMips(spot)) return;
    const moved = move(bytes.readInt32LE(SI_PID));
    if (moved === undefined) return;
    bytes.writeInt32LE(moved, SI_PID);
    spot.set('siginfo', bytes.toString('base64'));
  };
  visits['inventory_entry'] = ({ message }) => {
    // A pre-dump has none of these images.
    if (message['img_version'] === 0) return;
    if (message['fdinfo_per_id'] !== true || message['ns_per_id'] !== true)
      throw new CritError('value', `--${option}: images of a CRIU before 1.3 are named by processes in other ways`);
  };
  return {
    option,
    wishes,
    visits,
    rename(image, magic) {
      const found = PID_IMAGES.includes(magic) ? /^(.*(?:^|\/)[a-z-]+-)(\d+)(\.img)$/.exec(image) : null;
      const [, before = '', id = '', after = ''] = found ?? [];
      // The ID of shared memory is another.
      if (!found || before.endsWith('shmem-')) return image;
      return `${before}${move(Number(id)) ?? id}${after}`;
    },
    found: () => `no such process or thread; there is ${listed([...taken.values()].sort((a, b) => a - b))}`,
  };
}

function namesSender(bytes: Buffer): boolean {
  if (bytes.length < SI_PID + 4) return false;
  const code = bytes.readInt32LE(SI_CODE);
  return SENT_BY_PROCESS.includes(code) || (bytes.readInt32LE(0) === SIGCHLD && code > 0);
}

/** There, code and error of a signal stand in another order. */
function isOfMips({ root }: Spot): boolean {
  return root['mtype'] === 'MIPS';
}
