/** Core files of programs that people run: backtraces by name. */
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { debug, without } from '../core/debugger.ts';
import { dump, releases } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { until } from './harness/until.ts';
import type { Programs } from './setup/release.ts';

const REDIS = 'port 0\nunixsocket redis.sock\nsave ""\npidfile pid\ndaemonize no\nlogfile log\n';
const NGINX = `user root; daemon off; master_process on; worker_processes 1; pid pid; error_log log;
events {} http { access_log off; client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d;
scgi_temp_path e; server { listen unix:nginx.sock; } }`;

const COMPAT = `#include <stdio.h>
#include <unistd.h>
static const char text[] = "thirty-two";
static int wait_in(int room) { if (room > 0) return wait_in(room - 1) + 1; puts(text); fflush(stdout); for (;;) pause(); }
int main(void) { return wait_in(2); }
`;

/** Starts a program in a session of its own, with its output in a file. It ends with the test. */
function start(t: TestContext, scene: string, words: readonly string[]): void {
  const out = openSync(join(scene, 'out'), 'w');
  const [file = '', ...args] = words;
  spawnSync('setsid', ['-f', file, ...args], { stdio: ['ignore', out, out], cwd: scene });
  closeSync(out);
  t.after(() => {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      if (isIn(scene, name)) process.kill(Number(name), 'SIGKILL');
    }
  });
}

function isIn(scene: string, pid: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === scene;
  } catch {
    // It has just ended, or is none of ours.
    return false;
  }
}

/** The first process that works in a scene. */
function firstIn(scene: string): number | undefined {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && isIn(scene, entry));
  return pids.length === 0 ? undefined : Math.min(...pids.map(Number));
}

for (const available of releases()) {
  const { release, programs } = available;
  const named = `CRIU ${programs?.version ?? release.name}`;
  const skip = programs === undefined ? available.skip : without('gdb');

  test(`redis: threads and backtraces by name, ${named}`, { skip: skip || without('redis-server') }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    writeFileSync(join(scene, 'redis.conf'), REDIS);
    start(t, scene, ['redis-server', 'redis.conf']);
    await until('redis', () => existsSync(join(scene, 'redis.sock')) && existsSync(join(scene, 'pid')));
    const text = await backtraces(programs, scene);
    assert.match(text, / epoll_wait [^]* aeMain [^]* main /);
    assert.match(text, / bioProcessBackgroundJobs [^]* start_thread /);
  });

  test(`nginx: master and worker, ${named}`, { skip: skip || without('nginx') }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    writeFileSync(join(scene, 'nginx.conf'), NGINX);
    start(t, scene, ['nginx', '-p', scene, '-c', 'nginx.conf', '-e', 'log']);
    await until('nginx', () => existsSync(join(scene, 'nginx.sock')) && existsSync(join(scene, 'pid')));
    await until(
      'its worker',
      () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isIn(scene, pid)).length > 1,
    );
    const text = await backtraces(programs, scene);
    assert.match(text, /sigsuspend/);
    assert.match(text, /epoll_wait/);
  });

  test(`a 32-bit program, ${named}`, { skip: skip || whyNo32Bit() }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    writeFileSync(join(scene, 'compat.c'), COMPAT);
    await shell(scene, 'gcc -m32 -g -O0 compat.c -o compat');
    start(t, scene, ['./compat']);
    await until('the program', () => readFileSync(join(scene, 'out'), 'utf8').endsWith('\n'));
    const text = await backtraces(programs, scene, ['x/s text', 'info registers esp']);
    assert.match(text, /wait_in \(room=0\) at [^\n]*compat\.c:4\n[^]*wait_in \(room=2\)[^]* main \(\)/);
    assert.match(text, /"thirty-two"/);
    assert.match(text, /esp +0xf/);
  });
}

/** What gdb shows of all threads of all processes of a scene, from core files. */
async function backtraces(programs: Programs, scene: string, commands: readonly string[] = []): Promise<string> {
  const pid = await until('the program', () => firstIn(scene));
  const path = readlinkSync(`/proc/${pid}/exe`);
  await dump(programs, { pid, home: scene }, join(scene, 'dump'), []);
  await shell(scene, 'crit-core --all -C cores dump');
  return readdirSync(join(scene, 'cores'))
    .map((name) => debug('gdb', [path, join(scene, 'cores', name)], ['thread apply all bt', ...commands]))
    .join('\n');
}

function whyNo32Bit(): string | false {
  const { status } = spawnSync('gcc', ['-m32', '-x', 'c', '-', '-o', '/dev/null'], {
    input: 'int main(void) { return 0; }',
  });
  return status === 0 ? false : 'gcc-multilib is not installed';
}
