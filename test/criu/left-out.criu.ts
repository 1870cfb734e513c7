/** An image that a filter leaves out is absent, and CRIU restores without it; an empty one in its place it refuses. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CriuError, dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';

interface Case {
  readonly what: string;
  readonly filter: string;
  /** The images that are left out. */
  readonly images: RegExp;
  /** In front of the target's command. */
  readonly prefix: readonly string[];
}

/** Nothing is connected, and the programs that would lock a network need not be there. */
const OPTIONS = ['--network-lock', 'skip'];

const NETWORK = ['unshare', '--net'];
const RAW = /^(?:dump\.log|(?:ifaddr|route6?|rule|ip6?tables|nftables|netns-ct|netns-exp)-\d+\.img)$/;

const CASES: readonly Case[] = [
  {
    what: 'the time namespace',
    filter: `crit-filter 'image !== "timens-0.img"'`,
    images: /^timens-0\.img$/,
    prefix: [],
  },
  {
    what: 'the raw files of a network namespace',
    filter: `crit-map 'if (magic === "RAW") drop()'`,
    images: RAW,
    prefix: NETWORK,
  },
  {
    what: 'addresses, routes and rules',
    filter: `crit-filter -v '/^(ifaddr|route6?|rule)-/.test(image)'`,
    images: /^(?:ifaddr|route6?|rule)-\d+\.img$/,
    prefix: NETWORK,
  },
];

const missing = ['ip', 'unshare'].find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  const skip = missing !== undefined ? `${missing} is missing` : programs === undefined && available.skip;
  for (const { what, filter, images, prefix } of CASES) {
    test(`${what} can be left out, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'threads', {}, prefix);
      await dump(programs, target, join(scene, 'dump'), OPTIONS);
      const names = readdirSync(join(scene, 'dump'));
      assert.ok(
        names.some((name) => images.test(name)),
        names.join(' '),
      );
      await shell(scene, `crit-cat dump | ${filter} | crit-pack -C less`);
      assert.deepEqual(
        readdirSync(join(scene, 'less')),
        names.filter((name) => !images.test(name)),
      );
      await restore(programs, join(scene, 'less'), OPTIONS);
      await assertIntact(target);
    });
  }

  test(`an empty image in the place of an absent one is refused, CRIU ${version}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'threads', {}, NETWORK);
    await dump(programs, target, join(scene, 'dump'), OPTIONS);
    await shell(scene, 'cp -r dump empty; for f in empty/ifaddr-*.img; do : > $f; done');
    await assert.rejects(restore(programs, join(scene, 'empty'), OPTIONS), CriuError);
  });
}
