/** Two dumps of the same running program: what changed in between is said, and nothing else. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, releases } from './harness/criu.ts';
import { differences, dumpTwice, makeChange } from './harness/pair.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { startTarget } from './harness/target.ts';
import { TARGETS, whyNoInternet } from './harness/targets.ts';
import { recipe } from './recipes.ts';

const RANGE = '0x[\\da-f]+-0x[\\da-f]+';
const AT = 'at 0x[\\da-f]+';
const NEEDS_INTERNET: ReadonlySet<string> = new Set(['tcp', 'udp']);

/** What is said of each change of the target `changing`, line by line, beside the memory that its code uses for itself. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  open: ['\\+ file fd 3 HOME/opened'],
  close: ['- file fd 5 HOME/other'],
  replace: ['~ file fd 5 open file: HOME/other -> HOME/log'],
  move: ['~ file HOME/log pos: 11 -> 5 \\(fd 4\\)'],
  append: ['~ file HOME/log flags: O_RDWR\\|O_LARGEFILE -> O_RDWR\\|O_APPEND\\|O_LARGEFILE \\(fd 4\\)'],
  inherit: ['~ file fd 4 fd flags: inherited -> FD_CLOEXEC'],
  delete: ['~ file HOME/other deleted: now ghost \\(fd 5\\)'],
  lock: ['~ file fd 4 lock: now flock write from 0 on'],
  count: ['~ file anon_inode:\\[eventfd\\] counter: 1 -> 6 \\(fd 6\\)'],
  pipe: [
    '~ file pipe:\\[\\d+\\] waiting.bytes: 4 -> 13 \\(fd 10\\)',
    '~ file pipe:\\[\\d+\\] waiting.contents: sha256 \\w+ -> sha256 \\w+ \\(fd 10\\)',
  ],
  socket: [
    '~ socket socket:\\[\\d+\\] waiting.bytes: 4 -> 13 \\(fd 13\\)',
    '~ socket socket:\\[\\d+\\] waiting.contents: sha256 \\w+ -> sha256 \\w+ \\(fd 13\\)',
  ],
  memfd: ['~ memory /memfd:notes pages: 1 new, 1 the same'],
  'memfd-size': ['~ file /memfd:notes memfd.size: 16384 -> 28672 \\(fd 7\\)'],
  watch: ['~ file anon_inode:\\[eventpoll\\] tfd\\[10\\]: now {"tfd":10,"events":25,"data":0,"pos":0} \\(fd 8\\)'],
  timerfd: [
    '~ file anon_inode:\\[timerfd\\] running: false -> true \\(fd 9\\)',
    '~ file anon_inode:\\[timerfd\\] isec: 0 -> 7 \\(fd 9\\)',
  ],
  itimer: ['~ timers.real.isec: 0 -> 9', '~ timers.real.running: false -> true'],
  timer: ['~ timers.posix\\[0\\]: now {"it_id":0,"clock_id":1,"si_signo":10,.*"isec":3,"insec":0,"running":true}'],
  tcp: [
    '\\+ socket fd 3 INET STREAM ESTABLISHED 127.0.0.1:\\d+ -> 127.0.0.1:\\d+',
    '\\+ socket fd 16 INET STREAM ESTABLISHED 127.0.0.1:\\d+ -> 127.0.0.1:\\d+',
  ],
  unix: [
    '\\+ socket fd 3 UNIX STREAM ESTABLISHED \\d+ -> \\d+',
    '\\+ socket fd 1[56] UNIX STREAM ESTABLISHED \\d+ HOME/here -> \\d+',
  ],
  udp: ['\\+ socket fd 3 INET DGRAM CLOSE 127.0.0.1:7501'],
  heap: [
    '~ mm_brk: 0x[\\da-f]+ -> 0x[\\da-f]+',
    `\\+ vma ${RANGE} rw-p \\[heap\\]`,
    `~ memory \\[heap\\] ${AT} pages: 16 new`,
    `~ memory \\[anon\\] ${AT} pages: 1 changed \\(\\d bytes\\), \\d the same`,
  ],
  map: [`\\+ vma ${RANGE} rwxp \\[anon\\]`, `~ memory \\[anon\\] ${AT} pages: 3 new`],
  'map-file': [`\\+ vma ${RANGE} r--p HOME/log`],
  unmap: [`- vma ${RANGE} rw-p \\[anon\\]`, `~ memory \\[anon\\] ${AT} pages: 16 gone`],
  shrink: [
    `~ vma \\[anon\\] ${AT} range: ${RANGE} -> ${RANGE}`,
    `~ memory \\[anon\\] ${AT} pages: 4 gone, 12 the same`,
  ],
  protect: [`~ vma \\[anon\\] ${AT} prot: rw- -> r--`],
  'protect-part': [
    `~ vma \\[anon\\] split: ${RANGE} rw-p \\[anon\\] -> ${RANGE} rw-p \\[anon\\], ${RANGE} r--p \\[anon\\], ${RANGE} rw-p \\[anon\\]`,
  ],
  forget: [`~ memory \\[anon\\] ${AT} pages: 2 gone, 14 the same`],
  advise: [`~ vma \\[anon\\] ${AT} madv: 0x0 -> 0x400`],
  write: [`~ memory \\[anon\\] ${AT} pages: 1 changed \\(13 bytes\\), 15 the same`],
  shared: ['~ memory /dev/zero pages: 1 changed \\(6 bytes\\), 3 the same'],
  thread: [
    '~ sigactions.signal 33: default -> handler 0x[\\da-f]+, .*',
    '~ mm_brk: 0x[\\da-f]+ -> 0x[\\da-f]+',
    '\\+ thread \\d+ changing',
    `\\+ vma ${RANGE} rw-p \\[heap\\]`,
    `\\+ vma ${RANGE} ---p \\[anon\\]`,
    `\\+ vma ${RANGE} rw-p \\[anon\\]`,
    `~ memory \\[heap\\] ${AT} pages: 1 new`,
    `~ memory \\[anon\\] ${AT} pages: 2 new`,
    `~ memory \\[anon\\] ${AT} pages: \\d changed \\(\\d+ bytes\\), \\d the same`,
    `~ memory \\[anon\\] ${AT} pages: \\d changed \\(\\d+ bytes\\), \\d the same`,
  ],
  process: ['\\+ process \\d+ PROGRAM HOME'],
  zombie: ['\\+ process \\d+ \\[changing\\]'],
  name: ['~ comm: changing -> renamed'],
  cwd: ['~ cwd: HOME -> HOME/below'],
  umask: ['~ umask: 0000 -> 0077'],
  limit: ['~ rlimits.nofile.cur: \\d+ -> 500', '~ rlimits.nofile.max: \\d+ -> 600'],
  nice: ['~ sched_nice: 0 -> 7'],
  block: ['~ blk_sigset: 0x200 -> 0x4200'],
  handle: ['~ sigactions.SIGHUP: default -> ignored, .*'],
  pending: ['~ blk_sigset: 0x200 -> 0x4200', '~ signals_s\\[0\\]: now SIGTERM .*'],
  groups: ['~ creds.groups: now 7'],
  capability: ['~ creds.cap_bnd: 0x[\\da-f]+, 0x1ff -> 0x[\\da-f]+, 0x1ff'],
  'no-new-privs': ['~ creds.no_new_privs: now 1'],
  seccomp: ['~ creds.no_new_privs: now 1', '~ seccomp_mode: now filter', '~ seccomp_filter: now 1:BgAAAAAA/38='],
  host: ['~ image utsns-\\d+.img entry 1 nodename: .* -> after'],
};

/** What is said of the edits that the README shows. */
const EDITS: Readonly<Record<string, readonly string[]>> = {
  'another path for the open log': ['~ file fd 4 open file: HOME/service.log -> HOME/moved.log'],
  'another TCP port to listen on': [
    '~ socket socket:\\[\\d+\\] local: 127.0.0.1:7001 -> 127.0.0.1:7002 \\(fd \\d+, \\d+:\\d+\\)',
    '~ socket socket:\\[\\d+\\] peer: 127.0.0.1:7001 -> 127.0.0.1:7002 \\(fd \\d+, \\d+:\\d+\\)',
    '~ socket socket:\\[\\d+\\] local: 127.0.0.1:7001 -> 127.0.0.1:7002 \\(fd \\d+, \\d+:\\d+\\)',
  ],
  'another environment variable': [
    '~ env.FRUIT: apple -> peach',
    `~ memory \\[stack\\] ${AT} pages: 1 changed \\(\\d bytes\\), \\d+ the same`,
  ],
  'another string in memory': [`~ memory /\\S+/service ${AT} pages: 1 changed \\(\\d+ bytes\\).*`],
  'another process name': ['~ comm: service -> café'],
  'a lower limit of open files': ['~ rlimits.nofile.cur: 1000 -> 500'],
};

