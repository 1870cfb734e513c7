/** What a log of CRIU says is explained, whoever wrote it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { explainRestore } from '../../src/check/check.ts';
import type { Finding } from '../../src/check/finding.ts';
import { CAUSES } from '../../src/check/log/causes.ts';
import { readLog } from '../../src/check/log/error-lines.ts';
import { explain, partsOf } from '../../src/check/log/explain.ts';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';

function logOf(t: TestContext, text: string | Buffer): string {
  const path = join(temporary(t), 'restore.log');
  writeFileSync(path, text);
  return path;
}

async function explained(t: TestContext, text: string | Buffer): Promise<Finding[]> {
  const checkpoint = Checkpoint.openDirectory(fixture('real/simple'));
  try {
    return await explainRestore(checkpoint, logOf(t, text), { offline: true });
  } finally {
    checkpoint.close();
  }
}

const REAL = `(00.000000) Version: 4.1.1 (gitid 0)
(00.009876) Warn  (criu/kerndat.c:1234): Can't keep kdat cache on non-tempfs
(00.012345)   1234: Error (criu/files-reg.c:2175): File /srv/a: b has bad size 18 (expect 5)
(00.012346)   1234: Error (criu/mem.c:911): Nobody knows
(00.012350) Error (criu/cr-restore.c:1258): 1234 exited, status=1
(00.012360) Error (criu/cr-restore.c:2320): Restoring FAILED.
`;

test('each error line is told with what it means, but for those that follow from others', async (t) => {
  const [size, vma, ...others] = await explained(t, REAL);
  assert.deepEqual(size, {
    severity: 'error',
    kind: 'size',
    criu: 'File /srv/a: b has bad size 18 (expect 5)',
    line: 3,
    message: '/srv/a: b has 18 bytes here, the checkpoint wants 5',
    mend: 'the file as it was, or crit-edit --ignore size',
  });
  assert.deepEqual([vma?.kind, vma?.criu, vma?.line], ['unexplained', 'Nobody knows', 4]);
  assert.deepEqual(others, []);
});

test('lines of a container engine, and lines with nothing but what follows', async (t) => {
  const [only] = await explained(t, 'level=error msg="x" (00.1) Error (criu/cr-restore.c:1): Restoring FAILED.\n');
  assert.deepEqual([only?.kind, only?.message], ['log', 'the restore failed']);
});

test('what only follows from another line is not told beside it', async (t) => {
  const log = [
    "(00.01)      3: Error (criu/pipes.c:190): Can't change pipe ownership: Invalid argument",
    "(00.01)      3: Error (criu/files.c:1100): Can't sent fd 0 to 9458",
  ];
  const found = await explained(t, `${log.join('\n')}\n`);
  assert.deepEqual(
    found.map(({ criu }) => criu),
    ["Can't change pipe ownership: Invalid argument"],
  );
  const alone = await explained(t, `${log[1]}\n`);
  assert.deepEqual(
    alone.map(({ message }) => message),
    ['descriptor 0 could not be given to process 9458'],
  );
});

test('a finding of the checkpoint is told where CRIU says the same', () => {
  const found: Finding = {
    severity: 'warning',
    kind: 'file',
    message: '/srv/log is not there',
    criu: "Can't open file srv/log",
  };
  const line = (text: string): Finding[] => explain([{ line: 7, text }], [found]);
  assert.deepEqual(line("Can't open file srv/log on restore: No such file or directory"), [
    {
      severity: 'error',
      kind: 'file',
      message: '/srv/log is not there',
      criu: "Can't open file srv/log on restore: No such file or directory",
      line: 7,
    },
  ]);
  assert.equal(
    line("Can't open file srv/log.1 on restore: No such file or directory")[0]?.message,
    '/srv/log.1 is not here',
  );
});

test('a log without errors, one that says that all is done, and one of a dump', async (t) => {
  const messages = async (text: string): Promise<string[]> => (await explained(t, text)).map(({ message }) => message);
  assert.deepEqual(await messages(''), ['the log has no line of an error']);
  assert.deepEqual(await messages('(00.1) Restore finished successfully. Tasks resumed.\n'), [
    'the log says that the restore is done',
    'the log has no line of an error',
  ]);
  assert.deepEqual(
    (await messages('(00.1) Error (criu/cr-dump.c:2138): Dumping FAILED.'))[1],
    'the log is that of a dump',
  );
});

test('a hostile log is bounded, and its names are words in what mends it', async (t) => {
  const path = logOf(
    t,
    `${'Error (a:1): '.repeat(1e5)}\n${Array.from({ length: 300 }, (_, n) => `Error (a.c:1): e${n}\n`).join('')}`,
  );
  const { errors, more } = await readLog(path);
  assert.deepEqual([errors.length, more], [200, 101]);
  assert.ok(errors.every(({ text }) => text.length <= 4096));
  const name = "/x'; rm -rf $HOME; '\u001b[2J";
  const [found] = await explained(
    t,
    `Error (criu/a.c:1): Can't open file ${name} on restore: No such file or directory\n`,
  );
  assert.equal(found?.mend, `the file, or crit-edit --path '/x'\\''; rm -rf $HOME; '\\''\u001b[2J'=OTHER`);
  const start = performance.now();
  const worst = "Can't bind id 1 ino 2 addr ".repeat(150) + ' ino  addr '.repeat(20);
  for (const { criu } of CAUSES) for (let n = 0; n < 50; n++) partsOf(worst, criu);
  assert.ok(performance.now() - start < 2000);
});

test('each cause stands for itself, and names only what it captures', () => {
  for (const { kind, criu, means, mend = '' } of CAUSES) {
    const count = criu.split('%').length - 1;
    for (const [, number] of `${means} ${mend}`.matchAll(/\$(\d)/g)) assert.ok(Number(number) <= count, criu);
    const text = criu.replaceAll('%', '1');
    assert.equal(explain([{ line: 1, text }], [])[0]?.kind, kind, criu);
  }
});
