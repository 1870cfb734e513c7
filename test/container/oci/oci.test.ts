import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkpointLines } from '../../../src/cat/checkpoint-lines.ts';
import { CritError } from '../../../src/error.ts';
import { fixture } from '../../fixtures.ts';
import { shell } from '../../shell.ts';
import { temporary } from '../../temporary.ts';
import { archive } from '../build-tar.ts';
import { zstdOf } from '../zstd-of.ts';
import { descriptor, dockerImage, ociImage, sha256, toDirectory, toTar, type ImageFiles } from './build-image.ts';

const CHECKPOINT = readFileSync(fixture('archives/podman-counter.tar'));

async function linesOf(path: string): Promise<string> {
  const parts: string[] = [];
  for await (const chunk of checkpointLines([path])) parts.push(String(chunk));
  return parts.join('');
}

const LAYERS: Record<string, () => Buffer | Promise<Buffer>> = {
  plain: () => CHECKPOINT,
  gzip: () => gzipSync(CHECKPOINT),
  zstd: () => zstdOf(CHECKPOINT),
};

for (const [kind, layer] of Object.entries(LAYERS)) {
  test(`the ${kind} layer of an OCI image is read as the archive that it is`, async (t) => {
    const files = ociImage({ layers: [await layer()] });
    const directory = temporary(t);
    const expected = await linesOf(fixture('archives/podman-counter.tar'));
    const tar = toTar(files);
    // The order of members says nothing, and the whole may be compressed again.
    const reversed = toTar(Object.fromEntries(Object.entries(files).reverse()));
    const inputs = { 'image.tar': tar, 'reversed.tar': reversed, 'image.tar.gz': gzipSync(tar) };
    for (const [name, bytes] of Object.entries(inputs)) {
      const path = join(directory, name);
      writeFileSync(path, bytes);
      assert.ok((await linesOf(path)) === expected, name);
    }
    assert.ok((await linesOf(toDirectory(files, join(directory, 'layout')))) === expected, 'a directory');
  });
}

test('what podman save writes by default is read, too', async (t) => {
  const path = join(temporary(t), 'image.tar');
  writeFileSync(path, toTar(dockerImage(CHECKPOINT)));
  assert.ok((await linesOf(path)) === (await linesOf(fixture('archives/podman-counter.tar'))));
});

test('all commands read an OCI image as its directory, also from standard input', async (t) => {
  const TMPDIR = temporary(t);
  const directory = temporary(t);
  const files = ociImage({ layers: [gzipSync(CHECKPOINT)] });
  writeFileSync(join(directory, 'image.tar'), toTar(files));
  toDirectory(files, join(directory, 'layout'));
  const plain = fixture('archives/podman-counter.tar');
  const commands = [
    'crit-mem --map "$1"',
    'crit-grep /bin/counter "$1"',
    'crit-stats --json "$1" | grep -o pages_written.*',
    'crit-edit --comm 1=other "$1" | cksum',
  ];
  for (const command of commands) {
    const [expected, tar, layout] = await Promise.all(
      [plain, join(directory, 'image.tar'), join(directory, 'layout')].map((path) =>
        shell(command, [path], { env: { TMPDIR } }),
      ),
    );
    assert.deepEqual([tar?.codes, String(tar?.stdout)], [expected?.codes, String(expected?.stdout)], command);
    assert.deepEqual([layout?.codes, String(layout?.stdout)], [expected?.codes, String(expected?.stdout)], command);
    assert.ok(expected?.codes.every((code) => code === 0) && expected.stdout.length > 0, command);
  }
  const same = await shell('crit-diff "$1" "$2"; crit-cat < "$2" | crit-pack --tar | cmp - "$1"', [
    plain,
    join(directory, 'image.tar'),
  ]);
  assert.deepEqual([same.codes, same.stderr], [[0, 0, 0], '']);
  assert.deepEqual(readdirSync(TMPDIR), [], 'nothing is left');
});

test('crit-inspect tells what was said of the image', async (t) => {
  const annotations = {
    'io.podman.annotations.checkpoint.name': 'web',
    'io.podman.annotations.checkpoint.rootfsImageName': 'nginx:1',
    'org.criu.checkpoint.pod.name': 'pod-1',
  };
  const images = readdirSync(fixture('real/simple')).map((name) => ({
    name,
    contents: readFileSync(fixture(`real/simple/${name}`)),
  }));
  const files = ociImage({ layers: [gzipSync(archive(...images))], annotations });
  const path = toDirectory(files, join(temporary(t), 'layout'));
  const { stdout } = await shell('crit-inspect --annotations "$1"', [path]);
  for (const line of [
    /^container +web$/m,
    /^image +nginx:1$/m,
    /^engine +Podman$/m,
    /^pod +pod-1$/m,
    /checkpoint.name=web/,
  ])
    assert.match(String(stdout), line);
  const size = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  assert.match(String(stdout), new RegExp(`in an archive of ${(size / 1024).toFixed(1)} KiB`));
});

const layer = gzipSync(CHECKPOINT);
const other = gzipSync(archive({ name: 'a', contents: 'b' }));
const changed = (files: ImageFiles, name: string, change: (bytes: Buffer) => Buffer): ImageFiles =>
  Object.fromEntries(Object.entries(files).map(([key, bytes]) => [key, key === name ? change(bytes) : bytes]));
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};
const blob = `blobs/sha256/${sha256(layer)}`;
const whole = ociImage({ layers: [layer] });
const manifestName = Object.keys(whole).find((name) => whole[name]?.includes('"layers":[{')) ?? '';

