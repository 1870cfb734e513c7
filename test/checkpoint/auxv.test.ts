import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auxvName, auxvOf } from '../../src/checkpoint/auxv.ts';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { isPageSize } from '../../src/checkpoint/page-size.ts';
import { buildDirectory, core, mm, task, vma } from './build-directory.ts';

test('pairs of words, up to the one that ends them', () => {
  assert.deepEqual(auxvOf([6, 4096, 33, '140737488355328', 0, 0, 0, 0]), [
    [6, 4096],
    [33, '140737488355328'],
  ]);
  assert.deepEqual(auxvOf([]), []);
  assert.deepEqual([auxvName(6), auxvName(12345)], ['AT_PAGESZ', '12345']);
});

test('of a 32-bit task, each word is a type and its value', () => {
  const packed = [
    [32, 0xf7f8a560],
    [33, 0xf7f8a000],
    [6, 4096],
    [25, 0],
    [0, 0],
    [0, 0],
  ].map(([type = 0, value = 0]) => String((BigInt(value) << 32n) | BigInt(type)));
  assert.deepEqual(auxvOf(packed), [
    [32, 0xf7f8a560],
    [33, 0xf7f8a000],
    [6, 4096],
    [25, 0],
  ]);
});

test('the page size is what the options say, else what the first process was told that knows it, else 4096', (t) => {
  const images = (...auxvs: (readonly (number | string)[])[]): string =>
    buildDirectory(t, {
      'pstree.img PSTREE': auxvs.map((_, i) => task(i + 1, 0)),
      ...Object.assign({}, ...auxvs.map((_, i) => core(i + 1, 'x'))),
      ...Object.fromEntries(
        auxvs.map((auxv, i) => [`mm-${i + 1}.img MM`, [mm([vma(0x10000, 0x20000, 1)], { mm_saved_auxv: auxv })]]),
      ),
    });
  const sizeOf = (directory: string, pageSize?: number): number => {
    const checkpoint = Checkpoint.openDirectory(directory, { pageSize });
    try {
      return checkpoint.pageSize;
    } finally {
      checkpoint.close();
    }
  };
  assert.equal(sizeOf(images([6, 65536])), 65536);
  assert.equal(sizeOf(images([], [6, 16384])), 16384);
  assert.equal(sizeOf(images([6, 5000])), 4096);
  assert.equal(sizeOf(images([String((16384n << 32n) | 6n)])), 16384);
  assert.equal(sizeOf(images([6, 65536]), 8192), 8192);
  assert.deepEqual([4096, 65536, 2048, 131072, 5000].map(isPageSize), [true, true, false, false, false]);
});
