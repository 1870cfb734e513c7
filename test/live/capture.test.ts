/** crit-capture, with something in the place of CRIU that speaks as it does. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { hookProgram } from '../../src/live/confirmation.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { FAKE_CRIU, IMAGES, noFakeCriu as skip } from './fake-criu.ts';

const CAPTURE = `crit-capture live -- ${FAKE_CRIU} dump`;
const GONE = /the processes are gone/;

test('prints the images of a dump, and leaves nothing behind', { skip }, async (t) => {
  const cwd = temporary(t);
  const { codes, stderr } = await shell(`${CAPTURE} | crit-pack -C packed; diff -r ${IMAGES} packed`, [], {
    cwd,
    env: { IMAGES },
  });
  assert.deepEqual(codes, [0]);
  assert.match(stderr, GONE);
  assert.deepEqual(readdirSync(cwd), ['packed']);
});

test('waits for a CRIU that is started elsewhere', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `
    mkdir -m 700 live
    crit-capture live 2> told > lines &
    until test -p live/crit-capture.fifo && grep -q . told; do sleep 0.05; done
    ${FAKE_CRIU} $(sed 's/^start: criu //; s/ \\.\\.\\.$//' told)
    wait $! && crit-pack -C packed lines && diff -r ${IMAGES} packed && ls live`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES } });
  assert.deepEqual([codes, readdirSync(join(cwd, 'live'))], [[0], []], stderr);
  assert.match(
    readFileSync(join(cwd, 'told'), 'utf8'),
    /^start: criu dump --stream -D live --action-script \S+ \.\.\.$/m,
  );
});

test('200 images in three pipes at once, and a hang-up: none is lost', { skip }, async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'images'));
  for (let i = 0; i < 199; i++) writeFileSync(join(cwd, 'images', `pages-${i}.img`), Buffer.alloc(100 + i * 50, i + 1));
  writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  for (let round = 0; round < 3; round++) {
    const { codes, stderr } = await shell(`${CAPTURE} | crit-pack -f -C packed; diff -r images packed`, [], {
      cwd,
      env: { IMAGES: 'images' },
    });
    assert.deepEqual(codes, [0], stderr);
  }
});

for (const { what, script, env = {}, says } of [
  {
    what: 'its reader goes',
    script: `${CAPTURE} | head -c 100 > /dev/null`,
    says: /standard output: its reader has gone/,
  },
  { what: 'its output is full', script: `${CAPTURE} > /dev/full`, says: /standard output: no space left on device/ },
  {
    what: 'the last image is missing',
    script: CAPTURE,
    env: { FAULT: 'no inventory' },
    says: /hung up before inventory\.img/,
  },
  { what: 'a name has a slash', script: CAPTURE, env: { FAULT: 'slash' }, says: /its name leads out/ },
  {
    what: 'an image comes without its pipe',
    script: CAPTURE,
    env: { FAULT: 'no pipe' },
    says: /its pipe has not come/,
  },
  {
    what: 'the far end says something else',
    script: `mkfifo back; echo not enough space > back & crit-capture --confirm back live -- ${FAKE_CRIU} dump`,
    says: /back: the far end has not said "taken"/,
  },
  {
    what: 'the far end says nothing',
    script: `mkfifo back; : > back & crit-capture --confirm back live -- ${FAKE_CRIU} dump`,
    says: /back: the far end has not said "taken"/,
  },
]) {
  test(`the processes live on where ${what}`, { skip }, async (t) => {
    const cwd = temporary(t);
    const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES, ...env } });
    assert.equal(codes[0], 2, stderr);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, GONE);
    assert.deepEqual(
      readdirSync(cwd).filter((name) => name !== 'back'),
      [],
    );
  });
}

test('the processes live on where an image is damaged, and the lines end in an error', { skip }, async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'images'));
  for (const name of readdirSync(IMAGES)) writeFileSync(join(cwd, 'images', name), readFileSync(join(IMAGES, name)));
  truncateSync(join(cwd, 'images', 'pstree.img'), 20);
  const { codes, stdout, stderr } = await shell(CAPTURE, [], { cwd, env: { IMAGES: 'images' } });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /crit-capture: pstree\.img: entry 1 at byte 8: truncated/);
  assert.match(stdout.toString().trimEnd().split('\n').at(-1) ?? '', /^\{"error":\{"image":"pstree\.img"/);
});

test('the processes live on where crit-capture is killed, at any moment', { skip }, async (t) => {
  const cwd = temporary(t);
  for (const [moment, env] of [
    ['before the first image', { SLOW: '0.5' }],
    ['between images', { SLOW: '0.1', AFTER: '0.5' }],
    ['while the far end has not confirmed', { AFTER: '1' }],
  ] as const) {
    const script = `
      rm -rf live back told; mkfifo back; sleep 2 > back 2> /dev/null 3>&- & exec 9> told
      crit-capture --confirm back live -- ${FAKE_CRIU} dump > lines 2>&9 &
      until test -p live/crit-capture.fifo; do sleep 0.02; done
      sleep \${AFTER:-0.1}; kill -KILL $!; wait $!
      for i in $(seq 100); do grep -q 'FAILED\\|Error' told && break; sleep 0.05; done; cat told`;
    const { stdout } = await shell(script, [], { cwd, env: { IMAGES, ...env } });
    assert.match(stdout.toString(), /Dumping FAILED|BrokenPipeError|ConnectionRefusedError|FileNotFoundError/, moment);
    assert.doesNotMatch(stdout.toString(), GONE, moment);
  }
});

test('the dump counts when the far end has confirmed it', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `mkfifo back
    crit-capture --confirm back live -- ${FAKE_CRIU} dump | { crit-pack -C packed && echo taken; } > back`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES } });
  assert.deepEqual(codes, [0, 0], stderr);
  assert.match(stderr, GONE);
});

test('a CRIU that fails before the images leaves an error', { skip }, async (t) => {
  const cwd = temporary(t);
  const { codes, stdout, stderr } = await shell(CAPTURE, [], { cwd, env: { IMAGES, FAULT: 'early' } });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /exit code 3 before it began/);
  assert.match(stdout.toString(), /^\{"error":/);
  const missing = await shell('crit-capture live -- no-such-criu dump', [], { cwd });
  assert.deepEqual(missing.codes, [2]);
  assert.match(missing.stderr, /no-such-criu: no such file or directory/);
});

test('a CRIU that fails behind the images leaves them: they may be all there is', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `${CAPTURE} > lines; echo $? >&2; crit-pack -C packed lines && diff -r ${IMAGES} packed`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES, FAULT: 'late' } });
  assert.deepEqual(codes, [0]);
  assert.match(stderr, /all images were taken, but then CRIU has failed with exit code 4[^]*\n2\n/);
});

test('what is in the pipe when its reader dies was not taken', { skip }, async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'images'));
  writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  const script = `${CAPTURE} | { dd bs=1 count=50 of=/dev/null status=none; sleep 0.5; }`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES: 'images' } });
  assert.deepEqual(codes, [2, 0], stderr);
  assert.doesNotMatch(stderr, GONE);
});

test('lines come whole and in order to a reader that is slow at their end', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `${CAPTURE} | python3 -c '
import os, sys, time
data = b""
while chunk := os.read(0, 700): data += chunk; time.sleep(0.0005)
sys.stdout.buffer.write(data)' | crit-pack -C packed; diff -r ${IMAGES} packed`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { IMAGES } });
  assert.deepEqual(codes, [0], stderr);
});

test('refuses a directory in which others could take its place', { skip }, async (t) => {
  const cwd = temporary(t);
  const long = 'd'.repeat(90);
  for (const [script, says] of [
    ['mkdir -m 777 open; crit-capture open -- true', /open: others can write into it/],
    [': > file; crit-capture file -- true', /file: is no directory/],
    [`crit-capture ${long} -- true`, /has 112 bytes, but the path of a socket has at most 107/],
    ['crit-capture new -- criu dump -D here', /leave -D out of CRIU's options/],
    ['crit-capture --confirm /dev/null new -- true', /\/dev\/null: neither a pipe nor a socket/],
  ] as const) {
    const { codes, stderr } = await shell(script, [], { cwd });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, says);
  }
  assert.ok(!existsSync(join(cwd, 'new')));
});

test('takes the place of one that was killed, and not of one that lives', { skip }, async (t) => {
  const cwd = temporary(t);
  const path = join(cwd, 'live', 'streamer-capture.sock');
  mkdirSync(join(cwd, 'live'), { mode: 0o700 });
  const server = createServer().listen(path);
  await once(server, 'listening');
  t.after(() => server.close());
  const refused = await shell(CAPTURE, [], { cwd, env: { IMAGES } });
  assert.match(refused.stderr, /streamer-capture\.sock: another process waits for CRIU there/);
  assert.ok(existsSync(path));
  server.close();
  const killed = spawn('python3', ['-c', 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', path]);
  await once(killed, 'exit');
  assert.ok(existsSync(path), 'a socket that nobody listens on');
  const { codes, stderr } = await shell(`${CAPTURE} > lines`, [], { cwd, env: { IMAGES } });
  assert.deepEqual(codes, [0], stderr);
});

test('a reader that sleeps stops CRIU, and no memory grows', { skip }, async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'images'));
  const block = Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 7919) % 251));
  const pages = Buffer.concat(Array.from({ length: 1024 }, () => block));
  for (const i of [1, 2, 3]) writeFileSync(join(cwd, 'images', `pages-${i}.img`), pages);
  writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  const script = `${CAPTURE} | { sleep 1; crit-pack -C packed; }; diff -r images packed`;
  const { codes, stderr, peak } = await shell(script, [], { cwd, env: { IMAGES: 'images' }, measure: true });
  assert.deepEqual(codes, [0], stderr);
  assert.ok(peak < 120, `${peak} MiB`);
});

/** A process with a child that is stopped already, and one that runs; dumped, with what becomes of all three. */
function leftStopped(farEnd: string, killed = ''): string {
  return `
    sh -c 'sleep 60 & echo $! > stopped; sleep 60 & echo $! > running; kill -STOP $(cat stopped); : > ready; wait' & root=$!
    until test -e ready; do sleep 0.02; done; mkfifo back; { ${farEnd}; } > back 2> /dev/null &
    PIDS="$root $(cat running)" crit-capture --confirm back live -- ${FAKE_CRIU} dump -t $root --leave-stopped > lines &
    capture=$!; ${killed}
    wait $capture; echo code $?
    sleep 0.1
    for pid in $root $(cat running) $(cat stopped); do awk '/^State/ { print $2 }' /proc/$pid/status 2> /dev/null || echo gone; done
    kill -KILL $(cat stopped) $(cat running) $root 2> /dev/null; true`;
}

