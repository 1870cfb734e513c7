/** Random images of every type against CRIT itself, where `npm run test:criu` has fetched it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isUtf8 } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { BUILT_IN } from '../../../../src/schema/built-in.ts';
import type { ImageType } from '../../../../src/schema/image-schema.ts';
import { buildImage } from '../../../build-image.ts';
import { canonicalBytes, messageArbitrary, type Message, type Value } from '../../../codec/arbitrary.ts';
import { RELEASES, installed } from '../../../criu/setup/release.ts';
import { messageType } from '../../../oracle.ts';
import { temporary } from '../../../temporary.ts';
import { documentOf, imageOf } from '../../../document/document.ts';
import { difference } from '../../../document/golden.ts';

const IMAGES_OF_EACH_TYPE = 8;
/** CRIT has no handler for these. */
const UNKNOWN_TO_CRIT: readonly string[] = ['BINFMT_MISC', 'PIDFD', 'SIGNAL'];

const release = RELEASES.find(({ name }) => name === 'experimental');
const programs = release && installed(release);
const skip = programs ? false : 'no CRIT 4.3 in the cache: npm run test:criu fetches it';

/** Whether CRIT shows a message as it is: without unknown fields and values, text that is none, or odd addresses. */
function isShownRight({ fields, unknown }: Message): boolean {
  return (
    unknown.length === 0 &&
    fields.every(([field, values]) => values.every((value) => isValueRight(field, value, values)))
  );
}

function isValueRight(field: protobuf.Field, value: Value, all: readonly Value[]): boolean {
  const { resolvedType, type } = field;
  if (field.options?.['(criu).ipadd'] !== undefined) return all.length === 1;
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[Number(value)] !== undefined;
  if (typeof value !== 'object') return true;
  if (!(value instanceof Uint8Array)) return isShownRight(value);
  if (field.options?.['(criu).conv'] !== undefined) return !Buffer.from(value).includes('\r\n');
  return type !== 'string' || isUtf8(value);
}

function imagesOf(type: ImageType): Buffer[] {
  const entry = messageArbitrary(messageType(type.entry), 2).filter(isShownRight);
  const first = type.first === undefined ? entry : messageArbitrary(messageType(type.first), 2).filter(isShownRight);
  const images = fc.tuple(first, fc.array(entry, { maxLength: 2 }));
  return fc
    .sample(images, { numRuns: IMAGES_OF_EACH_TYPE, seed: 4 })
    .map(([one, others]) => buildImage(type.magic, [one, ...others].map(canonicalBytes)));
}

test('random images of every type, decoded and encoded by CRIT', { skip }, (t) => {
  const folder = temporary(t);
  const images = new Map<string, Buffer>();
  for (const type of BUILT_IN.types()) {
    if (type.extra !== undefined || UNKNOWN_TO_CRIT.includes(type.magic)) continue;
    for (const [index, image] of imagesOf(type).entries()) images.set(`${type.magic}-${index}`, image);
  }
  for (const [name, image] of images) {
    writeFileSync(join(folder, `${name}.img`), image);
    writeFileSync(join(folder, `${name}.json`), documentOf('-', image));
    writeFileSync(join(folder, `${name}.pretty.json`), documentOf('-', image, { pretty: true }));
  }
  assert.ok(programs);
  const [file, ...first] = programs.python;
  const script = fileURLToPath(new URL('live.py', import.meta.url));
  const output = execFileSync(file, [...first, script, folder], {
    env: { ...process.env, ...programs.pythonEnvironment },
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  const found: Record<string, string[]> = JSON.parse(output);
  const differences: string[] = [];
  for (const [name, image] of images) {
    const [plain = '', pretty = ''] = found[`${name}.img`] ?? [];
    for (const [document, form] of [
      [plain, { pretty: false }],
      [pretty, { pretty: true }],
    ] as const) {
      const different = difference(documentOf('-', image, form), document);
      if (different !== undefined) differences.push(`${name} ${different}`);
      else assert.deepEqual(imageOf(document), image, name);
    }
    for (const suffix of ['.json', '.pretty.json']) {
      const [encoded = ''] = found[`${name}${suffix}`] ?? [];
      if (encoded !== image.toString('base64')) differences.push(`${name}${suffix}: CRIT encodes it as ${encoded}`);
    }
  }
  assert.deepEqual(differences.slice(0, 20), []);
  t.diagnostic(`${images.size} images`);
});