const HOSTILE: Record<string, [files: ImageFiles, reason: RegExp]> = {
  'several layers': [ociImage({ layers: [layer, other] }), /layer/],
  'no layer': [ociImage({ layers: [] }), /has 0 layers/],
  'no list of layers': [ociImage({ layers: [layer], manifest: (m) => ({ ...m, layers: 7 }) }), /no list of layers/],
  'several images': [
    ociImage({ layers: [layer], index: (i) => ({ ...i, manifests: [descriptor(layer), descriptor(other)] }) }),
    /has 2 images/,
  ],
  'a digest that leads out': [
    ociImage({
      layers: [layer],
      manifest: (m) => ({ ...m, layers: [{ digest: 'sha256:../../../etc/passwd', size: 1 }] }),
    }),
    /not sha256/,
  ],
  'another algorithm': [
    ociImage({
      layers: [layer],
      index: (i) => ({ ...i, manifests: [{ digest: `sha512:${'0'.repeat(128)}`, size: 9 }] }),
    }),
    /not sha256/,
  ],
  'a layer of another size': [
    ociImage({ layers: [layer], manifest: (m) => ({ ...m, layers: [{ ...descriptor(layer), size: 5 }] }) }),
    /5 are said/,
  ],
  'a size that is no number': [
    ociImage({ layers: [layer], manifest: (m) => ({ ...m, layers: [{ ...descriptor(layer), size: -5 }] }) }),
    /without a size/,
  ],
  'a layer that is another': [changed(whole, blob, () => other), /^(?!internal)/],
  'a manifest that was changed': [changed(whole, manifestName, (m) => flipped(m, 20)), /damaged|is not there/],
  'a manifest that is not there': [
    ociImage({
      layers: [layer],
      index: (i) => ({ ...i, manifests: [{ digest: `sha256:${'0'.repeat(64)}`, size: 9 }] }),
    }),
    /not there/,
  ],
  'an index in itself': [ociImage({ layers: [layer], index: (i) => ({ ...i, manifests: [{ ...i }] }) }), /not sha256/],
  'a layer that is no tar': [ociImage({ layers: [gzipSync('no tar at all')] }), /holds no tar/],
  'documents that are none': [changed(whole, 'index.json', () => Buffer.from('{"manifests":')), /not JSON/],
  'a document without end': [changed(whole, 'index.json', () => Buffer.alloc(5 << 20, ' ')), /MiB|no document/],
};

for (const [what, [files, reason]] of Object.entries(HOSTILE)) {
  for (const form of ['archive', 'directory']) {
    test(`an error in an OCI ${form}: ${what}`, async (t) => {
      const path = join(temporary(t), 'image.tar');
      if (form === 'archive') writeFileSync(path, toTar(files));
      else toDirectory(files, path);
      await assert.rejects(linesOf(path), (error: unknown) => error instanceof CritError && reason.test(error.message));
    });
  }
}

test('an image in the layer of another is a file like any other', async (t) => {
  const path = toDirectory(ociImage({ layers: [toTar(whole)] }), join(temporary(t), 'layout'));
  assert.match(await linesOf(path), /^\{"image":"blobs\/sha256\/\w+","magic":"RAW"/);
});

test('a docker archive whose layer is another is an error', async (t) => {
  const path = join(temporary(t), 'image.tar');
  writeFileSync(path, toTar(dockerImage(CHECKPOINT, sha256(layer))));
  await assert.rejects(linesOf(path), /damaged: its digest/);
});

test('an OCI archive that ends anywhere is an error', async (t) => {
  const path = join(temporary(t), 'image.tar');
  const tar = toTar(whole);
  for (let length = 600; length < tar.length - 512; length += Math.ceil(tar.length / 25)) {
    writeFileSync(path, tar.subarray(0, length));
    await assert.rejects(linesOf(path), CritError, `${length} bytes`);
  }
});

test('every bit of an OCI archive that says something matters', async (t) => {
  const path = join(temporary(t), 'image.tar');
  const expected = await linesOf(fixture('archives/podman-counter.tar'));
  const tar = toTar(whole);
  for (let step = 0; step < 40; step++) {
    const at = Math.floor((step * tar.length) / 40);
    writeFileSync(path, flipped(tar, at));
    try {
      assert.ok((await linesOf(path)) === expected, `byte ${at} changes lines in silence`);
    } catch (error) {
      if (!(error instanceof CritError)) throw error;
    }
  }
});

test('a directory whose blob is a named pipe is an error, and does not wait', async (t) => {
  const path = toDirectory(whole, join(temporary(t), 'layout'));
  rmSync(join(path, blob));
  const { codes } = await shell('mkfifo "$1/$2"; crit-cat "$1"', [path, blob], { timeout: 10_000 });
  assert.deepEqual(codes, [2]);
});

test('an image is not edited in its place', async (t) => {
  const path = toDirectory(whole, join(temporary(t), 'layout'));
  const { codes, stderr } = await shell('crit-edit -f --comm 1=x "$1" -C "$1"', [path]);
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /name another directory/);
  assert.deepEqual(readdirSync(path).sort(), ['blobs', 'index.json', 'oci-layout']);
});

test('a tar with a directory of blobs is no image', async (t) => {
  const path = join(temporary(t), 'a.tar');
  writeFileSync(
    path,
    archive({ name: 'blobs/', type: '5' }, { name: 'blobs/a', contents: 'x' }, { name: 'index.json', contents: '{}' }),
  );
  assert.match(await linesOf(path), /"image":"index.json","magic":"RAW"/);
});
