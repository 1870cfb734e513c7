/** The kind of processor, and the size of a page. */
import { endianness } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { isSystemError } from '../../error.ts';
import type { Finding } from '../finding.ts';

/** CRIU's names of the architectures of Node. */
const MARCH: Readonly<Record<string, string>> = {
  x64: 'X86_64',
  arm: 'ARM',
  arm64: 'AARCH64',
  ppc64: 'PPC64',
  s390x: 'S390',
  mips64el: 'MIPS',
  loong64: 'LOONGARCH64',
  riscv64: 'RISCV64',
};
const AT_PAGESZ = 6n;

export function* findArchitecture(checkpoint: Checkpoint): Generator<Finding, void, undefined> {
  const here = MARCH[process.arch];
  const march = checkpoint.processes.map((each) => ifReadable(() => each.readCore().mtype)).find(Boolean);
  if (here === undefined || march === undefined) return;
  if (march !== here) {
    yield {
      severity: 'error',
      kind: 'architecture',
      message: `it is of ${march}, this host is ${here}`,
      there: `${march}`,
      here,
      criu: 'Core march mismatch',
      mend: `a host with ${march}`,
    };
    return;
  }
  const size = pageSizeHere();
  if (size === undefined || size === checkpoint.pageSize) return;
  yield {
    severity: 'error',
    kind: 'page size',
    message: `its pages have ${checkpoint.pageSize} bytes, those of this kernel ${size}`,
    there: checkpoint.pageSize,
    here: size,
    mend: `a kernel with pages of ${checkpoint.pageSize} bytes`,
  };
}

/** As the kernel told this process at its start: auxv, pairs of words. */
function pageSizeHere(): number | undefined {
  let auxv: Buffer;
  try {
    auxv = readFileSync('/proc/self/auxv');
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
  const word = (at: number): bigint => (endianness() === 'LE' ? auxv.readBigUInt64LE(at) : auxv.readBigUInt64BE(at));
  for (let at = 0; at + 16 <= auxv.length; at += 16) if (word(at) === AT_PAGESZ) return Number(word(at + 8));
  return undefined;
}
