/**
 * What is not of one process: mounts, control groups, and all other images, entry by entry.
 *
 * Images of processes, files and memory are compared by what they mean elsewhere; their ids and names are new in each dump.
 */
import { textOf } from '../checkpoint/text.ts';
import { CritError } from '../error.ts';
import { readChunksSync } from '../files/read-chunks.ts';
import { isMagic } from '../schema/images.ts';
import type { Difference } from './difference.ts';
import { changesOf, factsOf } from './facts.ts';
import type { Namespaces } from './namespaces.ts';
import { WAITING_IMAGES } from './waiting-data.ts';
import type { Side } from './side.ts';

/** Told by what they mean, or new in each dump. */
const ELSEWHERE =
  /^(?:inventory|pstree|files|reg-files|pipes|fifo|unixsk|inetsk|netlinksk|packetsk|eventfd|eventpoll|signalfd|timerfd|inotify|fanotify|tty|ext-files|memfd|remap-fpath|cgroup|seccomp|irmap-cache|filelocks)\.img$|^(?:core|mm|pagemap|pagemap-shmem|pages|fdinfo|fs|ids|creds|vmas|mountpoints|timens|ghost-file)-[\da-f]+\.img$|^(?:stats-(?:dump|restore)|parent|dump\.log|restore\.log)$/;
/** Entries that are compared by their place, at most. */
const MOST_ENTRIES = 100_000;
/** Ids, places and times of this dump. */
const NOISE =
  /(?:^|\.)(?:c_cc\.words|id|ino|mnt_id|parent_mnt_id|s_dev|root_dentry|shared_id|master_id|internal_sharing|timestamp|snd_buf|rcv_buf)$/;

export function* diffMounts(before: Side, after: Side): Generator<Difference, void, undefined> {
  const [left, right] = [mountsOf(before), mountsOf(after)];
  for (const [name, facts] of left) {
    const other = right.get(name);
    if (!other) yield { change: 'removed', kind: 'mount', name, before: facts.get('source') };
    else for (const change of changesOf(facts, other)) yield { change: 'changed', kind: 'mount', name, ...change };
  }
  for (const [name, facts] of right) {
    if (!left.has(name)) yield { change: 'added', kind: 'mount', name, after: facts.get('source') };
  }
}

/** By mount point; of several over one another, the one that was mounted last. */
function mountsOf({ checkpoint }: Side): Map<string, Map<string, unknown>> {
  return new Map(
    [...checkpoint.files.mounts.values()].map((mount) => {
      const facts = factsOf(mount, (field) => NOISE.test(field) || field === 'mountpoint');
      const parent = checkpoint.files.mounts.get(mount.parent_mnt_id);
      return [textOf(mount.mountpoint), facts.set('parent', parent && textOf(parent.mountpoint))];
    }),
  );
}

/** Control groups by controller and path, with their properties. */
export function* diffCgroups(before: Side, after: Side): Generator<Difference, void, undefined> {
  const [left, right] = [cgroupsOf(before), cgroupsOf(after)];
  for (const [name, facts] of left) {
    const other = right.get(name);
    if (!other) yield { change: 'removed', kind: 'cgroup', name };
    else for (const change of changesOf(facts, other)) yield { change: 'changed', kind: 'cgroup', name, ...change };
  }
  for (const name of right.keys()) if (!left.has(name)) yield { change: 'added', kind: 'cgroup', name };
}

function cgroupsOf({ checkpoint }: Side): Map<string, Map<string, unknown>> {
  const found = new Map<string, Map<string, unknown>>();
  for (const { controllers = [] } of checkpoint.images.entriesIfThere('cgroup.img', 'CGROUP')) {
    for (const { cnames = [], dirs = [], is_threaded } of controllers) {
      const add = (list: typeof dirs, above: string): void => {
        for (const { dir_name, children = [], properties = [], dir_perms } of list) {
          const path = `${above}${above === '' || above.endsWith('/') ? '' : '/'}${textOf(dir_name)}`;
          const facts = factsOf({ is_threaded, dir_perms });
          for (const { name, value, perms } of properties) {
            facts.set(textOf(name), textOf(value));
            for (const [part, each] of factsOf(perms ?? {})) facts.set(`${textOf(name)}.${part}`, each);
          }
          found.set(`${cnames.map(textOf).join()}:${path}`, facts);
          add(children, path);
        }
      };
      add(dirs, '');
    }
  }
  return found;
}

