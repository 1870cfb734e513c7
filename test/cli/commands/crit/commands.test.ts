/** The commands of CRIT as scripts call them. */
import assert from 'node:assert/strict';
import { copyFileSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../../../fixtures.ts';
import { shell } from '../../../shell.ts';
import { temporary } from '../../../temporary.ts';
import { documentOf } from '../../../document/document.ts';
import { goldenOf } from '../../../document/golden.ts';

const SIMPLE = fixture('real/simple');
const PSTREE = join(SIMPLE, 'pstree.img');
const IMAGE = readFileSync(PSTREE);
const DOCUMENT = documentOf('pstree.img', IMAGE);

/** The calls of CRIU's own regression test of CRIT, in the same order: a script that stops at the first that fails. */
test("the sequence of calls that CRIU's own test makes", async (t) => {
  const cwd = temporary(t);
  for (const name of readdirSync(SIMPLE)) if (name.endsWith('.img')) copyFileSync(join(SIMPLE, name), join(cwd, name));
  const script = `set -e
for image in ./*.img; do
  case $image in *pages*) continue;; esac
  crit decode -o "$image.json" --pretty < "$image"
  crit encode -i "$image.json" > "$image.json.img"
  cmp "$image" "$image.json.img"
done
crit decode -i core-2512.img -o in.json
IN=core-2512.img JSON=in.json OUT=out
check() { cmp "$OUT" "$1"; rm -f "$OUT"; }
decoded() { [ "$(cat)" = "$(cat $JSON)" ]; }
cat $IN | crit decode | decoded
cat $IN | crit decode -o $OUT; check $JSON
cat $IN | crit decode > $OUT; decoded < $OUT
crit decode -i $IN | decoded
crit decode -i $IN -o $OUT; check $JSON
crit decode -i $IN > $OUT; decoded < $OUT
crit decode < $IN | decoded
crit decode -o $OUT < $IN; check $JSON
crit decode < $IN > $OUT; decoded < $OUT
fails() { if "$@"; then echo "$* did not fail"; exit 1; fi; }
cat $IN | fails crit encode > /dev/null
cat $IN | fails crit encode -o $OUT
fails crit encode -i $IN > /dev/null
fails crit encode -i $IN -o $OUT
cat $JSON | crit encode | cmp - $IN
cat $JSON | crit encode -o $OUT; check $IN
cat $JSON | crit encode > $OUT; check $IN
crit encode -i $JSON | cmp - $IN
crit encode -i $JSON -o $OUT; check $IN
crit encode --in $JSON --out $OUT; check $IN
crit encode < $JSON | cmp - $IN
crit encode -o $OUT < $JSON; check $IN
crit encode < $JSON > $OUT; check $IN
cat $JSON | fails crit decode > /dev/null
cat $JSON | fails crit decode -o $OUT
fails crit decode -i $JSON > /dev/null
fails crit decode -i $JSON -o $OUT
crit info $IN > /dev/null
crit show $IN > /dev/null
for what in ps fds mems rss; do crit x ./ $what > x-$what.txt; done`;
  const { codes, stderr } = await shell(script, [], { cwd });
  assert.deepEqual(codes, [0], stderr);
  const errors = stderr.trimEnd().split('\n');
  assert.equal(errors.length, 8);
  for (const line of errors) assert.match(line, /^crit (en|de)code: .*(not a JSON document|looks like JSON)/);
  const golden = goldenOf('simple');
  for (const what of ['ps', 'fds', 'mems', 'rss']) {
    assert.equal(readFileSync(join(cwd, `x-${what}.txt`), 'utf8'), golden.get(`x-${what}.txt`));
  }
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.startsWith('.')),
    [],
  );
});

test('output goes where it should', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'there'), 'old');
  symlinkSync('there', join(cwd, 'link'));
  const { stdout, stderr, codes } = await shell(
    'crit decode "$1" -o link && crit decode -i "$1" -o /dev/stdout | cat && crit decode "$1" -o - && crit decode - < "$1"',
    [PSTREE],
    { cwd },
  );
  assert.equal(stderr, '');
  assert.deepEqual(codes, [0]);
  assert.equal(stdout.toString(), `${DOCUMENT}${DOCUMENT}\n${DOCUMENT}\n`);
  assert.equal(readFileSync(join(cwd, 'there'), 'utf8'), DOCUMENT);
  assert.ok(lstatSync(join(cwd, 'link')).isSymbolicLink());
});

test('a file in its own place', async (t) => {
  const cwd = temporary(t);
  copyFileSync(PSTREE, join(cwd, 'x'));
  const { codes } = await shell('crit decode -i x -o x && crit encode -i x -o x', [], { cwd });
  assert.deepEqual(codes, [0]);
  assert.deepEqual(readFileSync(join(cwd, 'x')), IMAGE);
  assert.equal(statSync(join(cwd, 'x')).mode & 0o077, 0);
});

