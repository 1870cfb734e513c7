import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { parseLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const PLAIN = ['podman-counter.tar', 'made-crio.tar'];
const COMPRESSED: Record<string, string> = {
  'podman-counter.tar.zst': 'zstd -dc',
  'made-crio.tar.zst': 'zstd -dc',
  'made-containerd.tar.gz': 'gzip -dc',
};
const tools = async (...names: string[]): Promise<string | false> => {
  for (const name of names) {
    if ((await shell(`command -v ${name} > /dev/null`)).codes[0] !== 0) return `${name} is not installed`;
  }
  return false;
};

for (const name of PLAIN) {
  const path = fixture(`archives/${name}`);
  for (const [way, pipe] of Object.entries({
    'from a file': 'crit-cat "$1" | crit-pack --tar',
    'from standard input': 'crit-cat < "$1" | crit-pack --tar',
    'in small chunks': 'dd if="$1" bs=777 status=none | crit-cat | dd bs=1001 status=none | crit-pack --tar',
    'through the filters': `crit-cat "$1" | crit-filter true | crit-map '' | crit-pack --tar`,
    'with --human': 'crit-cat --human "$1" | crit-pack --tar',
  })) {
    test(`${name} comes back byte for byte, ${way}`, async () => {
      const { stdout, stderr } = await shell(pipe, [path]);
      assert.equal(stderr, '');
      assert.ok(stdout.equals(readFileSync(path)), 'the same bytes');
    });
  }
}

for (const [name, decompress] of Object.entries(COMPRESSED)) {
  const skip = await tools(decompress.split(' ')[0] ?? '');
  test(`${name} comes back byte for byte as a plain archive`, { skip }, async () => {
    const path = fixture(`archives/${name}`);
    const expected = await shell(`${decompress} "$1"`, [path]);
    const { stdout, stderr } = await shell('crit-cat "$1" | crit-pack --tar', [path]);
    assert.equal(stderr, '');
    assert.ok(stdout.equals(expected.stdout), 'the same bytes');
  });
}

for (const [option, decompress] of Object.entries({ '--gzip': 'gzip -dc', '--zstd': 'zstd -dc' })) {
  const skip = await tools(decompress.split(' ')[0] ?? '');
  test(`crit-pack ${option} compresses`, { skip }, async (t) => {
    const path = fixture('archives/podman-counter.tar');
    const out = join(temporary(t), 'out');
    const { stderr } = await shell(`crit-cat "$1" | crit-pack ${option} -o "$2"`, [path, out]);
    assert.equal(stderr, '');
    const plain = await shell(`${decompress} "$1"`, [out]);
    assert.ok(plain.stdout.equals(readFileSync(path)), 'the same bytes');
    const again = await shell('crit-cat "$1" | crit-pack --tar', [out]);
    assert.ok(again.stdout.equals(readFileSync(path)), 'and by our own tools');
  });
}

const noTar = await tools('tar');
for (const format of ['gnu', 'oldgnu', 'pax', 'ustar', 'v7']) {
  test(`an archive in tar's ${format} format comes back byte for byte`, { skip: noTar }, async (t) => {
    const directory = temporary(t);
    const long = format === 'v7' ? 'short' : 'long-name/'.repeat(9) + 'end';
    const script = `mkdir -p "$1/in/${long}" "$1/in/empty" && cp "$2"/* "$1/in/" && cp "$2/pstree.img" "$1/in/${long}/"
      cd "$1" && ln -s pstree.img in/link && printf odd > in/odd && tar --format=${format} -cf a.tar ./in &&
      crit-cat a.tar | crit-pack --tar > b.tar && cmp a.tar b.tar`;
    const { stderr, codes } = await shell(script, [directory, fixture('real/simple')]);
    assert.deepEqual([stderr, codes], ['', [0]]);
  });
}

test('hard links come back in an archive', { skip: noTar }, async (t) => {
  const script = `cd "$1" && echo x > a && ln a b && tar -cf a.tar a b && crit-cat a.tar | crit-pack --tar > b.tar && cmp a.tar b.tar
    crit-cat a.tar | crit-pack -C out`;
  const { stderr, codes } = await shell(script, [temporary(t)]);
  assert.deepEqual(codes, [0, 2]);
  assert.match(stderr, /^crit-pack: b: line \d+: a hard link, which only --tar writes/);
});

test('-C unpacks what tar unpacks', { skip: noTar }, async (t) => {
  const directory = temporary(t);
  for (const name of [...PLAIN, 'made-containerd.tar.gz']) {
    const script = `mkdir -p "$2/$3.tar" && tar -xf "$1" -C "$2/$3.tar" && crit-cat "$1" | crit-pack -C "$2/$3.ours"`;
    const { stderr } = await shell(script, [fixture(`archives/${name}`), directory, name]);
    assert.equal(stderr, '');
    assert.deepEqual(readTree(join(directory, `${name}.ours`)), readTree(join(directory, `${name}.tar`)));
  }
});

test('every member has its brackets and what its header says', async () => {
  const { stdout } = await shell('crit-cat "$1"', [fixture('archives/podman-counter.tar')]);
  const lines = parseLines(stdout);
  const begins = lines.filter(({ begin }) => begin).map(({ image, magic, begin }) => ({ image, magic, ...begin }));
  assert.equal(begins.length, 41);
  assert.deepEqual(begins[0], { image: 'artifacts', magic: 'DIR', tar: { mode: '0755', mtime: 1795489618 } });
  assert.deepEqual(
    begins.find(({ magic }) => magic === 'PSTREE'),
    { image: 'checkpoint/pstree.img', magic: 'PSTREE', tar: { mode: '0644', mtime: 1795489620, size: 22 } },
  );
  assert.equal(begins.find(({ image }) => image === 'rootfs-diff.tar')?.magic, 'RAW');
  assert.equal(lines.filter(({ end }) => end).length, begins.length);
});

test('what differs from the usual form is told', async () => {
  const { stdout } = await shell('crit-cat "$1"', [fixture('archives/made-crio.tar')]);
  const lines = parseLines(stdout);
  const begin = lines.find(({ image, begin: each }) => image === 'spec.dump' && each)?.begin;
  const { header, ...rest } = Object(begin?.['tar']);
  assert.equal(typeof header, 'string');
  assert.deepEqual(rest, {
    path: './spec.dump',
    mode: '0644',
    mtime: '1795490954.046485592',
    size: 21909,
    pax: { atime: '1795490954.040142758', ctime: '1795490954.046485592' },
  });
  assert.deepEqual(lines.at(-1)?.end, { tar: { zeros: 4096 } });
});

test('several archives and directories have their names before their images', async () => {
  const { stdout } = await shell('crit-cat "$@"', [
    fixture('archives/podman-counter.tar'),
    fixture('archives/podman-counter.tar.zst'),
    fixture('real/simple'),
  ]);
  const tops = new Set(parseLines(stdout).map(({ image }) => image.slice(0, image.indexOf('/'))));
  assert.deepEqual(tops, new Set(['podman-counter.tar', 'podman-counter.tar.zst', 'simple']));
});

test('-m and -i choose members', async () => {
  const { stdout } = await shell('crit-cat -m PSTREE --bare "$1"', [fixture('archives/podman-counter.tar.zst')]);
  assert.equal(String(stdout), '{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1]}\n');
});
