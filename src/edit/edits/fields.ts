/** Edits that give single fields a value, wherever they are. */
import { LIMITS } from '../../schema/limits.ts';
import { CritError } from '../../error.ts';
import { wishOf, type Edit } from '../edit.ts';
import type { JsonPath } from '../../codec/json-tokens.ts';
import { integerOf, listed, pairOf, wrong } from '../pair.ts';
import { IGNORE_FIELDS } from '../presets.ts';
import { bytesOf } from '../text.ts';

/** __NEW_UTS_LEN: what the kernel takes of a host's name, in bytes. */
const LONGEST_HOST_NAME = 64;
/** TASK_COMM_LEN without its zero byte. */
const LONGEST_COMM = 15;
const UNLIMITED = '18446744073709551615';

/** --hostname, --domainname */
export function hostEdit(option: 'hostname' | 'domainname', values: readonly string[]): Edit {
  const name = values.at(-1) ?? '';
  const wish = wishOf(option, name);
  const size = Buffer.byteLength(name);
  if (size > LONGEST_HOST_NAME) throw tooLong(option, size, LONGEST_HOST_NAME);
  return {
    option,
    wishes: [wish],
    visits: {
      utsns_entry(spot) {
        wish.isMet = true;
        spot.set(option === 'hostname' ? 'nodename' : 'domainname', name);
      },
    },
    values(path, value) {
      const key = option === 'hostname' ? 'hostname' : 'domainname';
      if (isOfSpec(path, key) || (key === 'hostname' && path.at(-1) === 'io.kubernetes.cri-o.HostName')) return name;
      const isVariable = isOfSpec(path.slice(0, -1), 'process', 'env') && String(value).startsWith('HOSTNAME=');
      return key === 'hostname' && isVariable ? `HOSTNAME=${name}` : undefined;
    },
    found: () => 'the checkpoint has no UTS namespace of its own: its programs see the name of the host',
  };
}

/** --comm PID=NAME */
export function commEdit(values: readonly string[]): Edit {
  const names = new Map<string, string>();
  const wishes = values.map((value) => {
    const [pid, name] = pairOf('comm', value, 'PID=NAME');
    if (!/^[1-9]\d*$/.test(pid)) throw wrong('comm', value, 'PID=NAME');
    const size = Buffer.byteLength(name);
    if (size > LONGEST_COMM) throw tooLong('comm', size, LONGEST_COMM);
    names.set(pid, name);
    return wishOf('comm', value);
  });
  const there = new Map<string, string>();
  return {
    option: 'comm',
    wishes,
    visits: {
      core_entry({ image, message }) {
        const pid = pidOf(image);
        if (pid !== undefined && message['tc'] === undefined) there.set(pid, 'a thread');
      },
      task_core_entry(spot) {
        const pid = pidOf(spot.image);
        if (pid === undefined) return;
        there.set(pid, bytesOf(spot.message['comm']).toString('utf8'));
        set(spot, pid);
      },
      thread_core_entry(spot) {
        const pid = pidOf(spot.image);
        // CRIU before 4 has no names of threads.
        if (pid !== undefined && spot.message['comm'] !== undefined) set(spot, pid);
      },
    },
    found: () => `no such process; these are there: ${listed([...there].map(([pid, comm]) => `${pid} ${comm}`))}`,
  };

  function set(spot: { set(field: string, value: unknown): void }, pid: string): void {
    const name = names.get(pid);
    if (name === undefined) return;
    for (const wish of wishes) if (wish.text.startsWith(`--comm ${pid}=`)) wish.isMet = true;
    spot.set('comm', name);
  }
}

