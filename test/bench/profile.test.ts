import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profilePicture } from '../../bench/profile/picture.ts';
import { profileOf } from '../../bench/profile/profile.ts';

const frame = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url } });

/** Node 1 is the root; each sample ends a time that its function took by itself. */
function profile(
  nodes: readonly ReturnType<typeof frame>[],
  samples: readonly number[],
  timeDeltas: readonly number[],
) {
  return JSON.stringify({ nodes: [frame(1, '(root)'), ...nodes], samples, timeDeltas });
}

test('the time of a function is the sum of its samples, whatever called it, and waiting is told apart', () => {
  const nodes = [
    frame(2, 'decode', 'file:///x/lines.cjs'),
    frame(3, 'decode', 'file:///x/lines.cjs'),
    frame(4, '(idle)'),
    frame(5, 'writeSync', 'node:fs'),
    frame(6, '', 'file:///x/lines.cjs'),
  ];
  const { seconds, parts } = profileOf(
    'crit-cat',
    profile(nodes, [2, 3, 4, 5, 6], [300_000, 200_000, 400_000, 60_000, 40_000]),
  );
  assert.equal(seconds, 1);
  assert.deepEqual(parts, [
    { name: 'decode', share: 0.5 },
    { name: 'waiting', share: 0.4 },
    { name: 'writeSync of node:fs', share: 0.06 },
    { name: 'a function without name in lines.cjs', share: 0.04 },
  ]);
});

test('beyond the largest, functions are told together', () => {
  const ids = Array.from({ length: 20 }, (_, i) => i + 2);
  const { parts } = profileOf(
    'crit-cat',
    profile(
      ids.map((id) => frame(id, `f${id}`)),
      ids,
      ids.map(() => 1000),
    ),
  );
  assert.equal(parts.length, 9);
  assert.ok(Math.abs((parts.at(-1)?.share ?? 0) - 12 / 20) < 1e-9);
  assert.equal(parts.at(-1)?.name, 'all others');
});

test('what is no profile is refused, and names are safe in the picture', () => {
  assert.throws(() => profileOf('crit-cat', '{"nodes":[]}'), /crit-cat: not a profile/);
  const picture = profilePicture([profileOf('crit-cat', profile([frame(2, '<b>&')], [2], [1000]))]);
  assert.match(picture, /&lt;b>&amp;<\/text>/);
  assert.doesNotMatch(picture, /<b>/);
});
