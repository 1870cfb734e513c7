import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Vma } from '../../src/checkpoint/vma.ts';
import { diffVmas } from '../../src/diff/diff-vmas.ts';

const PAGE = 4096n;

function vma(start: number, pages: number, more: Partial<Vma> = {}): Vma {
  const from = BigInt(start) * PAGE;
  return {
    start: from,
    end: from + BigInt(pages) * PAGE,
    page: start,
    endPage: start + pages,
    prot: 'rw-',
    flags: 0x22,
    status: 0x201,
    isShared: false,
    backing: 'zero',
    file: undefined,
    offset: 0n,
    shmem: undefined,
    shmemPage: 0,
    madv: 0n,
    shmid: 0,
    name: '[anon]',
    ...more,
  };
}

function said(before: readonly Vma[], after: readonly Vma[]): string[] {
  return [...diffVmas(1, before, after)].map(({ change, field, before: was, after: is }) =>
    [change, field, was, is]
      .filter((part) => part !== undefined)
      .map(String)
      .join(' '),
  );
}

const FILE = { name: '/lib/x.so', file: 3, backing: 'file' } as const;

const CASES: Readonly<Record<string, readonly [Vma[], Vma[], string[]]>> = {
  'the same': [[vma(1, 2), vma(5, 1)], [vma(1, 2), vma(5, 1)], []],
  'the same though its file has another id': [[vma(1, 2, FILE)], [vma(1, 2, { ...FILE, file: 9, shmid: 9 })], []],
  mapped: [[vma(1, 2)], [vma(1, 2), vma(9, 1)], ['added 0x9000-0xa000 rw-p [anon]']],
  unmapped: [[vma(1, 2), vma(9, 1)], [vma(1, 2)], ['removed 0x9000-0xa000 rw-p [anon]']],
  grown: [[vma(1, 2)], [vma(1, 4)], ['changed range 0x1000-0x3000 0x1000-0x5000']],
  'grown downwards, as a stack does': [[vma(4, 2)], [vma(2, 4)], ['changed range 0x4000-0x6000 0x2000-0x6000']],
  protected: [[vma(1, 2)], [vma(1, 2, { prot: 'r--' })], ['changed prot rw- r--']],
  'another file': [
    [vma(1, 2, FILE)],
    [vma(1, 2, { ...FILE, name: '/lib/y.so' })],
    ['changed name /lib/x.so /lib/y.so'],
  ],
  'another place of the file': [
    [vma(1, 2, FILE)],
    [vma(1, 2, { ...FILE, offset: PAGE })],
    ['changed offset 0x0 0x1000'],
  ],
  moved: [[vma(1, 2, FILE)], [vma(9, 2, FILE)], ['changed address 0x1000-0x3000 0x9000-0xb000']],
  'memory without a name does not move': [
    [vma(1, 2)],
    [vma(9, 2)],
    ['removed 0x1000-0x3000 rw-p [anon]', 'added 0x9000-0xb000 rw-p [anon]'],
  ],
  split: [
    [vma(1, 4)],
    [vma(1, 1), vma(2, 1, { prot: 'r--' }), vma(3, 2)],
    [
      'changed split 0x1000-0x5000 rw-p [anon] 0x1000-0x2000 rw-p [anon],0x2000-0x3000 r--p [anon],0x3000-0x5000 rw-p [anon]',
    ],
  ],
  merged: [
    [vma(1, 1), vma(2, 1, { prot: 'r--' })],
    [vma(1, 2)],
    ['changed merged 0x1000-0x2000 rw-p [anon],0x2000-0x3000 r--p [anon] 0x1000-0x3000 rw-p [anon]'],
  ],
};

for (const [name, [before, after, expected]] of Object.entries(CASES))
  test(`VMAs: ${name}`, () => assert.deepEqual(said(before, after), expected));
