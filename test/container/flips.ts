/**
 * One bit is flipped in compressed archives, at places all over them: `npm run test:flips [-- PLACES [NODE...]]`. Each command, on each
 * supported Node, must fail with 2 and leave nothing behind, or give what it gives of the whole archive.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fixture } from '../fixtures.ts';
import { VERSIONS, nodeOf } from '../nodes.ts';
import { zstdOf } from './zstd-of.ts';

const [places = '12', ...chosen] = process.argv.slice(2);
const PLACES = Number(places);
const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const COMMANDS: readonly (readonly string[])[] = [
  ['crit-cat'],
  ['crit-inspect'],
  ['crit-mem', '--map'],
  ['crit-grep', '-c', 'counter'],
  ['crit', 'x', 'ARCHIVE', 'ps'],
  ['crit-core', '--list'],
  ['crit-stats'],
];

const read = (name: string): Buffer => readFileSync(fixture(`archives/${name}`));
const ARCHIVES: Readonly<Record<string, Buffer>> = {
  'made-containerd.tar.gz': read('made-containerd.tar.gz'),
  'made-crio.tar.gz': gzipSync(read('made-crio.tar')),
  'podman-counter.tar.gz': gzipSync(read('podman-counter.tar')),
  'made-containerd.tar.zst': await zstdOf(gunzipSync(read('made-containerd.tar.gz'))),
  'made-crio.tar.zst': read('made-crio.tar.zst'),
  'podman-counter.tar.zst': read('podman-counter.tar.zst'),
};

const scene = mkdtempSync(join(tmpdir(), 'crit-pipe-flips-'));
const TMPDIR = join(scene, 'tmp');
mkdirSync(TMPDIR);

function run(node: string, [program = '', ...words]: readonly string[], archive: string): SpawnSyncReturns<Buffer> {
  const args = words.includes('ARCHIVE')
    ? words.map((word) => (word === 'ARCHIVE' ? archive : word))
    : [...words, archive];
  return spawnSync(node, [bin + program, ...args], { env: { ...process.env, TMPDIR }, timeout: 60_000 });
}

function flipped(whole: Buffer, bit: number): Buffer {
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return damaged;
}

let wrong = 0;
try {
  for (const version of VERSIONS.filter((each) => chosen.length === 0 || chosen.includes(each))) {
    const node = nodeOf(version);
    if (node === undefined) {
      console.log(`Node ${version}: SKIPPED, it cannot be had`);
      continue;
    }
    let refused = 0;
    let same = 0;
    for (const [name, whole] of Object.entries(ARCHIVES)) {
      const path = join(scene, name);
      writeFileSync(path, whole);
      const good = COMMANDS.map((command) => run(node, command, path));
      for (let place = 0; place < PLACES; place++) {
        // A step that is no multiple of 8 takes every bit in turn.
        const bit = Math.floor(((whole.length * 8 - 1) * place) / PLACES) + (place % 8);
        writeFileSync(path, flipped(whole, bit));
        for (const [index, command] of COMMANDS.entries()) {
          const { status, stdout, stderr } = run(node, command, path);
          const left = readdirSync(TMPDIR);
          if (status === 2 && stderr.length > 0 && left.length === 0) refused++;
          else if (status === 0 && left.length === 0 && good[index]?.stdout.equals(stdout) === true) same++;
          else {
            wrong++;
            console.log(
              `Node ${version}, ${name}, bit ${bit}: ${command.join(' ')} ended with ${status}, left: ${left.join(' ')}`,
            );
          }
        }
      }
    }
    console.log(`Node ${version}: ${refused} refused, ${same} gave the same, ${wrong} wrong`);
  }
} finally {
  rmSync(scene, { recursive: true, force: true });
}
if (wrong > 0) process.exitCode = 1;
