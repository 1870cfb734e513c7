/** CRIT, the second judge: it must read the same values as we do, and write the same bytes from ours. */
import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'node:test';
import { capture } from '../setup/capture.ts';
import type { Programs } from '../setup/release.ts';
import { shell } from './shell.ts';

/** What CRIT made of one image: null where it agrees with us. */
interface Finding {
  image: string;
  magic: string;
  decode: string | null;
  encode: string | null;
}

/** Where CRIT is wrong, so that its answer must be the one that is known. */
interface Fault {
  magic: string;
  decode: RegExp | null;
  encode: RegExp | null;
  because: string;
}

const FAULTS: readonly Fault[] = [
  {
    magic: 'CORE',
    decode: /^CRIT fails: UnicodeDecodeError|tc\.comm: \{'base64': .*\}, "b'.*'" of CRIT$/,
    encode: /^other bytes$/,
    because: 'it takes every name for UTF-8',
  },
  {
    magic: 'IPCNS_SHM',
    decode: /^CRIT fails: ValueError\('read length must be non-negative or -1'\)$|^\.entries: \d+ values, \d+ of CRIT$/,
    encode: null,
    because: 'it looks for the contents of a segment behind its entry, when they are in pagemaps',
  },
];

/** Runs CRIT of a release. */
export async function crit(programs: Programs, args: readonly string[]): Promise<string> {
  return python(programs, ['-m', 'crit', ...args]);
}

/** Fails where CRIT and we do not agree on an image of a dump, but for the faults of CRIT that are known. */
export async function assertAgreesWithCrit(t: TestContext, programs: Programs, folder: string): Promise<void> {
  const scene = dirname(folder);
  const name = basename(folder);
  await shell(
    scene,
    `find ${name} -type f ! -name 'pages-*' ! -name '*.log' | crit-cat --files-from - > ${name}.lines`,
  );
  const judge = fileURLToPath(new URL('judge.py', import.meta.url));
  const findings: unknown = JSON.parse(await python(programs, [judge, folder, join(scene, `${name}.lines`)]));
  assert.ok(Array.isArray(findings) && findings.every(isFinding) && findings.length > 0);
  const unknown = findings
    .filter((finding) => finding.decode !== null || finding.encode !== null)
    .filter((finding) => {
      const fault = FAULTS.find((known) => isFault(known, finding));
      if (fault !== undefined) t.diagnostic(`${finding.image}: CRIT is wrong: ${fault.because}`);
      return fault === undefined;
    });
  assert.deepEqual(unknown, [], 'CRIT agrees');
}

async function python(programs: Programs, args: readonly string[]): Promise<string> {
  const [file, ...first] = programs.python;
  return capture(file, [...first, ...args], { env: { ...process.env, ...programs.pythonEnvironment } });
}

function isFault(fault: Fault, finding: Finding): boolean {
  const fits = (known: RegExp | null, found: string | null): boolean =>
    known === null || found === null ? known === found : known.test(found);
  return fault.magic === finding.magic && fits(fault.decode, finding.decode) && fits(fault.encode, finding.encode);
}

function isFinding(value: unknown): value is Finding {
  const texts = (keys: string[], allowed: string[]): boolean =>
    keys.every((key) => allowed.includes(value === null ? 'null' : typeof Reflect.get(Object(value), key)));
  return texts(['image', 'magic'], ['string']) && texts(['decode', 'encode'], ['string', 'object']);
}
