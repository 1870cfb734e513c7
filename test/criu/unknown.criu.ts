/** Fields of a CRIU that is newer than the schema: they go through the pipe, and a CRIU that does not know them restores. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';

const HEADS: readonly number[] = [0x54564319, 0x55105940];
/** Field 1000, of five bytes: `later`. */
const FIELD: Buffer = Buffer.from('\xc2\x3e\x05later', 'latin1');

/** Adds the field to the first entry of an image; false where there is none. */
function addField(file: string): boolean {
  const image = readFileSync(file);
  if (image.length < 12 || !HEADS.includes(image.readUInt32LE(0))) return false;
  const size = image.readUInt32LE(8);
  const grown = Buffer.concat([image.subarray(0, 12 + size), FIELD, image.subarray(12 + size)]);
  grown.writeUInt32LE(size + FIELD.length, 8);
  writeFileSync(file, grown);
  return true;
}

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined && available.skip;
  for (const name of ['processes', 'ipc', 'pipes']) {
    test(`${name} with unknown fields, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await dump(programs, target, join(scene, 'dump'), []);
      const images = readdirSync(join(scene, 'dump')).filter((image) => /^(?!pages-).*\.img$/.test(image));
      assert.ok(images.filter((image) => addField(join(scene, 'dump', image))).length > 5);
      await shell(scene, 'crit-cat dump | crit-pack -C packed');
      await shell(scene, 'diff -r dump packed');
      assert.match(await shell(scene, 'crit-cat packed'), /"@unknown":"wj4FbGF0ZXI="/);
      await restore(programs, join(scene, 'packed'), []);
      await assertIntact(target);
    });
  }
}
