/** Differences for people: a summary, and a tree of processes with what is not the same. */
import type { Difference, PageCounts } from '../../../diff/difference.ts';
import type { Paint } from '../../io/colors.ts';
import { safeText } from '../../io/terminal.ts';
import { valueText } from './value-text.ts';

export const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
const COLORS = { added: 'green', removed: 'red', changed: 'yellow' } as const;
/** Characters that are held back for the summary to stand before them; with more, it stands behind all. */
const MOST_HELD = 1 << 20;

export interface TextOptions {
  readonly paint: Paint;
  /** The name of a process. */
  readonly nameOf: (pid: number) => string;
}

export function* diffText(
  differences: Iterable<Difference>,
  { paint, nameOf }: TextOptions,
): Generator<string, void, undefined> {
  const summary = new Summary();
  let held: string | undefined = '';
  try {
    for (const line of treeLines(differences, summary, paint, nameOf)) {
      if (held === undefined) yield line;
      else held += line;
      if (held === undefined || held.length < MOST_HELD) continue;
      yield held;
      held = undefined;
    }
  } catch (error) {
    // What was found until then is true.
    if (held !== undefined && held !== '') yield summary.line + held;
    throw error;
  }
  if (held === undefined) yield summary.line;
  else if (held !== '') yield summary.line + held;
}

function* treeLines(
  differences: Iterable<Difference>,
  summary: Summary,
  paint: Paint,
  nameOf: (pid: number) => string,
): Generator<string, void, undefined> {
  let pid: number | undefined | null = null;
  /** Whose pages are told of. */
  let place = '';
  for (const difference of differences) {
    const { change, kind, name, field } = difference;
    summary.count(difference);
    const isWhole = kind === 'process' && change !== 'changed' && field === undefined;
    if (isWhole || difference.pid !== pid) {
      ({ pid } = difference);
      place = '';
      const head = pid === undefined ? 'checkpoint' : `process ${pid} ${safeText(isWhole ? name : nameOf(pid))}`;
      yield isWhole ? `${paint(COLORS[change], `${SIGNS[change]} ${head}`)}\n` : `${paint('bold', head)}\n`;
      if (isWhole) continue;
    }
    if (kind === 'bytes' || kind === 'strings') {
      if (name !== place) yield `  ${safeText(name)}\n`;
      place = name;
      yield `      ${detailText(difference, paint)}\n`;
      continue;
    }
    if (kind === 'memory') place = name;
    yield `  ${paint(COLORS[change], SIGNS[change])} ${lineText(difference)}\n`;
  }
}

/** How much of each kind there is: `~2 process, +1 file`. */
class Summary {
  readonly #counts = new Map<string, { added: number; removed: number; changed: number }>();

  count({ kind, change }: Difference): void {
    const counts = this.#counts.get(kind) ?? { added: 0, removed: 0, changed: 0 };
    counts[change]++;
    this.#counts.set(kind, counts);
  }

  get line(): string {
    const kinds = [...this.#counts].map(([kind, counts]) => {
      const parts = (['added', 'removed', 'changed'] as const).filter((change) => counts[change] > 0);
      return `${parts.map((change) => SIGNS[change] + counts[change]).join(' ')} ${kind}`;
    });
    return `${kinds.join(', ')}\n`;
  }
}

/** What differs, on one line that is safe for a terminal; whose it is stands before it. */
export function lineText(difference: Difference): string {
  const { change, kind, tid, name, field, before, after, users = [], pages, pid } = difference;
  const parts: string[] = [];
  // What a whole process is, is under its name; what a VMA is, says where it is.
  if (kind !== 'process') {
    parts.push(kind === 'registers' ? 'registers of' : kind);
    if (tid !== undefined) parts.push(...(kind === 'thread' ? [] : ['thread']), String(tid));
    if (kind !== 'vma' || field !== undefined) parts.push(safeText(name));
  }
  if (field !== undefined) parts.push(`${safeText(field)}:`);
  if (pages) parts.push(pagesText(pages));
  else if (before !== undefined && after !== undefined) {
    parts.push(`${valueText(difference, before)} -> ${valueText(difference, after)}`);
  } else if (before !== undefined || after !== undefined) {
    const isFact = change === 'changed';
    const words = isFact ? [before === undefined ? 'now' : 'was'] : [];
    parts.push(...words, valueText(difference, before ?? after));
  }
  if (users.length > 0) parts.push(usersText(users, pid));
  return parts.join(' ');
}

/** Descriptors; those of the process that is told of by their numbers. */
function usersText(users: readonly string[], pid: number | undefined): string {
  const names = users.map((user) => (user.startsWith(`${pid}:`) ? `fd ${user.slice(user.indexOf(':') + 1)}` : user));
  return `(${names.join(', ')})`;
}

function pagesText({ added, removed, changed, same, bytes }: PageCounts): string {
  const parts = [
    [changed, `changed (${bytes} bytes)`],
    [added, 'new'],
    [removed, 'gone'],
    [same, 'the same'],
  ] as const;
  return `pages: ${parts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${count} ${text}`)
    .join(', ')}`;
}

/** Bytes at an address, or text of a page. */
function detailText({ change, kind, address = '', before, after }: Difference, paint: Paint): string {
  const [was, is] = [before, after].map((value) => (typeof value === 'string' ? detailValue(kind, value) : ''));
  if (change === 'changed') return `${address} ${paint('red', was ?? '')} -> ${paint('green', is ?? '')}`;
  return `${paint(COLORS[change], SIGNS[change])} ${address} ${paint(COLORS[change], `${was}${is}`)}`;
}

function detailValue(kind: string, value: string): string {
  if (kind === 'strings') return safeText(value);
  const text = Buffer.from(value, 'hex').toString('latin1');
  return `${value} ${safeText(JSON.stringify(text.replace(/[^\x20-\x7e]/g, '.')))}`;
}
