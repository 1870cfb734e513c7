/** Shards together find what one search finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { ReadAhead } from '../../src/files/read-ahead.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { searchMemory, type Found, type Space } from '../../src/memory/search-memory.ts';
import { spacesOfShard } from '../../src/memory/search-shard.ts';
import type { Finder, Match } from '../../src/search/finder.ts';
import { finderOf, stringsFinder } from '../../src/search/text-finder.ts';
import { temporary } from '../temporary.ts';
import { ANON_PRIVATE, PAGE, SHARED, buildCheckpoint } from './build-checkpoint.ts';

const MIB = 1 << 20;
const BASE = 0x7f00_0000_0000;
const AREA = BASE + 64 * MIB;

/** A run across several borders of windows with matches over them, pages with holes behind them, and shared memory. */
function build(directory: string): string {
  const run = Buffer.alloc(9.5 * MIB, `.x${'\0'.repeat(4094)}`, 'latin1');
  for (const border of [0.5, 1.5, 2.5, 3.5]) {
    run.write('needleneedleneedle', border * MIB - 9, 'latin1');
    run.write('ababababab', border * MIB + 200, 'latin1');
  }
  run.fill('a', 3.75 * MIB, 5.625 * MIB, 'latin1');
  const pages = Array.from({ length: 700 }, (_, index) => ({
    at: AREA + 2 * index * PAGE,
    data: Buffer.alloc(PAGE, index % 90 === 0 ? 'needle' : '\0', 'latin1'),
  }));
  const areas = [
    { start: BASE, end: BASE + 32 * MIB, kind: ANON_PRIVATE },
    { start: AREA, end: AREA + 32 * MIB, kind: ANON_PRIVATE },
    { start: AREA + 64 * MIB, end: AREA + 70 * MIB, kind: SHARED, shmid: 50 },
  ];
  return buildCheckpoint(directory, {
    processes: [
      { pid: 7, areas, pages: [{ at: BASE + MIB / 2, data: run }, ...pages] },
      { pid: 8, areas: areas.slice(0, 2), pages: pages.slice(0, 300) },
    ],
    shared: { 50: [{ at: 0, data: run.subarray(0, 3 * MIB) }] },
  });
}

async function printed(spaces: Iterable<Space<Match, undefined>>, ahead: ReadAhead): Promise<string[]> {
  const lines: string[] = [];
  for (const space of spaces) {
    for (const found of space.matches()) {
      if (!found) {
        await ahead.ready();
        continue;
      }
      const { places, shared, bytes, match }: Found = found;
      const where = places.map(({ process, address }) => `${process.pid}:${address.toString(16)}`);
      const text = bytes.toString('latin1', match.start, Math.min(match.end, match.start + 30));
      lines.push([...where, shared?.offset, match.end - match.start, text].join(' '));
    }
  }
  return lines;
}

const FINDERS: Readonly<Record<string, Finder>> = {
  'a text': finderOf(['needle'], { kind: 'text' }),
  'texts that overlap': finderOf(['needleneedle', 'dlen'], { kind: 'text' }),
  'a text that goes on and on': finderOf(['a'.repeat(20_000)], { kind: 'text' }),
  'an expression without end': finderOf(['(?:ab?)+a|n[^x]e+']),
  'all text': stringsFinder(3),
};

test('shards of any number find what one search finds, each match once and in order', async (t) => {
  const memory = new CheckpointMemory(Checkpoint.openDirectory(build(temporary(t))));
  const ahead = new ReadAhead();
  t.after(() => {
    ahead.close();
    memory.checkpoint.close();
  });
  for (const [name, finder] of Object.entries(FINDERS)) {
    const search = (): Iterable<Space<Match, undefined>> =>
      searchMemory(memory, finder, {
        processes: memory.processes,
        chooses: () => true,
        isAll: true,
        outside: true,
        context: 3,
        ahead,
      });
    const whole = await printed(search(), ahead);
    assert.ok(whole.length > 20, name);
    for (const of of name === 'a text' ? [1, 3, 40] : [2, 7]) {
      const parts: string[] = [];
      for (let number = 1; number <= of; number++)
        parts.push(...(await printed(spacesOfShard(search(), { number, of }, PAGE), ahead)));
      assert.deepEqual(parts, whole, `${name}, ${of} shards`);
    }
  }
});
