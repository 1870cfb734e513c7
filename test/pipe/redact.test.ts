import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const UNLIKELY = 'in-no-image-of-any-fixture';
const dumps = readdirSync(fixture('real'));
const archives = readdirSync(fixture('archives'));

test('where nothing is found, every byte of every fixture stays, and that is no error', async (t) => {
  const script = `for dump in "$2"/real/*/; do
    name=$(basename "$dump"); crit-cat "$dump" | crit-redact --text "$1" -C "$name" && diff -r "$dump" "$name" || echo "$name differs"
  done
  for archive in "$2"/archives/*; do
    crit-cat "$archive" | crit-redact -q --text "$1" | cmp - <(crit-cat "$archive") || echo "$archive differs"
  done`;
  const cwd = temporary(t);
  const { stdout, stderr } = await shell(script, [UNLIKELY, fixture('.')], { cwd, timeout: 120_000 });
  assert.equal(stdout.toString(), '');
  assert.equal(stderr.split('\n').filter((line) => line.includes('nothing was overwritten')).length, dumps.length);
  assert.ok(archives.length > 0);
});

test('a dump: overwritten with its length everywhere, said by process and area, and nothing is left', async (t) => {
  const out = join(temporary(t), 'out');
  const redact = await shell('crit-redact --text corpus --keep-report "$1.report" "$2" -C "$1"', [
    out,
    fixture('real/fds'),
  ]);
  assert.deepEqual(redact.codes, [0]);
  assert.match(redact.stderr, /^crit-redact: process \d+ \[stack\]: \d+ bytes in \d+ places$/m);
  assert.match(redact.stderr, /^crit-redact: text: \d+ bytes in \d+ places overwritten$/m);
  assert.deepEqual((await shell('crit-grep --all -F corpus "$1"', [out])).codes, [1]);
  assert.deepEqual((await shell('grep -rlaF corpus "$1" "$1.report"', [out])).codes, [1]);
  const places = readFileSync(`${out}.report`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(places.every(({ rule, length }) => rule === 'text' && length === 6));
  for (const name of readdirSync(fixture('real/fds')))
    assert.equal(statSync(join(out, name)).size, statSync(join(fixture('real/fds'), name)).size, name);
  const again = await shell('crit-redact --text corpus "$1" -C "$1.again"; diff -r "$1" "$1.again"', [out]);
  assert.deepEqual(again.stdout.toString(), '');
});

test('an archive in one pass: members in order, headers as they were, zstd and gzip as well', async (t) => {
  const cwd = temporary(t);
  for (const archive of ['podman-counter.tar', 'podman-counter.tar.zst', 'made-containerd.tar.gz']) {
    const script = `crit-cat "$1" | crit-redact -q --env PATH | crit-pack --tar -o new.tar -f
      diff <(tar -tvf "$1") <(tar -tvf new.tar) && tar -xOf new.tar spec.dump`;
    const { stdout, stderr } = await shell(script, [fixture(`archives/${archive}`)], { cwd });
    assert.equal(stderr, '');
    const { process } = JSON.parse(stdout.toString());
    assert.match(
      process.env.find((each: string) => each.startsWith('PATH=')),
      /^PATH=\*+$/,
    );
    assert.deepEqual((await shell('crit-grep --all "PATH=[^*]" new.tar', [], { cwd })).codes, [1]);
  }
});

test('a dump in its own place, and what must not be written to', async (t) => {
  const dump = join(temporary(t), 'dump');
  cpSync(fixture('real/simple'), dump, { recursive: true });
  const run = (rest: string) => shell(`crit-redact -q --text corpus ${rest}`, [dump]);
  assert.match((await run('"$1" -C "$1"')).stderr, /is the checkpoint itself: -f changes it/);
  assert.match((await run('"$1" -C "$1/in"')).stderr, /lies in the checkpoint/);
  const inPlace = await run('"$1" -f -C "$1"');
  assert.deepEqual([inPlace.codes, inPlace.stderr], [[0], '']);
  assert.deepEqual((await shell('crit-grep --all -F corpus "$1"', [dump])).codes, [1]);
  writeFileSync(`${dump}.report`, 'kept');
  assert.match((await run('--keep-report "$1.report" "$1" -C "$1.new"')).stderr, /is there already: -f replaces it/);
  assert.equal(readFileSync(`${dump}.report`, 'utf8'), 'kept');
  assert.ok(!existsSync(`${dump}.new`));
});

test('what fails leaves nothing behind, and makes what follows in the pipe fail', async (t) => {
  const cwd = temporary(t);
  const image = { image: 'x.tar.gz', magic: 'RAW' };
  const lines = [
    { ...image, begin: {} },
    { ...image, piece: { offset: 0, length: 4, data: 'H4sIAA==' } },
    { ...image, end: {} },
  ];
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { codes, stderr } = await shell('crit-redact --text abc --keep-report report | crit-pack -C out', [], {
    cwd,
    input,
  });
  assert.deepEqual(codes, [2, 2]);
  assert.match(stderr, /crit-redact: x\.tar\.gz: byte 4: truncated compressed data/);
  assert.deepEqual(readdirSync(cwd), []);
});

test('pages in a dump before are told of in any case: what is redacted is not all of the memory', async () => {
  const redact = 'crit-cat "$1" | crit-redact -q --text "$2" > /dev/null';
  const child = await shell(redact, [fixture('real/incremental/3'), UNLIKELY]);
  assert.match(
    child.stderr,
    /\d+ pages are in the dump before \(parent\), and were not looked at: redact that one, too/,
  );
  assert.deepEqual((await shell(redact, [fixture('real/incremental/1'), UNLIKELY])).stderr, '');
});

test('what is looked at in part only is told of, with -q as well: a long value, and JSON that is too large', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  writeFileSync(join(directory, 'long'), `\0TOKEN=${'v'.repeat(70_000)}\0`);
  writeFileSync(join(directory, 'large'), `["TOKEN=abc", "${'x'.repeat(1024 * 1024)}"]`);
  const { stderr, codes } = await shell('crit-redact -q --env TOKEN "$1" -C "$1.out"', [directory]);
  assert.deepEqual([codes, stderr.split('\n').length], [[0], 3], stderr);
  assert.match(stderr, /what was found goes on in 1 place: only 64 KiB of a variable or of a match are overwritten/);
  assert.match(stderr, /large: begins like JSON, and is larger than the 1 MiB that are read as JSON/);
  assert.match((await shell('crit-grep --all TOKEN "$1"', [directory])).stderr, /large: begins like JSON/);
  writeFileSync(join(directory, 'long'), `\0TOKEN=${'v'.repeat(60_000)}\0`);
  writeFileSync(join(directory, 'large'), '["TOKEN=abc"]');
  assert.equal((await shell('crit-redact -q --env TOKEN "$1" > /dev/null', [directory])).stderr, '');
});

