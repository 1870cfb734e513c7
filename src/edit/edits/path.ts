/** --path FROM=TO: a path, or all paths below a directory. */
import { CritError } from '../../error.ts';
import { wishOf, type Edit, type Spot, type Visits, type Wish } from '../edit.ts';
import { listed, pairOf, wrong } from '../pair.ts';
import { PATH_FIELDS } from '../presets.ts';
import { bytesOf, rawOf, stringOf } from '../text.ts';

const FORM = 'FROM=TO, two absolute paths without .. and without / at their ends,';
/** PATH_MAX, with its zero byte. */
const LONGEST_PATH = 4096;
/** What a socket's address has room for, with a zero byte. */
const LONGEST_SOCKET_NAME = 108;
const SLASH = 47;

interface Rule {
  readonly wish: Wish;
  readonly from: Buffer;
  readonly to: Buffer;
}

export function pathEdit(values: readonly string[]): Edit {
  const rules = values.map((value): Rule => {
    const [from, to] = pairOf('path', value, FORM);
    for (const path of [from, to]) if (!isPlain(path)) throw wrong('path', value, FORM);
    return { wish: wishOf('path', value), from: Buffer.from(from), to: Buffer.from(to) };
  });
  // The longest fits first: a file in a directory that moves elsewhere.
  const byLength = [...rules].sort((a, b) => b.from.length - a.from.length);
  const tops = new Set<string>();
  const move = (path: Buffer, isMet = true): Buffer | undefined => {
    const rule = byLength.find(({ from }) => isBelow(path, from));
    if (isMet) tops.add(path.toString('utf8').split('/').slice(0, 3).join('/'));
    if (!rule) return undefined;
    rule.wish.isMet = true;
    const moved = Buffer.concat([rule.to, path.subarray(rule.from.length)]);
    if (moved.length >= LONGEST_PATH)
      throw new CritError(
        'value',
        `${rule.wish.text}: the path gets ${moved.length} bytes long; ${LONGEST_PATH - 1} fit`,
      );
    return moved;
  };
  const visits: Record<string, (spot: Spot) => void> = { unix_sk_entry: (spot) => moveSocket(spot, move) };
  for (const [message, fields] of Object.entries(PATH_FIELDS)) {
    visits[message] = (spot) => {
      for (const field of fields) {
        const value = spot.message[field];
        const moved = value === undefined ? undefined : move(bytesOf(value));
        if (moved) spot.set(field, stringOf(moved));
      }
    };
  }
  return {
    option: 'path',
    wishes: rules.map(({ wish }) => wish),
    visits: visits satisfies Visits,
    values(_path, value) {
      const moved = typeof value === 'string' && value.startsWith('/') ? move(Buffer.from(value)) : undefined;
      return moved && moved.toString('utf8');
    },
    found: () => `no such path; there is ${listed([...tops].filter((top) => top.startsWith('/')).sort())}`,
  };
}

function isPlain(path: string): boolean {
  return /^(\/[^/\0]+)+$/.test(path) && !path.split('/').some((part) => part === '..' || part === '.');
}

/** Whether a path is another or lies below it: not where that is only the beginning of a name. */
export function isBelow(path: Buffer, top: Buffer): boolean {
  if (path.length < top.length || !path.subarray(0, top.length).equals(top)) return false;
  return path.length === top.length || path[top.length] === SLASH;
}

/** A name may be relative to a directory; one that begins with a zero byte is none of the file system. */
function moveSocket(spot: Spot, move: (path: Buffer) => Buffer | undefined): void {
  const { name, name_dir: directory } = spot.message;
  const named = rawOf(name);
  const zero = named.indexOf(0);
  const path = zero < 0 ? named : named.subarray(0, zero);
  const oldDirectory = directory === undefined ? undefined : bytesOf(directory);
  const newDirectory = oldDirectory && move(oldDirectory);
  if (newDirectory) spot.set('name_dir', stringOf(newDirectory));
  if (path.length === 0) return;
  let moved: Buffer | undefined;
  if (path[0] === SLASH) moved = move(path);
  else if (oldDirectory) {
    const whole = move(joined(oldDirectory, path));
    const asBefore = joined(newDirectory ?? oldDirectory, path);
    if (whole && !whole.equals(asBefore)) moved = whole;
  }
  if (!moved) return;
  const bytes = Buffer.concat([moved, named.subarray(path.length)]);
  if (bytes.length > LONGEST_SOCKET_NAME) {
    throw new CritError(
      'value',
      `the name of a unix socket gets ${bytes.length} bytes long; ${LONGEST_SOCKET_NAME} fit, a zero byte among them`,
    );
  }
  spot.set('name', bytes.toString('base64'));
}

function joined(directory: Buffer, path: Buffer): Buffer {
  const plain = path.toString('latin1').replace(/^(\.\/+)+/, '');
  const above = directory.at(-1) === SLASH ? directory : Buffer.concat([directory, Buffer.from('/')]);
  return Buffer.concat([above, Buffer.from(plain, 'latin1')]);
}
