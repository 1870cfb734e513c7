/**
 * Descriptors on each supported Node: `npm run test:nodes [-- ROUNDS]`. The npm package `node` brings them; one that cannot be
 * had is skipped. Each round sends 200 images and hangs up at once: none may be lost.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSIONS, nodeOf } from '../nodes.ts';
import { FAKE_CRIU, IMAGES, noFakeCriu } from './fake-criu.ts';

const ROUNDS = Number(process.argv[2] ?? '100');
const IMAGES_SENT = 200;
const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

/** How many of so many rounds lost an image, there or back. */
function failures(node: string, scene: string): number {
  const names = Array.from({ length: IMAGES_SENT - 1 }, (_, i) => `pages-${i}.img`);
  mkdirSync(join(scene, 'images'));
  for (const [i, name] of names.entries())
    writeFileSync(join(scene, 'images', name), Buffer.alloc(100 + i * 50, i + 1));
  writeFileSync(join(scene, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  const script = `set -e -o pipefail; rm -rf packed out; mkdir out
    ${node} ${bin}crit-capture live -- ${FAKE_CRIU} dump 2> said > lines
    ${node} ${bin}crit-pack -C packed lines; diff -r images packed
    ${node} ${bin}crit-serve live -- ${FAKE_CRIU} restore < lines; diff -r images out`;
  const env = {
    ...process.env,
    IMAGES: 'images',
    OUT: 'out',
    ASK: [...names, 'inventory.img'].reverse().join(' '),
    FAULT: 'hang up',
  };
  let failed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { status, stderr } = spawnSync('bash', ['-c', script], { cwd: scene, env, encoding: 'utf8' });
    if (status === 0) continue;
    failed++;
    console.log(stderr, readFileSync(join(scene, 'said'), 'utf8'));
  }
  return failed;
}

if (noFakeCriu !== false) console.log(`SKIPPED: ${noFakeCriu}`);
else {
  for (const version of VERSIONS) {
    const node = nodeOf(version);
    if (node === undefined) {
      console.log(`SKIPPED: Node ${version} could not be fetched`);
      continue;
    }
    const scene = mkdtempSync(join(tmpdir(), 'crit-pipe-nodes-'));
    try {
      const failed = failures(node, scene);
      const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
      console.log(`Node ${name}: ${ROUNDS} rounds of ${IMAGES_SENT} images there and back, ${failed} failed`);
      if (failed > 0) process.exitCode = 1;
    } finally {
      rmSync(scene, { recursive: true, force: true });
    }
  }
}
