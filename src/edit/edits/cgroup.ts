/** --cgroup FROM=TO, --no-cgroup */
import { isObject } from '../../codec/json.ts';
import { wishOf, type Edit, type Spot, type Wish } from '../edit.ts';
import { listed, pairOf, wrong } from '../pair.ts';
import { bytesOf, stringOf } from '../text.ts';
import { isBelow } from './path.ts';

const SLASH = 47;
const FORM = 'FROM=TO, two paths of groups that begin with / and do not end with one,';

interface Rule {
  readonly wish: Wish;
  readonly from: Buffer;
  readonly to: Buffer;
}

type Move = (path: Buffer) => Buffer;

export function cgroupEdit(values: readonly string[]): Edit {
  const rules = values.map((value): Rule => {
    const [from, to] = pairOf('cgroup', value, FORM);
    for (const path of [from, to])
      if (!/^(\/[^/]+)+$/.test(path) || path.split('/').some((part) => part === '.' || part === '..'))
        throw wrong('cgroup', value, FORM);
    return { wish: wishOf('cgroup', value), from: Buffer.from(from), to: Buffer.from(to) };
  });
  const byLength = [...rules].sort((a, b) => b.from.length - a.from.length);
  const seen = new Set<string>();
  const move: Move = (path) => {
    seen.add(path.toString('utf8'));
    const rule = byLength.find(({ from }) => isBelow(path, from));
    if (!rule) return path;
    rule.wish.isMet = true;
    return Buffer.concat([rule.to, path.subarray(rule.from.length)]);
  };
  return {
    option: 'cgroup',
    wishes: rules.map(({ wish }) => wish),
    visits: {
      cg_member_entry: (spot) => moveMember(spot, move),
      cg_controller_entry(spot) {
        if (spot.message['dirs'] !== undefined) spot.set('dirs', moveTop(spot.message['dirs'], move));
      },
    },
    found() {
      const groups = [...seen].filter((path) => path !== '' && path !== '/').sort();
      return groups.length > 0 ? `no such group; there is ${listed(groups)}` : 'there is no group but the root';
    },
  };
}

function moveMember(spot: Spot, move: Move): void {
  const path = bytesOf(spot.message['path']);
  const now = move(path);
  const { cgns_prefix: prefix } = spot.message;
  // A number of bytes: those that lie above the root of a namespace.
  if (typeof prefix === 'number' && prefix > 1) {
    const above = move(path.subarray(0, prefix));
    spot.set('cgns_prefix', now.subarray(0, above.length).equals(above) ? above.length : Math.min(prefix, now.length));
  }
  spot.set('path', stringOf(now));
}

type Group = Record<string, unknown>;

interface MovedGroup {
  readonly group: Group;
  /** Whether it still lies below the group above it. */
  readonly stays: boolean;
  /** Groups that lay below it and lie elsewhere now, by their whole names. */
  readonly elsewhere: readonly Group[];
}

/** Groups at the top of a controller, whose names are whole; CRIU makes what is missing of their paths. */
function moveTop(dirs: unknown, move: Move): Group[] {
  return objects(dirs).flatMap((dir) => {
    const { group, elsewhere } = moveGroup(dir, undefined, move);
    return [group, ...elsewhere];
  });
}

/** The names of other groups are relative to the one above, whose paths before and after are given. */
function moveGroup(dir: Group, above: { old: Buffer; now: Buffer } | undefined, move: Move): MovedGroup {
  const name = bytesOf(dir['dir_name']);
  const isSlashed = name[0] === SLASH;
  const old = Buffer.concat([above?.old ?? Buffer.alloc(0), Buffer.from(isSlashed ? '' : '/'), name]);
  const now = name.length === 0 ? old : move(old);
  const stays = above === undefined || (isBelow(now, above.now) && now.length > above.now.length);
  const start = (above && stays ? above.now.length : 0) + (isSlashed ? 0 : 1);
  const children = objects(dir['children']).map((child) => moveGroup(child, { old, now }, move));
  const inside = children.filter((child) => child.stays).map(({ group }) => group);
  const outside = children.filter((child) => !child.stays).map(({ group }) => group);
  const group: Group = { ...dir, dir_name: stringOf(name.length === 0 ? name : now.subarray(start)) };
  if (dir['children'] !== undefined) group['children'] = inside;
  return { group, stays, elsewhere: [...outside, ...children.flatMap(({ elsewhere }) => elsewhere)] };
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Nothing of cgroups is left: CRIU then puts the processes where it runs itself. */
export function noCgroupEdit(): Edit {
  const wish = wishOf('no-cgroup', '');
  const without =
    (field: string) =>
    (spot: Spot): void => {
      if (spot.message[field] === undefined) return;
      wish.isMet = true;
      spot.set(field, undefined);
    };
  return {
    option: 'no-cgroup',
    wishes: [wish],
    visits: {
      task_core_entry: without('cg_set'),
      thread_core_entry: without('cg_set'),
      inventory_entry: without('root_cg_set'),
    },
    rename(image, magic) {
      if (magic !== 'CGROUP') return image;
      wish.isMet = true;
      return undefined;
    },
    found: () => 'the checkpoint has no cgroups',
  };
}
