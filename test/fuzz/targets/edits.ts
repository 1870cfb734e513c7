/** Damaged lines through crit-edit: refused, or lines that pack where those before did; chunks change nothing. */
import assert from 'node:assert/strict';
import type { Edits } from '../../../src/edit/edits.ts';
import { LINE_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { namedLines } from '../seeds.ts';
import { LineEditor, Output, Packer, PartSink, makeEdits } from '../shipped.ts';
import { attempt, inChunks, type Target } from '../target.ts';

/** Edits that find something in most checkpoints. */
const EDITS: readonly Edits[] = [
  { drop: 'mm-*.img' },
  { 'close-tcp': true, 'listen-only': true },
  { port: ['tcp:8080:9090', '1:2'], address: ['127.0.0.1=10.0.0.1', '10.0.0.0/24=10.1.0.0/24'] },
  { path: ['/tmp=/var/tmp', '/root=/other', '/usr=/x'] },
  { external: ['a=b'], tty: ['0=7'], ignore: ['size', 'mode', 'build-id', 'checksum'] },
  { 'pid-offset': '1000' },
  { pid: ['1=7'] },
  { uid: ['0=1000'], gid: ['0=1000'], map: ['0=100000'] },
  { hostname: 'other', domainname: 'other', comm: ['1=name'] },
  { env: ['HOME=/x'], args: ['1:0=x'] },
  { cgroup: ['/a=/other', '/user.slice=/other'] },
  { 'no-cgroup': true, 'no-seccomp': true, 'lsm-profile': 'none' },
  { limit: ['nofile=4096:8192', 'core=unlimited'], 'oom-score': '7', nice: '3' },
  { set: ['FILES delete entry.reg?.pos', 'CORE entry.tc && (entry.tc.comm = "x")', 'PSTREE drop()'] },
];

// One that was refused for itself would try nothing.
for (const each of EDITS) makeEdits(each);

function edit(chunks: Iterable<Uint8Array>, edits: Edits): { bytes: Buffer; refusal: Error | undefined } {
  const output = new Output();
  const refusal = attempt(() => {
    const editor = new LineEditor(output, makeEdits(edits), { ifPresent: true });
    for (const chunk of chunks) editor.push(chunk);
    editor.end();
  });
  return { bytes: output.take(), refusal };
}

function refusalOf(bytes: Buffer): Error | undefined {
  return attempt(() => {
    const packer = new Packer(new PartSink());
    packer.push(bytes);
    packer.end();
  });
}

function someLines(random: Random): Buffer {
  return Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => random.smallOf(namedLines)));
}

export const edits: Target = {
  name: 'edits',
  make: (random) => (random.below(8) === 0 ? someLines(random) : mutate(someLines(random), LINE_MUTATORS, random)),
  run(input, random) {
    const wanted = random.of(EDITS);
    const { bytes, refusal } = edit([input], wanted);
    const chunked = edit(inChunks(input, random), wanted);
    assert.equal(chunked.refusal?.message, refusal?.message, 'chunks change the error');
    assert.deepEqual(chunked.bytes, bytes, 'chunks change the lines');
    // Where all images were dropped, there is nothing to pack.
    if (refusal || bytes.length === 0 || refusalOf(input)) return;
    assert.equal(refusalOf(bytes)?.message, undefined, `${JSON.stringify(wanted)}: edited lines are refused`);
  },
};