/** All other images, by their names. */
export function* diffOtherImages(
  before: Side,
  after: Side,
  namespaces: Namespaces,
  isAll: boolean,
): Generator<Difference, void, undefined> {
  const [left, right] = [before.checkpoint.images, after.checkpoint.images];
  const wanted = (name: string): boolean =>
    isImage(name) && !WAITING_IMAGES.test(name) && (!ELSEWHERE.test(name) || (isAll && isTold(name)));
  for (const name of left.names.filter(wanted)) {
    const other = namespaces.imageAfter(name);
    if (!right.has(other)) yield { change: 'removed', kind: 'image', name };
    else if (!isSameFile(left.pathOf(name), right.pathOf(other))) yield* diffImage(before, after, name, other);
  }
  for (const name of right.names.filter(wanted)) {
    if (!left.has(namespaces.imageBefore(name))) yield { change: 'added', kind: 'image', name };
  }
}

function isImage(name: string): boolean {
  return name.endsWith('.img') || name.startsWith('stats-');
}

/** What `--all` tells besides: what is new in each dump, whatever the program does. */
function isTold(name: string): boolean {
  return /^(?:inventory|timens-\d+)\.img$|^stats-/.test(name);
}

function isSameFile(one: string, other: string): boolean {
  const right = inBlocksOf(other);
  try {
    // A loop, so that the first file is closed as well where they differ.
    for (const block of inBlocksOf(one)) {
      const { done, value } = right.next();
      if (done === true || !value.equals(block)) return false;
    }
    return right.next().done === true;
  } finally {
    right.return();
  }
}

/** A file in chunks of one size but for the last, which stay valid. */
function* inBlocksOf(path: string): Generator<Buffer, void, undefined> {
  const size = 64 * 1024;
  let held = Buffer.alloc(0);
  for (const chunk of readChunksSync(path)) {
    held = held.length > 0 ? Buffer.concat([held, chunk]) : Buffer.from(chunk);
    let at = 0;
    for (; held.length - at >= size; at += size) yield held.subarray(at, at + size);
    held = held.subarray(at);
  }
  if (held.length > 0) yield held;
}

/** Entries at the same places; where the image has none, or others come, that it is another one. */
function* diffImage(before: Side, after: Side, name: string, other: string): Generator<Difference, void, undefined> {
  const { magic, extra } = before.checkpoint.images.schema.byFile(name) ?? {};
  if (magic === undefined || !isMagic(magic) || extra !== undefined) {
    yield { change: 'changed', kind: 'image', name, field: 'contents', ...sizesOf(before, after, name, other) };
    return;
  }
  const left = before.checkpoint.images.entries(name, magic);
  const right = after.checkpoint.images.entries(other, magic);
  let isAny = false;
  for (let index = 1; ; index++) {
    if (index > MOST_ENTRIES)
      throw new CritError('limit', `more than ${MOST_ENTRIES} entries to compare`, { image: name });
    const pair = [left.next(), right.next()];
    if (pair.every(({ done }) => done === true)) break;
    const [was, is] = pair.map(({ done, value }) => (done === true ? new Map<string, unknown>() : entryFacts(value)));
    for (const change of changesOf(was ?? new Map(), is ?? new Map())) {
      isAny = true;
      if (NOISE.test(change.field)) continue;
      yield {
        change: 'changed',
        kind: magic === 'STATS' ? 'statistics' : 'image',
        name: `${name} entry ${index}`,
        ...change,
      };
    }
  }
  if (!isAny) yield { change: 'changed', kind: 'image', name, field: 'encoding' };
}

function entryFacts(entry: unknown): Map<string, unknown> {
  const facts = factsOf(entry);
  for (const name of ['termios.c_cc', 'termios_locked.c_cc']) {
    const words = facts.get(name);
    if (Array.isArray(words)) facts.set(name, controlCharacters(words)).set(`${name}.words`, words);
  }
  return facts;
}

/** CRIU copies these bytes as if they were words, and what stands behind them in its memory as well: these bytes are in the first words. */
function controlCharacters(words: readonly unknown[]): readonly unknown[] {
  if (words.every((word) => Number(word) <= 0xff)) return words;
  const bytes = Buffer.from(Uint32Array.from(words, Number).buffer);
  return [...bytes.subarray(0, words.length)];
}

function sizesOf(before: Side, after: Side, name: string, other: string): { before: string; after: string } {
  const size = ({ checkpoint }: Side, image: string): string => `${checkpoint.images.size(image) ?? 0} bytes`;
  return { before: size(before, name), after: size(after, other) };
}
