/** Edits that give single fields a value. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, edited, entries, entriesOf, regular } from './edited.ts';

const UNLIMITED = '18446744073709551615';
const limits = Array.from({ length: 16 }, (_, i) => ({ cur: i, max: UNLIMITED }));
const thread = { futex_rla: 0, futex_rla_len: 0, sched_nice: 0, comm: 'old' };
const tc = { task_state: 1, exit_code: 0, personality: 0, flags: 0, blk_sigset: 0, comm: 'old', oom_score_adj: 0 };
const core = (pid: number, more: object = {}): object[] =>
  entriesOf(`core-${pid}.img`, 'CORE', {
    mtype: 'X86_64',
    tc: { ...tc, rlimits: { rlimits: limits } },
    thread_core: thread,
    ...more,
  });

test('--comm names one process', () => {
  const { lines, changes } = edited([...core(5), ...core(6)], { comm: ['6=new'] });
  assert.deepEqual(
    entries(lines).map((entry) => [at(entry, 'tc', 'comm'), at(entry, 'thread_core', 'comm')]),
    [
      ['old', 'old'],
      ['new', 'new'],
    ],
  );
  assert.deepEqual(
    changes.map(({ image, entry, field, old, new: now }) => [image, entry, field, old, now]),
    [
      ['core-6.img', 1, 'tc.comm', 'old', 'new'],
      ['core-6.img', 1, 'thread_core.comm', 'old', 'new'],
    ],
  );
  assert.throws(() => edited(core(5), { comm: ['7=x'] }), /--comm 7=x: no such process; these are there: 5 old/);
  assert.throws(() => edited(core(5), { comm: [`5=${'é'.repeat(8)}`] }), /16 bytes, but 15 fit/);
});

test('--limit sets soft and hard limits by their names', () => {
  const [entry] = entries(edited(core(5), { limit: ['nofile=7:9', 'core=unlimited'] }).lines);
  assert.deepEqual(at(entry, 'tc', 'rlimits', 'rlimits', 7), { cur: 7, max: 9 });
  assert.deepEqual(at(entry, 'tc', 'rlimits', 'rlimits', 4), { cur: UNLIMITED, max: UNLIMITED });
  const old = entriesOf('rlimit-5.img', 'RLIMIT', ...limits);
  assert.deepEqual(entries(edited(old, { limit: ['nofile=70'] }).lines)[7], { cur: 70, max: UNLIMITED });
  for (const limit of ['files=1', 'nofile', 'nofile=x', 'nofile=2:1', 'nofile=1:2:3'])
    assert.throws(() => edited(core(5), { limit: [limit] }), /--limit/);
  const low = core(5, { tc: { ...tc, rlimits: { rlimits: limits.map(() => ({ cur: 1, max: 5 })) } } });
  assert.throws(() => edited(low, { limit: ['nofile=6'] }), /core-5.img: .*hard limit is 5: give both/);
});

test('--oom-score and --nice', () => {
  const [entry] = entries(edited(core(5), { 'oom-score': '500', nice: '-5' }).lines);
  assert.equal(at(entry, 'tc', 'oom_score_adj'), 500);
  assert.equal(at(entry, 'thread_core', 'sched_nice'), -5);
  assert.throws(() => edited(core(5), { nice: '20' }), /from -20 to 19/);
});

test('--hostname and --domainname need a namespace', () => {
  const uts = entriesOf('utsns-10.img', 'UTSNS', { nodename: 'a', domainname: 'b' });
  assert.deepEqual(entries(edited(uts, { hostname: 'web', domainname: 'c' }).lines), [
    { nodename: 'web', domainname: 'c' },
  ]);
  assert.throws(() => edited(core(5), { hostname: 'web' }), /no UTS namespace of its own/);
  assert.throws(() => edited(uts, { hostname: 'x'.repeat(65) }), /65 bytes, but 64 fit/);
});

test('--ignore drops what CRIU would compare', () => {
  const file = entriesOf('files.img', 'FILES', regular(1, '/a', { size: 5, mode: 33188, build_id: [1, 2] }));
  const left = (what: string): unknown =>
    Object.keys(Object(at(entries(edited(file, { ignore: what }).lines)[0], 'reg'))).slice(5);
  assert.deepEqual(left('size'), ['mode', 'build_id']);
  assert.deepEqual(left('size,mode,build-id'), []);
  assert.throws(() => edited(file, { ignore: 'inode' }), /size, mode, build-id, checksum/);
  assert.throws(() => edited(file, { ignore: 'checksum' }), /no file has it/);
});

test('--drop leaves images out', () => {
  const { lines, changes } = edited([...core(5), ...core(6)], { drop: 'core-6*' });
  assert.deepEqual(lines, edited(core(5), { drop: 'x' }, { ifPresent: true }).lines);
  assert.deepEqual(changes, [
    {
      option: 'drop',
      image: 'core-6.img',
      magic: 'CORE',
      entry: undefined,
      field: 'image',
      old: 'core-6.img',
      new: undefined,
    },
  ]);
  assert.throws(() => edited(core(5), { drop: 'pages-*' }), /these are there: core-\*\.img/);
});

test('fields that the schema does not know, and the bytes of an unusual entry, stay', () => {
  const [line] = entriesOf('utsns-1.img', 'UTSNS', { nodename: 'a', domainname: 'b', '@unknown': 'wD4H' }).slice(1);
  const [after] = edited([{ ...line, wire: 'EgFiCgFh' }], { hostname: 'c' }).lines;
  assert.deepEqual(after?.entry, { nodename: 'c', domainname: 'b', '@unknown': 'wD4H' });
});
