/**
 * --env NAME=VALUE and --args PID:N=TEXT: strings that the kernel gave a process at its start, in its memory.
 *
 * Programs hold pointers to them, so that each stays where it is: a shorter one is filled up with zero bytes, and a longer one
 * does not fit. Where they are takes three images: mm says at which addresses, the pagemap in which pages, and those have them.
 */
import { ALIGNED, IN_PARENT, PRESENT } from '../../checkpoint/pagemap-entry.ts';
import { CritError } from '../../error.ts';
import { wishOf, type Edit, type Region, type Report, type Spot, type Wish } from '../edit.ts';
import { listed, pairOf, wrong } from '../pair.ts';
import { MemoryPlaces, type Run } from './memory-places.ts';
import { isOfSpec, pidOf } from './fields.ts';

interface Rule {
  readonly wish: Wish;
  /** The one process whose memory is changed; every one without it. */
  readonly pid: string | undefined;
  /** The place of the string among those of its process. */
  find(strings: readonly Buffer[]): number;
  readonly text: Buffer;
}

/** --env [PID:]NAME=VALUE */
export function envEdit(values: readonly string[]): Edit {
  const form = '[PID:]NAME=VALUE';
  const rules = values.map((value): Rule => {
    const [, pid, text = ''] = /^(?:([1-9]\d*):)?([^]*)$/.exec(value) ?? [];
    const [name] = pairOf('env', text, form);
    if (name === '') throw wrong('env', value, form);
    const start = Buffer.from(`${name}=`);
    return {
      wish: wishOf('env', value),
      pid,
      find: (strings) => strings.findIndex((string) => string.subarray(0, start.length).equals(start)),
      text: Buffer.from(text),
    };
  });
  const edit = stringsEdit(
    'env',
    'mm_env_start',
    'mm_env_end',
    rules,
    (string) => string.toString('utf8').split('=')[0] ?? '',
  );
  return {
    ...edit,
    // What the engine would start the container with, in any length.
    values(path, value) {
      if (!isOfSpec(path.slice(0, -1), 'process', 'env') || typeof value !== 'string') return undefined;
      const rule = rules.find((each) => each.pid === undefined && each.find([Buffer.from(value)]) === 0);
      return rule?.text.toString('utf8');
    },
  };
}

/** --args PID:N=TEXT */
export function argsEdit(values: readonly string[]): Edit {
  const rules = values.map((value): Rule => {
    const [, pid, place, text = ''] = /^([1-9]\d*):(\d+)=([^]*)$/.exec(value) ?? [];
    if (pid === undefined) throw wrong('args', value, 'PID:N=TEXT, where N counts from 0,');
    return {
      wish: wishOf('args', value),
      pid,
      find: (strings) => (Number(place) < strings.length ? Number(place) : -1),
      text: Buffer.from(text),
    };
  });
  return stringsEdit('args', 'mm_arg_start', 'mm_arg_end', rules, (string) => string.toString('utf8'));
}

function stringsEdit(
  option: 'env' | 'args',
  startField: string,
  endField: string,
  rules: readonly Rule[],
  shown: (string: Buffer) => string,
): Edit {
  const places = new MemoryPlaces();
  const seen = new Set<string>();
  const concerns = (pid: string): boolean => rules.some((rule) => rule.pid === undefined || rule.pid === pid);
  const edit = (pid: string, bytes: Buffer, report: Report): void => {
    const strings = split(bytes);
    for (const string of strings) if (string.length > 0 && seen.size < 1000) seen.add(`${pid} ${shown(string)}`);
    for (const rule of rules) {
      if (rule.pid !== undefined && rule.pid !== pid) continue;
      const { wish, text } = rule;
      const string = strings[rule.find(strings)];
      if (!string) continue;
      wish.isMet = true;
      const old = string.toString('utf8');
      const place = string.byteOffset - bytes.byteOffset;
      // What an edit before has made shorter has its room behind it still.
      const room = roomOf(bytes, place, string.length);
      if (text.length > room)
        throw new CritError(
          'value',
          `${wish.text}: ${text.length} bytes, but process ${pid} has room for ${room} there`,
        );
      bytes.fill(0, place, place + string.length);
      text.copy(bytes, place);
      if (old !== text.toString('utf8')) report(option, `${option} of ${pid}`, old, text.toString('utf8'));
    }
  };
  return {
    option,
    wishes: rules.map(({ wish }) => wish),
    learn: {
      mm_entry({ image, message }) {
        const pid = pidOf(image);
        if (pid === undefined) return;
        const [from, end] = [message[startField], message[endField]].map(Number);
        places.memory(pid, concerns(pid) ? { from: from ?? 0, end: end ?? 0 } : undefined, message['mm_saved_auxv']);
      },
      pagemap_head: (spot) => withPid(spot, (pid) => places.pages(pid, Number(spot.message['pages_id']))),
      pagemap_entry: (spot) => withPid(spot, (pid) => places.run(pid, runOf(spot))),
    },
    regions: (image) =>
      places
        .regions(image)
        .map(({ pid, from, end }): Region => ({ from, end, edit: (bytes, report) => edit(pid, bytes, report) })),
    finish: () => places.finish(rules.map(({ wish }) => wish)),
    found: () =>
      seen.size > 0 ? `no such; there is ${listed(seen)}` : 'no process has such memory in this checkpoint',
  };
}

function withPid({ image }: Spot, work: (pid: string) => void): void {
  const pid = pidOf(image);
  if (pid !== undefined && !image.includes('-shmem-')) work(pid);
}

function runOf({ message }: Spot): Run {
  const { vaddr, nr_pages, compat_nr_pages, flags, in_parent, blocks } = message;
  const bits = typeof flags === 'number' ? flags : in_parent === true ? IN_PARENT : PRESENT;
  const packed =
    typeof blocks === 'object' && blocks !== null ? Number(Reflect.get(blocks, 'total_payload_size')) : undefined;
  const isPresent = (bits & PRESENT) !== 0 && in_parent !== true;
  const isAligned = isPresent && (bits & ALIGNED) !== 0;
  return { address: Number(vaddr), pages: Number(nr_pages ?? compat_nr_pages), isPresent, isAligned, packed };
}

function split(bytes: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const zero = bytes.indexOf(0, at);
    const end = zero < 0 ? bytes.length : zero;
    strings.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return strings;
}

/** Bytes that a string can have: its own, and zero bytes behind it but one. */
function roomOf(bytes: Buffer, from: number, length: number): number {
  let end = from + length;
  while (end + 1 < bytes.length && bytes[end] === 0 && bytes[end + 1] === 0) end++;
  return end - from;
}
