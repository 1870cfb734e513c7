/** VMAs that were mapped, unmapped, grown, moved, split or given other rights. */
import { formatAddress, type Vma } from '../checkpoint/vma.ts';
import type { Difference } from './difference.ts';

/** VMAs of both sides that reach into one another: together they are one change. */
interface Cluster {
  readonly before: Vma[];
  readonly after: Vma[];
}

export function* diffVmas(
  pid: number,
  before: Iterable<Vma>,
  after: Iterable<Vma>,
): Generator<Difference, void, undefined> {
  const removed: Vma[] = [];
  const added: Vma[] = [];
  for (const cluster of clustersOf(before, after)) {
    const [[one, ...more], [other, ...others]] = [cluster.before, cluster.after];
    if (!other && one) removed.push(one);
    else if (!one && other) added.push(other);
    else if (one && other && more.length === 0 && others.length === 0) yield* changed(pid, one, other);
    else if (!isSameCluster(cluster)) yield regrouped(pid, cluster);
  }
  for (const vma of removed) {
    const moved = added.findIndex((each) => isMoved(vma, each));
    const [place] = moved < 0 ? [] : added.splice(moved, 1);
    if (place)
      yield { ...about(pid, vma), change: 'changed', field: 'address', before: rangeOf(vma), after: rangeOf(place) };
    else yield { ...about(pid, vma), change: 'removed', before: describe(vma) };
  }
  for (const vma of added) yield { ...about(pid, vma), change: 'added', after: describe(vma) };
}

/** Walks both lists, which are in the order of their addresses. */
function* clustersOf(before: Iterable<Vma>, after: Iterable<Vma>): Generator<Cluster, void, undefined> {
  const [left, right] = [before[Symbol.iterator](), after[Symbol.iterator]()];
  let [one, other] = [left.next(), right.next()];
  while (one.done !== true || other.done !== true) {
    const cluster: Cluster = { before: [], after: [] };
    let end = -1n;
    for (;;) {
      const first = one.done === true ? undefined : one.value;
      const second = other.done === true ? undefined : other.value;
      const takesFirst = first !== undefined && (second === undefined || first.start <= second.start);
      const next = takesFirst ? first : second;
      if (!next || (end >= 0n && next.start >= end)) break;
      if (next.end > end) ({ end } = next);
      if (takesFirst) {
        cluster.before.push(next);
        one = left.next();
      } else {
        cluster.after.push(next);
        other = right.next();
      }
    }
    yield cluster;
  }
}

function* changed(pid: number, one: Vma, other: Vma): Generator<Difference, void, undefined> {
  const base = { ...about(pid, one), change: 'changed' } as const;
  if (one.start !== other.start || one.end !== other.end) {
    yield { ...base, field: 'range', before: rangeOf(one), after: rangeOf(other) };
  }
  for (const field of ['prot', 'flags', 'status', 'name', 'backing', 'isShared'] as const) {
    if (one[field] !== other[field]) yield { ...base, field, before: one[field], after: other[field] };
  }
  if (one.madv !== other.madv) {
    yield { ...base, field: 'madv', before: formatAddress(one.madv), after: formatAddress(other.madv) };
  }
  const grown = other.start - one.start;
  if (one.file !== undefined && one.offset + grown !== other.offset) {
    yield { ...base, field: 'offset', before: formatAddress(one.offset), after: formatAddress(other.offset) };
  }
}

function regrouped(pid: number, { before, after }: Cluster): Difference {
  const [first] = before;
  const field = before.length < after.length ? 'split' : before.length > after.length ? 'merged' : 'ranges';
  const base = { kind: 'vma', pid, name: first?.name ?? '', change: 'changed' } as const;
  return { ...base, field, before: before.map(describe), after: after.map(describe) };
}

function isSameCluster({ before, after }: Cluster): boolean {
  return before.length === after.length && before.every((vma, index) => describe(vma) === describe(after[index]));
}

/** Something of the same kind and size elsewhere. Of memory without a name, which is all alike, nothing is said to have moved. */
function isMoved(one: Vma, other: Vma): boolean {
  const isNamed = one.file !== undefined || /^\[(?:stack|heap|vdso|vvar)\]$/.test(one.name);
  return (
    isNamed &&
    one.name === other.name &&
    one.prot === other.prot &&
    one.offset === other.offset &&
    one.end - one.start === other.end - other.start
  );
}

function about(pid: number, vma: Vma): { kind: 'vma'; pid: number; name: string } {
  return { kind: 'vma', pid, name: `${vma.name} at ${formatAddress(vma.start)}` };
}

function rangeOf({ start, end }: Vma): string {
  return `${formatAddress(start)}-${formatAddress(end)}`;
}

function describe(vma: Vma | undefined): string {
  if (!vma) return '';
  return `${rangeOf(vma)} ${vma.prot}${vma.isShared ? 's' : 'p'} ${vma.name}`;
}
