/** The page in a real browser: it renders without errors, does what it should, and nothing that a name says. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { fixture } from '../fixtures.ts';
import { buildMany } from '../memory/many-processes.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const PROGRAM = '/usr/bin/chromium';
const skip = !existsSync(PROGRAM) && 'chromium is not here';

const HOSTILE = `</script><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let browser: Browser | undefined;

before(async () => {
  if (skip !== false) return;
  browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox', '--disable-gpu'] });
});

after(async () => {
  await browser?.close();
});

/** Opens the page that a command writes to `$1`; what the browser complains of is in `errors`. */
async function open(
  t: Parameters<typeof temporary>[0],
  command: string,
  args: readonly string[],
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const file = join(temporary(t), 'page.html');
  const { stderr, codes } = await shell(command, [file, ...args]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.ok(browser);
  const page = await browser.newPage(options);
  t.after(() => page.close());
  const errors: string[] = [];
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`file://${file}`);
  return { page, errors };
}

interface Rendered {
  readonly wide: number;
  readonly back: string;
  readonly text: string;
  readonly arcs: number;
}

interface Looks {
  readonly wide: number;
  readonly fills: readonly (readonly [look: string, fill: string, back: string])[];
  readonly swatches: readonly string[];
  readonly rows: number;
}

const VIEWS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light', viewport: { width: 1200, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1200, height: 900 } }],
  ['a phone', { viewport: { width: 390, height: 800 } }],
];

for (const [name, options] of VIEWS) {
  test(`${name}: rendered without errors, and not wider than the screen`, { skip }, async (t) => {
    const { page, errors } = await open(t, 'crit-inspect --html "$1" "$2"', [fixture('real/unix')], options);
    const { wide, back, text, arcs } = await page.evaluate<Rendered>(`({
      wide: document.documentElement.scrollWidth - innerWidth,
      back: getComputedStyle(document.body).backgroundColor,
      text: getComputedStyle(document.body).color,
      arcs: document.querySelectorAll('path.arc').length,
    })`);
    assert.deepEqual(errors, []);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    assert.ok(arcs > 5);
    assert.equal(back, name === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)');
    assert.notEqual(back, text);
  });
}

for (const [name, options] of VIEWS) {
  test(`what pages look like, and the system, ${name}: each class in its own colour`, { skip }, async (t) => {
    const path = fixture('archives/podman-counter.tar');
    const { page, errors } = await open(t, 'crit-inspect --html "$1" --content "$2"', [path], options);
    const { wide, fills, swatches, rows } = await page.evaluate<Looks>(`({
      wide: document.documentElement.scrollWidth - innerWidth,
      fills: [...document.querySelectorAll('#memory rect[class^=c-]')].map((each) => [
        each.getAttribute('class'), getComputedStyle(each).fill, getComputedStyle(document.body).backgroundColor]),
      swatches: [...document.querySelectorAll('.legend span[class^=c-]')].map(
        (each) => getComputedStyle(each, '::before').backgroundColor),
      rows: document.querySelectorAll('#system dl.rows > dd').length,
    })`);
    assert.deepEqual(errors, []);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    assert.equal(new Set(swatches).size, 5);
    assert.ok(new Set(fills.map(([look]) => look)).size > 1);
    for (const [look, fill, back] of fills) {
      assert.ok(swatches.includes(fill), look);
      assert.notEqual(fill, back);
    }
    assert.ok(rows > 10);
    await page.locator('#p1 > summary').click();
    await page.getByText(/^memory areas, /).click();
    assert.ok(await page.getByRole('columnheader', { name: 'random' }).isVisible());
  });
}

test(
  'a click leads to a process and opens it; its environment is hidden until it is asked for',
  { skip },
  async (t) => {
    const { page, errors } = await open(t, 'crit-inspect --html "$1" "$2"', [fixture('archives/podman-counter.tar')]);
    const variable = page.getByText('PATH=', { exact: false }).first();
    assert.equal(await variable.isVisible(), false);
    await page.locator('#memory a').first().click();
    assert.equal(await page.locator('#p1').getAttribute('open'), '');
    assert.equal(await variable.isVisible(), false);
    await page.locator('#env-1 > summary').click();
    assert.equal(await variable.isVisible(), true);
    assert.deepEqual(errors, []);
  },
);

test('what is typed into a search field hides what does not have it', { skip }, async (t) => {
  const { page, errors } = await open(t, 'crit-inspect --html "$1" "$2"', [fixture('real/procs')]);
  const rows = page.locator('#process-list > details');
  const visible = async (): Promise<number> =>
    (await Promise.all((await rows.all()).map((row) => row.isVisible()))).filter(Boolean).length;
  assert.equal(await visible(), 9);
  await page.getByLabel('filter processes').fill('2595');
  assert.equal(await visible(), 1);
  await page.getByLabel('filter processes').fill('');
  assert.equal(await visible(), 9);
  assert.deepEqual(errors, []);
});

test('many processes scroll in a box of their own, and a link leads to the last of them', { skip }, async (t) => {
  const directory = buildMany(temporary(t), 200);
  const { page, errors } = await open(t, 'crit-inspect --html "$1" "$2"', [directory]);
  const box = await page.locator('#process-list').boundingBox();
  assert.ok(box && box.height <= (page.viewportSize()?.height ?? 0));
  const isSeen = async (): Promise<boolean> =>
    page.evaluate<boolean>(`(() => {
      const { top, bottom } = document.querySelector('#p299 > summary').getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    })()`);
  assert.equal(await isSeen(), false);
  await page.evaluate(`location.hash = '#p299'`);
  await page.waitForFunction(`document.getElementById('p299').open`);
  assert.equal(await isSeen(), true);
  assert.deepEqual(errors, []);
});

test('names are text, whatever they say', { skip }, async (t) => {
  const command = `crit-cat "$2" | crit-map --arg NAME "$3" -m CORE,FILES,UTSNS '
    if (entry.tc) entry.tc.comm = NAME.slice(0, 15);
    if (entry.reg) entry.reg.name = "/" + NAME;' | crit-pack -C "$4" && crit-inspect --html "$1" "$4"`;
  const { page, errors } = await open(t, command, [fixture('real/simple'), HOSTILE, join(temporary(t), 'hostile')]);
  assert.equal(await page.title(), 'hostile - checkpoint');
  assert.equal(await page.locator('img').count(), 0);
  assert.ok((await page.locator('#file-list').innerText()).includes(HOSTILE));
  assert.deepEqual(errors, []);
});

test('the page runs no script but its own', { skip }, async (t) => {
  const { page, errors } = await open(t, 'crit-inspect --html "$1" "$2"', [fixture('real/simple')]);
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'document.title = "owned"';
    document.body.append(script);
  }`);
  assert.equal(await page.title(), 'simple - checkpoint');
  assert.match(errors.join('\n'), /Content Security Policy/);
});
