/** The page of a checkpoint: whole, small, and nothing in it but what we made. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { areasForPage, pageOf as textOfPage } from '../../src/cli/commands/inspect/page/page.ts';
import { inspect } from '../../src/inspect/inspect.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from '../memory/build-checkpoint.ts';
import { buildMany } from '../memory/many-processes.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const MIB = 1024 ** 2;
/** All that a page shows. */
const WHOLE = { descriptors: true, environment: true, areasOf: areasForPage, relations: true, rounds: true };

async function pageOf(...args: string[]): Promise<string> {
  const { stdout, stderr, codes } = await shell('crit-inspect --html - "$@"', args);
  assert.deepEqual([stderr, codes], ['', [0]], args.join(' '));
  return stdout.toString();
}

/** Every attribute and every text of a page, so far as a name from outside could end it. */
function assertWellFormed(page: string): void {
  const open: string[] = [];
  const inside = page.replace(/<(style|script)>.*?<\/\1>/gs, '');
  for (const [, slash, name = '', rest = ''] of inside.matchAll(/<(\/?)([a-zA-Z!][\w]*)((?:[^<>"]|"[^"<>]*")*)>/g)) {
    if (name.startsWith('!') || /\/\s*$/.test(rest) || name === 'input' || name === 'meta') continue;
    if (slash === '') open.push(name);
    else assert.equal(open.pop(), name);
  }
  assert.deepEqual(open, []);
}

test('every checkpoint has a page, small and well formed', async () => {
  const paths = [
    ...fixtureNames('archives').map((name) => fixture(`archives/${name}`)),
    ...CHECKPOINTS.filter((name) => !['incremental', 'cpuinfo'].includes(name)).map((name) => fixture(`real/${name}`)),
    fixture('real/incremental/2'),
  ];
  for (const path of paths) {
    const found = await inspect(path, WHOLE);
    const page = textOfPage(path, found);
    assert.ok(page.length < 2 * MIB, `${path}: ${page.length}`);
    assertWellFormed(page);
    assert.doesNotMatch(
      page.replaceAll(/<script>.*?<\/script>/gs, ''),
      /<(?:script|iframe|object|link|img)\b|\son\w+=/,
    );
  }
});

test('its own policy allows our style and our script alone', async () => {
  const page = await pageOf(fixture('real/procs'));
  const [, policy = ''] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page) ?? [];
  assert.match(policy, /^default-src &#39;none&#39;/);
  for (const kind of ['style', 'script']) {
    const [, text = ''] = new RegExp(`<${kind}>(.*?)</${kind}>`, 's').exec(page) ?? [];
    assert.ok(text.length > 100);
    assert.ok(policy.includes(`sha256-${createHash('sha256').update(text).digest('base64')}`), kind);
  }
});

test('what a chain of dumps wrote is told by rounds, and two checkpoints by what changed', async () => {
  const chain = await pageOf(fixture('real/incremental/2'));
  assert.ok(/round 1<\/text>/.test(chain));
  assert.ok(/round 2<\/text>/.test(chain));
  const two = await pageOf(fixture('real/v411-simple'), fixture('real/simple'));
  assert.ok(/Changes since [^<]*v411-simple/.test(two));
  assert.ok(/~ pid: 23491 -&gt; 2512/.test(two));
  assertWellFormed(two);
  const same = await pageOf(fixture('real/simple'), fixture('real/simple'));
  assert.ok(/Changes since[^]*?<p>None\.<\/p>/.test(same));
});

test('2,000 processes: the page stays small, and so does what makes it', async (t) => {
  const directory = buildMany(temporary(t), 2000);
  const { stdout, stderr, codes, peak } = await shell('crit-inspect --html - "$1"', [directory], { measure: true });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.ok(stdout.length < 5 * MIB, `${stdout.length} bytes`);
  assert.ok(peak < 200, `${peak} MiB`);
  assertWellFormed(stdout.toString());
});

test('10,000 areas, of which the page draws those with most in them', async (t) => {
  const directory = temporary(t);
  const areas = Array.from({ length: 10_000 }, (_, i) => {
    const start = 0x10000 + 4 * i * PAGE;
    return { start, end: start + 2 * PAGE, kind: ANON_PRIVATE };
  });
  const large = areas[5000]?.start ?? 0;
  const pages = [0, 1].map((i) => ({ at: large + i * PAGE, data: Buffer.alloc(PAGE, 1) }));
  buildCheckpoint(directory, { processes: [{ pid: 7, name: 'many', areas, pages }] });
  const { stdout, stderr, codes } = await shell('crit-inspect --html - "$1"', [directory]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  const page = stdout.toString();
  assert.ok(page.length < 2 * MIB, `${page.length} bytes`);
  assert.ok(/memory areas, 10000/.test(page));
  assert.ok(/\d{3,} areas of which less is saved/.test(page));
  assert.ok(new RegExp(`0x${large.toString(16)}-0x`).test(page));
  assertWellFormed(page);
});

test('what pages look like is told where it is asked for, of each area and in all', async (t) => {
  const directory = temporary(t);
  const areas = Array.from({ length: 500 }, (_, i) => {
    const start = 0x10000 + 4 * i * PAGE;
    return { start, end: start + 2 * PAGE, kind: ANON_PRIVATE };
  });
  const pages = areas.map(({ start }, i) => ({
    at: start,
    data: i < 300 ? Buffer.alloc(PAGE) : Buffer.alloc(2 * PAGE, 'a line of text\n'),
  }));
  buildCheckpoint(directory, { processes: [{ pid: 7, name: 'many', areas, pages }] });
  const { space } = (await inspect(directory, { ...WHOLE, content: true })).processes[0] ?? {};
  assert.deepEqual(space?.content, { zero: 300, text: 400, code: 0, random: 0, other: 0 });
  // Those that are told as one have their pages together.
  const told = space?.areas.reduce((sum, { content }) => sum + (content?.zero ?? NaN), 0);
  assert.deepEqual([told, space?.areas.some(({ count }) => count > 1)], [300, true]);
  const page = await pageOf('--content', directory);
  assert.match(page, /class="c-zero"\s*>zero 1\.2 MiB<[^]*?class="c-text"\s*>text 1\.6 MiB</);
  assertWellFormed(page);
  assert.doesNotMatch(await pageOf(directory), /class="c-/);
  const stray = await shell('crit-inspect --content "$1"', [directory]);
  assert.match(stray.stderr, /^crit-inspect: --content goes with --html\n/);
});

test('areas whose pages cannot be read are drawn without what they look like', async (t) => {
  const directory = temporary(t);
  const area = { start: 0x10000, end: 0x14000, kind: ANON_PRIVATE };
  buildCheckpoint(directory, {
    processes: [{ pid: 7, areas: [area], pages: [{ at: 0x10000, data: Buffer.alloc(4 * PAGE, 'x') }] }],
  });
  truncateSync(join(directory, 'pages-1.img'), PAGE);
  const page = await pageOf('--content', directory);
  assert.match(page, /<td class="n">\?<\/td>/);
  assert.match(page, /<rect\s+class="saved"/);
});

test('the page appears whole or not at all', async (t) => {
  const directory = mkdtempSync(join(temporary(t), 'pages-'));
  const bad = await shell('crit-inspect --html "$1" /nowhere', [join(directory, 'page.html')]);
  assert.deepEqual([bad.codes, readdirSync(directory)], [[2], []]);
  const good = await shell('crit-inspect --html "$1" "$2"', [join(directory, 'page.html'), fixture('real/simple')]);
  assert.deepEqual([good.stderr, good.codes, readdirSync(directory)], ['', [0], ['page.html']]);
  assert.match(readFileSync(join(directory, 'page.html'), 'utf8'), /<\/html>\n$/);
  const stray = await shell('crit-inspect --html - --json "$1"', [fixture('real/simple')]);
  assert.deepEqual([stray.stdout.toString(), stray.codes], ['', [2]]);
});