/** Memory that any code changes when it runs: its stack, and where functions of libraries are noted when they are first called. */
const OWN = new RegExp(`^~ memory (?:\\[stack\\]|PROGRAM|/\\S*/(?:ld-linux|libc)\\S*) ${AT} pages: `);

/** What `--all` says of a program that does nothing: the clocks, the statistics, on which processor a thread waits. */
const CLOCKS =
  /dump_criu_run_id|statistics stats-dump|\.tv_n?sec: |\bv(?:sec|usec|nsec): |tcp\.snd_wl1: |~ memory \[anon\] at 0x[\da-f]+ pages: 1 changed \(\d+ bytes\)/;
/** Timers that come to their end between two dumps. */
const TIMED = /\[timerfd\] (?:ticks: 0 -> 1|running: true -> false) |signals_s\[\d\]: now signal \d+ /;

for (const available of releases()) {
  const { release, programs } = available;
  const named = `CRIU ${programs?.version ?? release.name}`;
  if (programs === undefined) {
    test(`differences, ${named}`, { skip: available.skip }, () => undefined);
    continue;
  }

  for (const { name, options, whyNot } of TARGETS) {
    test(`${name}, idle between two dumps: nothing, ${named}`, { skip: whyNot?.(programs) }, async (t) => {
      const scene = scratchFolder(t);
      await dumpTwice(programs, await startTarget(t, scene, name), scene, options);
      const said = (await differences(scene)).filter((line) => line.startsWith('  '));
      assert.deepEqual(
        said.filter((line) => name !== 'events' || !TIMED.test(line)),
        [],
      );
      const all = (await differences(scene, '--all')).filter((line) => line.startsWith('  '));
      assert.deepEqual(
        all.filter((line) => !CLOCKS.test(line) && (name !== 'events' || !TIMED.test(line))),
        [],
      );
      assert.ok(all.length > 3);
    });
  }

  const internet = whyNoInternet(programs);
  for (const [change, expected] of Object.entries(CHANGES)) {
    const skip = NEEDS_INTERNET.has(change) && internet;
    test(`one change, ${change}, ${named}`, { skip }, async (t) => {
      const scene = scratchFolder(t);
      const environment = { CHANGE: change, ...(internet === undefined && { INTERNET: '1' }) };
      const target = await startTarget(t, scene, 'changing', environment, ['unshare', '--uts']);
      const options = ['--tcp-established', '--network-lock', 'skip', '--file-locks', '--link-remap'];
      await dumpTwice(programs, target, scene, options, () => makeChange(target));
      const program = `${join(scene, '..')}/bin/changing`;
      const said = (await differences(scene))
        .map((line) => line.trim().replaceAll(program, 'PROGRAM').replaceAll(target.home, 'HOME'))
        .filter((line) => /^[-+~] /.test(line) && !OWN.test(line));
      assert.match(said.join('\n'), new RegExp(`^${expected.join('\n')}$`));
    });
  }

  test(`one byte that is written from outside, ${named}`, async (t) => {
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'service');
    let address = 0;
    await dumpTwice(programs, target, scene, [], () => {
      const maps = readFileSync(`/proc/${target.pid}/maps`, 'utf8');
      address = parseInt(/^[\da-f]+-([\da-f]+) rw-p .*\[stack\]$/m.exec(maps)?.[1] ?? '', 16) - 4;
      const fd = openSync(`/proc/${target.pid}/mem`, 'r+');
      writeSync(fd, 'X', address);
      closeSync(fd);
    });
    const lines = await differences(scene, '--bytes');
    assert.equal(lines[0], '~1 memory, ~1 bytes');
    assert.match(lines[2] ?? '', /^ {2}~ memory \[stack\] at 0x[\da-f]+ pages: 1 changed \(1 bytes\), \d+ the same$/);
    assert.match(lines[3] ?? '', new RegExp(`^ +0x${address.toString(16)} 00 "." -> 58 "X"$`));
    assert.equal(lines.length, 4);
  });

  test(`of an edit, what was edited, ${named}`, async (t) => {
    const scene = scratchFolder(t);
    const options = internet === undefined ? ['--tcp-established', '--network-lock', 'nftables'] : [];
    const environment = { FRUIT: 'apple', ...(internet === undefined && { PORT: '7001' }) };
    const target = await startTarget(t, scene, 'service', environment);
    await dump(programs, target, join(scene, 'before'), options);
    for (const [what, expected] of Object.entries(EDITS)) {
      if (what === 'another TCP port to listen on' && internet !== undefined) continue;
      await shell(scene, `rm -rf after; ln -sfn before dump; { ${recipe(what)}; } && mv edited after`);
      const said = (await differences(scene)).map((line) => line.trim().replaceAll(target.home, 'HOME'));
      // Its child has the same.
      assert.match(
        [...new Set(said.filter((line) => /^[-+~] /.test(line)))].join('\n'),
        new RegExp(`^${expected.join('\n')}$`),
        what,
      );
    }
  });

  test(`however it is stored, it is the same, ${named}`, async (t) => {
    const scene = scratchFolder(t);
    await dumpTwice(programs, await startTarget(t, scene, 'memory'), scene, []);
    await shell(scene, 'crit-cat before | crit-pack --tar -o before.tar && zstd -q before.tar');
    await shell(scene, 'cp -r before packed && crit compress --in-place packed');
    for (const other of ['before.tar', 'before.tar.zst', 'packed']) {
      assert.equal(await shell(scene, `crit-diff before ${other} && crit-diff ${other} after`), '', other);
    }
  });
}