for (const { what, script, states } of [
  {
    what: 'are killed when the far end has everything',
    script: leftStopped('cat lines; echo taken'),
    states: /^code 0\n(?:(?:Z|gone)\n){3}$/,
  },
  {
    what: 'go on when it has not, but for those that stood still before',
    script: leftStopped('echo no room'),
    states: /^code 2\nS\nS\nT\n$/,
  },
  {
    what: 'go on when crit-capture is terminated while it waits',
    script: leftStopped(
      'sleep 5',
      "until grep -qs 'State:.T' /proc/$root/status /dev/null; do sleep 0.05; done; sleep 0.2; kill $capture",
    ),
    states: /^code 143\nS\nS\nT\n$/,
  },
]) {
  test(`processes that CRIU leaves stopped ${what}`, { skip }, async (t) => {
    const cwd = temporary(t);
    const { codes, stdout, stderr } = await shell(script, [], { cwd, env: { IMAGES } });
    assert.deepEqual(codes, [0], stderr);
    assert.match(stdout.toString(), states, stderr);
    assert.ok(!existsSync(join(cwd, 'live')));
  });
}

test(
  'processes are left stopped only where it is known which these are, and that they can go on',
  { skip },
  async (t) => {
    const cwd = temporary(t);
    for (const [options, says] of [
      ['--leave-stopped', /name the root of the tree with -t/],
      ['-s -t 1 --tcp-established', /does not go with --tcp-established/],
      ['-s -t 999999999', /there is no process 999999999/],
    ] as const) {
      const { codes, stderr } = await shell(`crit-capture live -- ${FAKE_CRIU} dump ${options}`, [], { cwd });
      assert.deepEqual(codes, [2]);
      assert.match(stderr, says);
    }
    assert.deepEqual(readdirSync(cwd), []);
  },
);

test('the hook fails where the connection of CRIU was dropped, and waits where it is only late', async (t) => {
  const hook = async (lasts: number): Promise<number | null> => {
    const directory = temporary(t);
    execFileSync('mkfifo', [join(directory, 'crit-capture.fifo')]);
    const server = createServer().listen(join(directory, 'streamer-capture.sock'));
    await once(server, 'listening');
    const child = spawn(hookProgram(), {
      env: { ...process.env, CRTOOLS_SCRIPT_ACTION: 'post-dump', CRTOOLS_IMAGE_DIR: directory },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const word = setTimeout(() => {
      // Node removes the socket with its server.
      server.close();
      writeFileSync(join(directory, 'crit-capture.fifo'), 'taken\n');
    }, lasts);
    await ended;
    clearTimeout(word);
    server.close();
    return child.exitCode;
  };
  assert.deepEqual(await Promise.all([hook(300), hook(60_000)]), [0, 1]);
});