test('options that say nothing, or too much', async () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    '': /nothing to overwrite: say what/,
    '--text a --with ab': /one character of ASCII is expected, or zero/,
    '--pattern "[*]"': /finds "\*", which overwrites it/,
    '--env "A B"': /a name is expected/,
    '--text a -F': /-F goes with --file/,
    '--text a --rule x': /--rule goes with --secrets/,
    '--text a --prot q': /is no protection/,
  };
  for (const [options, message] of Object.entries(wrong)) {
    const { codes, stderr } = await shell(`crit-redact ${options}`);
    assert.deepEqual(codes, [2], options);
    assert.match(stderr, message);
  }
});

test('memory does not grow with what is redacted', async (t) => {
  const cwd = temporary(t);
  const script = `head -c 100000000 /dev/urandom > pages-1.img; yes "hunter2 and more$(printf '%90s' '')" | head -c 40000000 > pages-2.img
    crit-cat pages-1.img pages-2.img | crit-redact -q --text hunter2 --pattern 'zz[a-z]{9}' | (sleep 1; crit-pack -C out)
    grep -c hunter2 out/pages-2.img; stat -c %s out/pages-2.img; cmp pages-1.img out/pages-1.img`;
  const { stdout, peak } = await shell(script, [], { cwd, measure: true, timeout: 120_000 });
  assert.equal(stdout.toString(), '0\n40000000\n');
  assert.ok(peak < 120, `${peak} MiB`);
});