test('what fails leaves what was there', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'old'), 'old');
  writeFileSync(join(cwd, 'cut'), IMAGE.subarray(0, -1));
  const decode = await shell('crit decode -i cut -o old', [], { cwd });
  assert.deepEqual(decode.codes, [2]);
  assert.match(decode.stderr, /^crit decode: cut: entry 1 at byte 8: truncated: 14 bytes expected, 13 left\n$/);
  const encode = await shell('crit encode -o old', [], { cwd, input: DOCUMENT.slice(0, -1) });
  assert.deepEqual(encode.codes, [2]);
  assert.equal(encode.stderr, 'crit encode: -: the document is cut off\n');
  assert.equal(readFileSync(join(cwd, 'old'), 'utf8'), 'old');
  assert.deepEqual(readdirSync(cwd).sort(), ['cut', 'old']);
});

test('info and show of pipes, and of what CRIT cannot count', async () => {
  const info = await shell('cat "$1" | crit info && crit info "$2" && crit info - < "$3"', [
    PSTREE,
    fixture('real/ghost/ghost-file-1.img'),
    fixture('real/inet-netns/tcp-stream-e9df4.img'),
  ]);
  assert.equal(
    info.stdout.toString(),
    ['PSTREE', 'GHOST_FILE', 'TCP_STREAM'].map((magic) => `{\n    "magic": "${magic}",\n    "count": 1\n}\n`).join(''),
  );
  const show = await shell('cat "$1" | crit show --nopl', [fixture('real/ipc/ipcns-shm-9.img')]);
  assert.equal(show.stderr, '');
  assert.equal(
    show.stdout.toString(),
    `${documentOf('-', readFileSync(fixture('real/ipc/ipcns-shm-9.img')), { pretty: true })}\n`,
  );
});

test('raw data, and files that are not there', async () => {
  for (const command of ['decode -i', 'show', 'info']) {
    const raw = await shell(`crit ${command} "$1"`, [join(SIMPLE, 'pages-1.img')]);
    assert.deepEqual(raw.codes, [2]);
    assert.match(raw.stderr, /^crit \w+: pages-1\.img: no image of entries, but raw data.*\n$/);
    const missing = await shell(`crit ${command} missing.img`);
    assert.deepEqual(missing.codes, [2]);
    assert.match(missing.stderr, /^crit \w+: missing\.img: no such file or directory\n$/);
  }
  const empty = await shell('crit decode', [], { input: '' });
  assert.equal(empty.stderr, 'crit decode: -: empty, and so no image\n');
  const nowhere = await shell('crit decode -i "$1" -o /missing/x', [PSTREE]);
  assert.deepEqual(nowhere.codes, [2]);
  assert.match(nowhere.stderr, /^crit decode: \/missing\/x: no such file or directory\n$/);
});

test('usage', async () => {
  for (const [call, message] of [
    ['decode --prety', /unknown option --prety; did you mean --pretty\?/],
    ['decode -i', /option -i needs FILE/],
    ['info a b', /unexpected operand b/],
    ['show --pretty a', /unknown option --pretty/],
    ['x', /DIR\|ARCHIVE is missing/],
    ['x .', /WHAT is missing/],
    ['x . pss', /nothing is called pss, but ps, fds, mems, rss, sk; did you mean ps\?/],
    ['x . fds --args', /--args and --env go with ps/],
    ['x . ps --json --ndjson', /exclude each other/],
    ['x . rss --page-size 5000', /--page-size 5000 is not a power of two/],
    ['x /missing ps', /^crit x: \/missing: no such file or directory/],
  ] as const) {
    const { codes, stderr } = await shell(`crit ${call}`);
    assert.deepEqual(codes, [2], call);
    assert.match(stderr, message);
    assert.match(stderr, /^crit (decode|info|show|x): /);
  }
  const { stdout } = await shell('crit --version; crit decode --version; crit decode --help');
  assert.match(stdout.toString(), /^crit \d+\.\d+\.\d+\ncrit decode \d+\.\d+\.\d+\ncrit decode: turn an image/);
});

test('a closed pipe ends it quietly', async () => {
  const { codes, stderr } = await shell('crit decode -i "$1" | head -c 10 > /dev/null', [
    fixture('crafted/PAGEMAP-many.img'),
  ]);
  assert.deepEqual(codes, [0, 0]);
  assert.equal(stderr, '');
});

test('an image of any size takes no more memory', async (t) => {
  const cwd = temporary(t);
  const head = readFileSync(fixture('real/ghost/ghost-file-4.img'));
  const script = `{ cat "$1"; head -c 100000000 /dev/zero; } > ghost.img
crit decode ghost.img -o ghost.json && crit encode ghost.json -o again.img && crit show --nopl ghost.img > /dev/null && cmp ghost.img again.img`;
  writeFileSync(join(cwd, 'head'), head);
  const { codes, peak, stderr } = await shell(script, ['head'], { cwd, measure: true });
  assert.deepEqual(codes, [0], stderr);
  assert.ok(peak < 120, `${peak} MiB`);
});
