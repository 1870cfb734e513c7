/** Each field of each image is changed once: crit-diff says so, but for what is new in each dump. "The same" is never said by neglect. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { isObject } from '../../src/codec/json.ts';
import { CheckpointDiff } from '../../src/diff/diff-checkpoints.ts';
import { CritError } from '../../src/error.ts';
import { fixture, fixtureNames } from '../fixtures.ts';
import { decodeChunks } from '../line/decode-image.ts';
import { packChunks } from '../line/pack-lines.ts';
import { temporary } from '../temporary.ts';

/** Ids of the dump and inodes of the kernel; what runs on with the clock; registers, which are told on request; what nobody uses. */
const NEW_IN_EACH_DUMP: readonly RegExp[] = [
  /^(?:IDS|INVENTORY|STATS|TIMENS)\./,
  /^FILES\..*\.(?:id|ino|peer|pipe_id|ns_id|mnt_id|tty_info_id|i_ino|s_dev|name_dir)$/,
  /^GHOST_FILE\.entry\.(?:dev|ino|atim\..*)$/,
  /^MEMFD_INODE\.entry\.(?:inode_id|shmid)$/,
  /^MNTS\.entry\.(?:mnt_id|parent_mnt_id|s_dev|root_dentry|shared_id|master_id)$/,
  /^REMAP_FPATH\./,
  /^CORE\.entry\.tc\.timers\..*\.v(?:sec|usec|nsec)$|^FILES\.entry\.tfd\.v(?:sec|nsec)$|^TCP_STREAM\.entry\.(?:timestamp|snd_wl1)$/,
  /^CORE\.entry\.tc\.flags$|^TTY_INFO\.entry\.(?:id|termios(?:_locked)?\.c_cc)$|^FILES\.entry\.epfd\.tfd\.(?:dev|inode)$/,
  /^CORE\.entry\.(?:thread_info|ti_\w+)\./,
  /\.cg_set$|\.seccomp_filter$/,
  // A set of control groups that no process is in, the VMAs of what is no file, and a count that CRIU 4.2 does not read.
  /^CGROUP\.entry\.sets\./,
  /^MM\.entry\.vmas\.(?:fd|pgoff|shmid)$/,
  /^PAGEMAP\.entry\.compat_nr_pages$/,
];

type Path = readonly (string | number)[];

/** Paths to all values; of a list, to the last of it. */
function* leaves(value: unknown, path: Path = []): Generator<Path, void, undefined> {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (list.length > 0) yield* leaves(list.at(-1), [...path, list.length - 1]);
  } else if (isObject(value)) for (const [key, each] of Object.entries(value)) yield* leaves(each, [...path, key]);
  else if (['number', 'string', 'boolean'].includes(typeof value)) yield path;
}

/** The value with another one at a path. */
function changed(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return other(value);
  if (Array.isArray(value)) return value.map((each: unknown, index) => (index === key ? changed(each, rest) : each));
  assert.ok(isObject(value));
  return { ...value, [key]: changed(value[key], rest) };
}

function other(value: unknown): unknown {
  if (typeof value === 'number') return value > 0 ? value - 1 : value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  if (/^\d+$/.test(text)) return String(BigInt(text) - 1n);
  const isBase64 = text.length > 7 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+=*$/.test(text);
  return isBase64 ? `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}` : `${text}x`;
}

/** Whether crit-diff says anything, or that it cannot. */
function isTold(before: Checkpoint, directory: string): boolean {
  const after = Checkpoint.openDirectory(directory);
  try {
    return new CheckpointDiff(before, after).differences().next().done !== true;
  } catch (error) {
    if (error instanceof CritError) return true;
    throw error;
  } finally {
    after.close();
  }
}

test('every field that is changed is told, but for what is new in each dump', (t) => {
  const seen = new Set<string>();
  const silent: string[] = [];
  let tried = 0;
  for (const name of ['procs', 'fds', 'ghost', 'tty', 'cgroup', 'seccomp', 'inet-netns', 'ns', 'locks', 'ipc']) {
    const original = fixture(`real/${name}`);
    const directory = join(temporary(t), name);
    cpSync(original, directory, { recursive: true });
    const before = Checkpoint.openDirectory(original);
    for (const image of fixtureNames(`real/${name}`)) {
      const bytes = readFileSync(join(original, image));
      const { text, error } = decodeChunks([bytes], { name: image });
      if (error || bytes.length > 60_000) continue;
      const lines = text
        .split('\n')
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line));
      for (const [index, line] of lines.entries()) {
        if (!isObject(line) || line['entry'] === undefined) continue;
        const { entry, extra } = line;
        for (const path of leaves({ entry, ...(extra !== undefined && { extra }) })) {
          const label = `${String(line['magic'])}.${path.filter((part) => typeof part === 'string').join('.')}`;
          if (seen.has(label) || NEW_IN_EACH_DUMP.some((pattern) => pattern.test(label))) continue;
          seen.add(label);
          const edited = lines.map((each, at) => JSON.stringify(at === index ? changed(each, path) : each)).join('\n');
          const packed = packChunks([Buffer.from(edited)]);
          const made = packed.images.get(image);
          // Some values are refused: a length without its bytes, say.
          if (packed.error || !made) continue;
          tried++;
          writeFileSync(join(directory, image), made);
          if (!isTold(before, directory)) silent.push(label);
        }
      }
      writeFileSync(join(directory, image), bytes);
    }
    before.close();
  }
  assert.deepEqual(silent, []);
  assert.ok(tried > 400, `${tried} fields`);
});
