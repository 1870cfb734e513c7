import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { edited, entries, entriesOf, packed, regular, unixSocket } from './edited.ts';

const files = (...names: string[]): object[] =>
  entriesOf('files.img', 'FILES', ...names.map((name, i) => regular(i + 1, name)));
const namesOf = (lines: ReturnType<typeof edited>['lines']): unknown[] =>
  entries(lines).map(({ reg }) => (typeof reg === 'object' && reg !== null ? Reflect.get(reg, 'name') : undefined));

test('a path moves with all that is below it, and no name that only begins like it', () => {
  const { lines } = edited(files('/srv/app', '/srv/app/a', '/srv/application', '/x/srv/app', '/srv'), {
    path: ['/srv/app=/opt'],
  });
  assert.deepEqual(namesOf(lines), ['/opt', '/opt/a', '/srv/application', '/x/srv/app', '/srv']);
});

test('two paths can change places, and the longer one counts', () => {
  const { lines } = edited(files('/a/f', '/b/f', '/a/c/f'), { path: ['/a=/b', '/b=/a', '/a/c=/d'] });
  assert.deepEqual(namesOf(lines), ['/b/f', '/a/f', '/d/f']);
});

test('a name that is not UTF-8 keeps its bytes', () => {
  const name = { base64: Buffer.from('/a/caf\xe9', 'latin1').toString('base64') };
  const lines = entriesOf('files.img', 'FILES', { type: 'REG', id: 1, reg: { ...fields(), name } });
  const [entry] = entries(edited(lines, { path: ['/a=/b'] }).lines);
  assert.deepEqual(entry?.['reg'], {
    ...fields(),
    name: { base64: Buffer.from('/b/caf\xe9', 'latin1').toString('base64') },
  });
});

function fields(): object {
  return { id: 1, flags: 0, pos: 0, fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 }, name: '' };
}

test('sockets move by name, by directory, and not where they are abstract', () => {
  const socket = (name: string, dir?: string): object =>
    unixSocket(1, Buffer.from(name), dir === undefined ? {} : { name_dir: dir });
  const lines = entriesOf(
    'files.img',
    'FILES',
    socket('/run/a.sock\0'),
    socket('./a.sock\0', '/run'),
    socket('a.sock\0', '/'),
    socket('run/a.sock\0', '/'),
    socket('\0/run/a.sock'),
  );
  const after = entries(edited(lines, { path: ['/run=/var/run'] }).lines).map(({ usk }) => {
    assert.ok(typeof usk === 'object' && usk !== null);
    return [Buffer.from(String(Reflect.get(usk, 'name')), 'base64').toString(), Reflect.get(usk, 'name_dir')];
  });
  assert.deepEqual(after, [
    ['/var/run/a.sock\0', undefined],
    ['./a.sock\0', '/var/run'],
    ['a.sock\0', '/'],
    ['/var/run/a.sock\0', '/'],
    ['\0/run/a.sock', undefined],
  ]);
});

test('what cannot be is refused', () => {
  for (const value of ['/a', 'a=/b', '/a=b', '/a=/../b', '/a=/b/', '/=/b', '/a=/'])
    assert.throws(() => edited(files('/a'), { path: [value] }), /absolute paths/, value);
  assert.throws(() => edited(files('/a/f'), { path: [`/a=/${'x'.repeat(4094)}`] }), /4097 bytes long; 4095 fit/);
  const long = unixSocket(1, Buffer.from('/a/s\0'));
  const lines = entriesOf('files.img', 'FILES', long);
  assert.throws(() => edited(lines, { path: [`/a=/${'x'.repeat(110)}`] }), /files.img: .*entry 1: .*108 fit/);
});

test('what is not there is an error that says what there is', () => {
  assert.throws(
    () => edited(files('/srv/app/x'), { path: ['/srv/b=/c'] }),
    /--path \/srv\/b=\/c: no such path; there is \/srv\/app/,
  );
  assert.equal(edited(files('/a'), { path: ['/b=/c'] }, { ifPresent: true }).changes.length, 0);
});

test('an edit and its inverse give the same bytes, and nothing else changes', () => {
  const part = fc.constantFrom('a', 'b', 'app', 'ap', 'é', 'a b');
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), path, (paths, from) => {
      const before = edited(files(...paths), { path: ['/zz=/y'] }, { ifPresent: true });
      const there = edited(before.text, { path: [`${from}=/new/place`] }, { ifPresent: true });
      const back = edited(there.text, { path: [`/new/place=${from}`] }, { ifPresent: true });
      assert.deepEqual(packed(back), packed(before));
      assert.equal(there.changes.length, paths.filter((each) => `${each}/`.startsWith(`${from}/`)).length);
    }),
  );
});
