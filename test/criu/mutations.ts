/**
 * Breaks one rule of the format at a time in a copy of the sources, and shows which scenarios notice:
 * `npx tsx test/criu/mutations.ts [NAME...]`. It fails where one goes unnoticed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { copyProject, repository, type Mutation } from '../mutant.ts';

interface Broken extends Mutation {
  /** The scenarios to play, by a part of their names. */
  readonly play: string;
}

const MUTATIONS: readonly Broken[] = [
  {
    name: 'semaphores without their padding',
    file: 'src/image/extra/ipc-sem.ts',
    from: `return size.kind === 'bytes' ? withPadding(bytes, size.size) : bytes;`,
    to: `return bytes;`,
    play: '^ipc, CRIU',
  },
  {
    name: 'queued messages without their padding',
    file: 'src/image/extra/ipc-msg.ts',
    from: 'output.append(withPadding(body, roundUp(body.length, 8)));',
    to: 'output.append(body);',
    play: '^ipc, CRIU',
  },
  {
    name: 'a default taken for absent',
    file: 'src/codec/encode.ts',
    from: 'if (x !== undefined) { n++; ${code} }',
    to: "if (x !== undefined) { n++; if (${field.label !== 'optional'} || x !== 0) { ${code} } }",
    play: '^(processes|files), CRIU',
  },
  {
    name: 'unknown fields dropped',
    file: 'src/codec/encode.ts',
    from: 'const merged = mergeFields(output.bytes.subarray(from, output.length), unknown);',
    to: 'const merged = Buffer.from(output.bytes.subarray(from, output.length));',
    play: 'with unknown fields',
  },
  {
    name: '64-bit numbers rounded to 53 bits',
    file: 'src/codec/encode.ts',
    from: 'let integer = values.parseInteger(field, value);',
    to: 'let integer = BigInt(Number(values.parseInteger(field, value)));',
    play: '^(processes|events), CRIU',
  },
  {
    name: 'signed numbers without their zigzag',
    file: 'src/codec/encode.ts',
    from: "if (field.kind === 'sint32' || field.kind === 'sint64') integer",
    to: "if (field.kind === 'sint32') integer",
    play: '^pipes, CRIU',
  },
  {
    name: 'statistics with the head of other images',
    file: 'src/image/image-encoder.ts',
    from: 'bytes.writeUInt32LE(HEAD_NUMBERS[kind], 0)',
    to: 'bytes.writeUInt32LE(HEAD_NUMBERS.common, 0)',
    play: '^pipes, CRIU',
  },
  {
    name: 'runs of one byte filled with zeros',
    file: 'src/image/image-encoder.ts',
    from: 'this.#sink.fill(value, length);',
    to: 'this.#sink.fill(0, length);',
    play: '^memory, CRIU',
  },
  {
    name: 'the queues of a TCP connection exchanged',
    file: 'src/image/extra/tcp-stream.ts',
    from: "parts(entry.get('inq_len'), entry.get('outq_len'))",
    to: "parts(entry.get('outq_len'), entry.get('inq_len'))",
    play: '^tcp, CRIU',
  },
  {
    name: 'images for root alone, whoever could read them before',
    file: 'src/files/member-mode.ts',
    from: 'if (mode !== undefined) return mode;',
    to: 'if (mode !== undefined) return 0o600;',
    play: '^a user namespace, CRIU',
  },
];

/** The scenarios that failed with the rule broken. */
function noticed(mutation: Broken): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'crit-pipe-mutant-'));
  try {
    copyProject(folder, mutation);
    const run = spawnSync('npx', ['tsx', 'test/criu/run.ts', `--test-name-pattern=${mutation.play}`], {
      cwd: repository,
      encoding: 'utf8',
      env: { ...process.env, CRIT_PIPE_BIN: join(folder, 'bin') },
    });
    const [played = ''] = run.stdout.split('failing tests:');
    return run.status === 0 ? [] : [...played.matchAll(/^✖ (.*?) \(/gm)].map(([, name = '']) => name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once('SIGINT', () => process.exit(130));
const chosen = process.argv.slice(2);
for (const mutation of MUTATIONS.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  const failed = noticed(mutation);
  await setImmediate(); // a signal that came meanwhile
  console.log(`${mutation.name}: ${failed.length === 0 ? 'NOT NOTICED' : failed.join('; ')}`);
  if (failed.length === 0) process.exitCode = 1;
}
