/** What the CRIU of others adds to its images is known by name, where `--proto` tells of it. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fixture } from '../fixtures.ts';
import { formatLines, imageLines, parseLines } from '../lines.ts';
import { shell, type Outcome } from '../shell.ts';
import { temporary } from '../temporary.ts';

const FORK = fixture('proto/fork');

const FILE = {
  type: 'GPU',
  id: 3,
  gpu: {
    id: 3,
    flags: 2,
    fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
    queue: { slots: [{ state: 'BUSY', owner: 7 }, { state: 'FREE' }] },
  },
};
const STATE = { id: 1, base: '18446603336221196288', registers: 'AAEC' };

const PAGES = { vaddr: 4096, compat_nr_pages: 1, flags: 4, tier: 2 };

const LINES = formatLines([
  ...imageLines('files.img', 'FILES', { entry: FILE }),
  ...imageLines('gpu-state-5.img', 'GPU_STATE', { entry: STATE }),
  ...imageLines('pagemap-5.img', 'PAGEMAP', { entry: { pages_id: 1 } }, { entry: PAGES }),
]);

test('lines with fields, files and images of a fork become images, and the same lines again', async (t) => {
  const cwd = await packed(t);
  assert.deepEqual(entriesOf(await run('crit-cat out', cwd)), entriesOf(LINES));
});

test('without the option the same images are there and back, byte for byte', async (t) => {
  const cwd = await packed(t);
  const { codes, stderr } = await shell('crit-cat out | crit-pack -C again && diff -r out again', [], { cwd });
  assert.deepEqual([codes, stderr], [[0], '']);
  const mixed = await shell('crit-cat out | crit-pack --proto "$1" -C mixed', [FORK], { cwd });
  assert.deepEqual(mixed.codes, [0, 2]);
  assert.match(mixed.stderr, /@unknown: field 100 is gpu: give it by its name/);
});

test('a field of task_core_entry is set in a real image, seen, and gone again', async (t) => {
  const cwd = temporary(t);
  const core = fixture('real/simple/core-2512.img');
  await run(`crit-cat ${core} | crit-map 'entry.tc.sched_cookie = "0xff00"' | crit-pack -o new.img`, cwd);
  assert.match(await run('crit-cat --human new.img', cwd), /"sched_cookie":"0xff00"/);
  assert.match(await run("crit-cat new.img | crit-filter -x 'entry.tc.sched_cookie > 5'", cwd), /"sched_cookie":65280/);
  assert.equal(await run("crit-cat new.img | crit-filter -x 'entry.tc.sched_cookie < 5'", cwd), '');
  await run("crit-cat new.img | crit-map 'delete entry.tc.sched_cookie' | crit-pack -o old.img", cwd);
  assert.deepEqual(readFileSync(join(cwd, 'old.img')), readFileSync(core));
});

test('filters know fields, kinds of file and images of a fork by name', async (t) => {
  const cwd = await packed(t);
  const filter = (arguments_: string): Promise<string> => run(`crit-cat out | crit-filter -c ${arguments_}`, cwd);
  assert.equal(await filter("-x -m GPU_STATE 'entry.id === 1'"), '1\n');
  assert.equal(await filter("-x -m PAGEMAP 'entry.tier === 2'"), '1\n');
  assert.equal(await filter(`-x -m FILES 'entry.type === "GPU" && entry.gpu.queue.slots[0].owner === 7'`), '1\n');
  const mapped = await run(
    "crit-cat out | crit-map -x -m PAGEMAP 'if (entry.tier) entry.tier = 9' | crit-pack -o p.img && crit-cat p.img",
    cwd,
  );
  assert.match(mapped, /"tier":9/);
});

test('fields of a fork have display options, both ways', async (t) => {
  const cwd = await packed(t);
  const human = await run('crit-cat --human out', cwd);
  assert.match(human, /"flags":"O_RDWR"/);
  assert.match(human, /"base":"0xffff800000000000"/);
  await run('crit-cat --human out | crit-pack -C again && diff -r out again', cwd);
});

test('CRIT_PROTO says the same as the option', async (t) => {
  const cwd = await packed(t);
  const { stdout, codes } = await shell('crit-cat out | crit-filter -x -m GPU_STATE true', [], {
    cwd,
    env: { CRIT_PROTO: FORK },
  });
  assert.deepEqual([codes, entriesOf(stdout.toString())], [[0, 0], [STATE]]);
});

test('documents of such images come back', async (t) => {
  const cwd = await packed(t);
  for (const name of ['files.img', 'gpu-state-5.img', 'pagemap-5.img']) {
    for (const pretty of ['', '--pretty']) {
      const { codes, stderr } = await shell(
        `crit decode --proto "$1" ${pretty} -i out/$2 | crit encode --proto "$1" | cmp - out/$2`,
        [FORK, name],
        { cwd },
      );
      assert.deepEqual([codes, stderr], [[0, 0, 0], '']);
    }
  }
  const { stdout } = await shell(
    'crit info --proto "$1" out/gpu-state-5.img; crit show --proto "$1" out/files.img',
    [FORK],
    { cwd },
  );
  assert.match(stdout.toString(), /"magic": "GPU_STATE",\n {4}"count": 1\n/);
  assert.match(stdout.toString(), /"flags": "O_RDWR",/);
});

test('bare entries of an image of a fork become that image', async (t) => {
  const cwd = await packed(t);
  await run(
    `crit-cat --bare out/gpu-state-5.img | crit-pack --magic GPU_STATE -o bare.img && cmp bare.img out/gpu-state-5.img`,
    cwd,
  );
});

test('questions and edits know the schema of a fork', async (t) => {
  const cwd = temporary(t);
  const dump = fixture('real/simple');
  const lines =
    "crit-map -m CORE 'if (entry.tc) entry.tc.sched_cookie = 1' | crit-map -m FDINFO 'if (entry.fd === 0) entry.type = \"GPU\"'";
  await run(`crit-cat ${dump} | ${lines} | crit-pack -C dump`, cwd);
  assert.match(await run('crit x dump fds --ndjson', cwd), /"fd":0,"type":"GPU"/);
  assert.match(await run('crit x dump ps', cwd), /2512/);
  assert.match(await run('crit-inspect dump', cwd), /simple/);
  assert.match(await run('crit-mem --map dump', cwd), /\[stack\]/);
  assert.match(await run('crit-grep -c ELF dump', cwd), /2512/);
  await run('crit-edit --quiet dump --hostname new --if-present -C edited', cwd);
  assert.match(await run('crit-cat -m CORE edited', cwd), /"sched_cookie":1/);
  for (const command of ['crit x dump ps', 'crit-inspect dump', 'crit-mem --map dump', 'crit-grep ELF dump']) {
    const { codes, stderr } = await shell(`${command} --proto no-such`, [], { cwd });
    assert.deepEqual(codes, [2], command);
    assert.match(stderr, /no-such: no such file or directory/);
  }
});

test('a file with the name of such an image must be one', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'gpu-state-1.img'), 'something else');
  const { codes, stderr } = await shell('crit-cat --proto "$1" gpu-state-1.img', [FORK], { cwd });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /not a GPU_STATE image, as its name says/);
});

test('a whole directory of .proto files takes the place of what is known', async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'all'));
  cpSync(new URL('../../proto', import.meta.url), join(cwd, 'all'), { recursive: true });
  writeFileSync(
    join(cwd, 'all/utsns.proto'),
    'syntax = "proto2"; message utsns_entry { required string host = 1; required string domain = 2; }',
  );
  const { stdout, codes } = await shell('crit-cat --proto all -m UTSNS,PSTREE "$1"', [fixture('real/ns')], { cwd });
  assert.deepEqual(codes, [0]);
  assert.match(stdout.toString(), /"entry":\{"host":/);
  assert.match(stdout.toString(), /"magic":"PSTREE","entry":\{"pid":/);
});

test('errors in the files name file and line, and nothing is written', async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'bad'));
  writeFileSync(join(cwd, 'bad/a.proto'), 'syntax = "proto2";\n\nmessage a {\n  required nothing x = 1;\n}\n');
  const { codes, stdout, stderr } = await shell('crit-cat --proto bad "$1"', [fixture('real/ns')], { cwd });
  assert.deepEqual(
    [codes, stdout.toString(), stderr],
    [[2], '', 'crit-cat: bad/a.proto: line 4: a.x: no type nothing\n'],
  );
  for (const directory of ['no-such', '.']) {
    const outcome = await shell('crit-pack --proto "$1" -C out', [directory], { cwd });
    assert.deepEqual(outcome.codes, [2]);
    assert.match(
      outcome.stderr,
      directory === '.' ? /^crit-pack: \.: has no \.proto files/ : /no-such: no such file or directory/,
    );
  }
});

/** A directory in which `out` holds the images of LINES. */
async function packed(t: TestContext): Promise<string> {
  const cwd = temporary(t);
  const { codes, stderr }: Outcome = await shell('crit-pack --proto "$1" -C out', [FORK], { cwd, input: LINES });
  assert.deepEqual([codes, stderr], [[0], '']);
  return cwd;
}

/** What a script prints with CRIT_PROTO, all of whose commands must succeed. */
async function run(script: string, cwd: string): Promise<string> {
  const { stdout, stderr, codes } = await shell(script, [], { cwd, env: { CRIT_PROTO: FORK } });
  assert.deepEqual([codes.every((code) => code === 0), stderr], [true, ''], script);
  return stdout.toString();
}

function entriesOf(text: string): unknown[] {
  return parseLines(text).flatMap(({ entry }) => (entry ? [entry] : []));
}