/** --ignore size,mode,build-id */
export function ignoreEdit(values: readonly string[]): Edit {
  const words = values.flatMap((value) => value.split(',')).filter((word) => word !== '');
  const known = new Map<string, readonly string[]>(Object.entries(IGNORE_FIELDS));
  const wishes = words.map((word) => {
    if (!known.has(word)) throw wrong('ignore', word, [...known.keys()].join(', '));
    return wishOf('ignore', word);
  });
  return {
    option: 'ignore',
    wishes,
    visits: {
      reg_file_entry(spot) {
        for (const [i, word] of words.entries()) {
          for (const field of known.get(word) ?? []) {
            if (spot.message[field] === undefined) continue;
            const wish = wishes[i];
            if (wish) wish.isMet = true;
            spot.set(field, undefined);
          }
        }
      },
    },
    found: () => 'no file has it',
  };
}

/** --limit NAME=SOFT[:HARD] */
export function limitEdit(values: readonly string[]): Edit {
  const rules = values.map((value) => {
    const [name, text] = pairOf('limit', value, 'NAME=SOFT[:HARD]');
    const number = LIMITS.indexOf(name);
    if (number < 0) throw wrong('limit', value, `one of ${LIMITS.join(', ')}`);
    const [soft = '', hard, more] = text.split(':');
    if (more !== undefined) throw wrong('limit', value, 'NAME=SOFT[:HARD]');
    const cur = limitOf(soft);
    const max = hard === undefined ? undefined : limitOf(hard);
    if (max !== undefined && BigInt(cur) > BigInt(max))
      throw new CritError('usage', `--limit ${value}: the soft limit is above the hard one`);
    return { wish: wishOf('limit', value), number, cur, max };
  });
  return {
    option: 'limit',
    wishes: rules.map(({ wish }) => wish),
    visits: {
      rlimit_entry(spot) {
        // Each stands at the place of its number, in a list or, in old images, in an image of its own.
        const place = spot.magic === 'RLIMIT' ? spot.entry - 1 : Number(/\[(\d+)\]\.$/.exec(spot.path)?.[1]);
        for (const { wish, number, cur, max } of rules) {
          if (number !== place) continue;
          wish.isMet = true;
          if (max !== undefined) spot.set('max', max);
          else if (BigInt(cur) > BigInt(String(spot.message['max'])))
            throw new CritError(
              'value',
              `${wish.text}: the hard limit is ${String(spot.message['max'])}: give both, SOFT:HARD`,
            );
          spot.set('cur', cur);
        }
      },
    },
    found: () => 'no process has limits',
  };
}

/** As lines hold numbers of 64 bits. */
function limitOf(text: string): number | string {
  if (text === 'unlimited') return UNLIMITED;
  if (!/^\d{1,19}$/.test(text)) throw new CritError('usage', `--limit: ${text} is neither a number nor "unlimited"`);
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text).toString();
}

/** --oom-score N, --nice N */
export function numberEdit(option: 'oom-score' | 'nice', values: readonly string[]): Edit {
  const text = values.at(-1) ?? '';
  const number = option === 'nice' ? integerOf(option, text, -20, 19) : integerOf(option, text, -1000, 1000);
  const wish = wishOf(option, text);
  const [message, field] =
    option === 'nice' ? ['thread_core_entry', 'sched_nice'] : ['task_core_entry', 'oom_score_adj'];
  return {
    option,
    wishes: [wish],
    visits: {
      [message]: (spot) => {
        wish.isMet = true;
        spot.set(field, number);
      },
    },
    found: () => 'there is no process',
  };
}

/** Whether a path is that of a key in an OCI specification, alone or in what an engine says of its container. */
export function isOfSpec(path: JsonPath, ...keys: string[]): boolean {
  const inner = path[0] === 'spec' ? path.slice(1) : path;
  return inner.length === keys.length && keys.every((key, i) => inner[i] === key);
}

/** The process or thread whose image it is: `core-12.img`. */
export function pidOf(image: string): string | undefined {
  return /-(\d+)\.img$/.exec(image)?.[1];
}

function tooLong(option: string, size: number, most: number): CritError {
  return new CritError('usage', `--${option}: ${size} bytes, but ${most} fit`);
}
