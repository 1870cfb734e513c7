/** Texts in encodings, each made by an encoder of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CritError } from '../../src/error.ts';
import { EncodedFinder, type EncodedMatch } from '../../src/search/encoded-finder.ts';
import { ENCODINGS, encodedTexts, type Encoding } from '../../src/search/encoded-texts.ts';
import { AnyFinder, LiteralFinder, type Finder } from '../../src/search/finder.ts';
import { finderOf } from '../../src/search/text-finder.ts';

const SECRET = 'pä$$/w0rd "x" & <y>\n';
const finder = new EncodedFinder(encodedTexts(SECRET, ENCODINGS));

function first(bytes: Buffer): EncodedMatch | undefined {
  return finder.find(bytes, 0);
}

const percent = (bytes: Buffer): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const bytes = Buffer.from(SECRET);
const json = JSON.stringify(SECRET).slice(1, -1);
const FORMS: Readonly<Record<string, readonly [form: string | Buffer, encoding: Encoding | undefined]>> = {
  'as it is': [SECRET, undefined],
  'in hexadecimal digits': [bytes.toString('hex'), 'hex'],
  'in large hexadecimal digits': [bytes.toString('hex').toUpperCase(), 'hex'],
  'in UTF-16': [Buffer.from(SECRET, 'utf16le'), 'utf16'],
  'by encodeURIComponent': [encodeURIComponent(SECRET), 'url'],
  'by encodeURI': [encodeURI(SECRET), 'url'],
  'in a form': [new URLSearchParams({ '': SECRET }).toString().slice(1), 'url'],
  'as a user in a URL': [new URL(`http://${encodeURIComponent(SECRET)}@host`).username, 'url'],
  'each byte with a percent sign': [percent(bytes), 'url'],
  'in JSON': [json, 'json'],
  'in JSON, with slashes escaped': [json.replaceAll('/', '\\/'), 'json'],
  'in JSON of ASCII': [json.replace('ä', '\\u00e4'), 'json'],
  'in JSON of ASCII, with large digits': [json.replace('ä', '\\u00E4'), 'json'],
  'in JSON for HTML': [json.replace('<', '\\u003c').replace('>', '\\u003e').replace('&', '\\u0026'), 'json'],
};

for (const [name, [form, encoding]] of Object.entries(FORMS)) {
  test(`a text ${name} is found`, () => {
    const found = first(Buffer.concat([Buffer.from('--'), Buffer.from(form), Buffer.from('--')]));
    assert.deepEqual(found, { start: 2, end: 2 + Buffer.from(form).length, encoding });
  });
}

test('a text is found in base64 wherever it stands in what was encoded, with all characters that hold bits of it', () => {
  const around = fc.uint8Array({ maxLength: 7 });
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), around, around, fc.boolean(), (text, a, b, isUrl) => {
      const plain = Buffer.from(text);
      const all = Buffer.from(Buffer.concat([a, plain, b]).toString(isUrl ? 'base64url' : 'base64'));
      const match = new EncodedFinder(encodedTexts(text, ['base64'])).find(all, 0);
      // Where it is by chance earlier, it is there all the same.
      const start = Math.floor((a.length * 8) / 6);
      assert.ok(match && match.start <= start && match.encoding === 'base64');
      if (match.start === start) assert.equal(match.end, Math.ceil(((a.length + plain.length) * 8) / 6));
    }),
    { numRuns: 500, seed: 3 },
  );
});

test('what is beside a text in base64 is not taken where it was found before, and not what is no base64', () => {
  const text = Buffer.from(Buffer.from('xsecret').toString('base64'));
  const match = new EncodedFinder(encodedTexts('secret', ['base64'])).find(text, 2);
  assert.deepEqual([match?.start, match?.end], [2, 10]);
  const cut = new EncodedFinder(encodedTexts('secret', ['base64'])).find(
    Buffer.from(`"${text.toString().slice(2, 9)}"`),
    0,
  );
  assert.deepEqual([cut?.start, cut?.end], [1, 8]);
});

function places(each: Finder, text: Buffer): string[] {
  const found: string[] = [];
  for (let from = 0; ;) {
    const match = each.find(text, from, true);
    if (!match) return found;
    found.push(`${match.start}-${match.end}`);
    from = match.end;
  }
}

test('many texts are found in one pass as each by itself would be', () => {
  const letters = fc.constantFrom('a', 'b', 'A', '-', 'é', '\0');
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 2, maxLength: 6 }),
      fc.string({ unit: letters, maxLength: 60 }),
      (words, text) => {
        const expected = new AnyFinder(words.map((each) => new LiteralFinder(Buffer.from(each))));
        assert.deepEqual(
          places(finderOf(words, { kind: 'text' }), Buffer.from(text)),
          places(expected, Buffer.from(text)),
        );
      },
    ),
    { numRuns: 1000, seed: 5 },
  );
});

test('encodings are asked of texts that are long enough, and of nothing else', () => {
  for (const [patterns, options, reason] of [
    [['abc'], { kind: 'text', encodings: ['base64'] }, /fewer than 4 bytes/],
    [['abcd'], { encodings: ['hex'] }, /-F/],
    [['abcd'], { kind: 'text', ignoreCase: true, encodings: ['hex'] }, /-i/],
    [['a'.repeat(65_000)], { kind: 'text', encodings: ['hex'] }, /64 KiB/],
    [['', 'a'], { kind: 'text' }, /empty/],
  ] as const)
    assert.throws(
      () => finderOf(patterns, options),
      (error) => error instanceof CritError && error.code === 'usage' && reason.test(error.message),
    );
});
