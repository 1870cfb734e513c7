/** How a text looks where a program has encoded it: the bytes that stand for it whatever stands around it. */

export const ENCODINGS = ['base64', 'hex', 'url', 'utf16', 'json'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface EncodedText {
  readonly bytes: Buffer;
  /** Undefined for the text as it is. */
  readonly encoding: Encoding | undefined;
  /** Whether the character before these bytes, and the one behind them, hold some bits of the text as well: in base64. */
  readonly isCutBefore: boolean;
  readonly isCutBehind: boolean;
}

/** Of shorter texts base64 leaves so little that it is everywhere. */
export const SHORTEST_IN_BASE64 = 4;

/** The text as it is and in some encodings, each form once. */
export function encodedTexts(text: string, encodings: readonly Encoding[]): EncodedText[] {
  const plain = Buffer.from(text);
  const whole = (encoding: Encoding | undefined, bytes: Buffer): EncodedText => {
    return { bytes, encoding, isCutBefore: false, isCutBehind: false };
  };
  const forms: Readonly<Record<Encoding, () => EncodedText[]>> = {
    base64: () => base64Forms(plain),
    hex: () => {
      const digits = plain.toString('hex');
      return [digits, digits.toUpperCase()].map((form) => whole('hex', Buffer.from(form)));
    },
    url: () => urlForms(plain).map((form) => whole('url', Buffer.from(form, 'latin1'))),
    utf16: () => [whole('utf16', Buffer.from(text, 'utf16le'))],
    json: () => jsonForms(text).map((form) => whole('json', Buffer.from(form))),
  };
  const all = [whole(undefined, plain), ...encodings.flatMap((encoding) => forms[encoding]())];
  const byBytes = new Map<string, EncodedText>();
  for (const each of all) {
    const key = each.bytes.toString('latin1');
    if (!byBytes.has(key)) byBytes.set(key, each);
  }
  return [...byBytes.values()];
}

/** In each of its three places among groups of three bytes, without the characters that hold bits of what is beside it. */
function base64Forms(plain: Buffer): EncodedText[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
    const inner = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + plain.length) * 8) / 6));
    const forUrls = inner.replaceAll('+', '-').replaceAll('/', '_');
    return [inner, forUrls].map((form): EncodedText => {
      return {
        bytes: Buffer.from(form),
        encoding: 'base64',
        isCutBefore: shift > 0,
        isCutBehind: (shift + plain.length) % 3 > 0,
      };
    });
  });
}

/** What encoders leave as it is: those of RFC 3986, JavaScript's two, Python's, that of forms, and one that leaves nothing. */
const KEPT_IN_URLS: readonly RegExp[] = [
  /[\w.~-]/,
  /[\w.~!'()*-]/,
  /[\w.~!'()*;/?:@&=+$,#-]/,
  /[\w.~/-]/,
  /[\w.*-]/,
  /(?!)/,
];

function urlForms(plain: Buffer): string[] {
  const letters = Array.from(plain, (byte) => String.fromCharCode(byte));
  const percent = (letter: string): string => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return KEPT_IN_URLS.flatMap((kept) =>
    ['%20', '+'].flatMap((space) => {
      const encode = (change: (text: string) => string): string =>
        letters
          .map((letter) => (letter === ' ' ? space : kept.test(letter) ? letter : change(percent(letter))))
          .join('');
      return [encode((text) => text.toUpperCase()), encode((text) => text)];
    }),
  );
}

/** Escapes that encoders of JSON may use beyond what they must: for slashes, for HTML, for all that is not ASCII. */
const MAY_BE_ESCAPED: readonly RegExp[] = [
  /[<>&\u2028\u2029]/g,
  /[<>&'\u2028\u2029]/g,
  /[^\0-\x7f]/g,
  /[^\0-\x7f]|[<>&']/g,
];

function jsonForms(text: string): string[] {
  const least = JSON.stringify(text).slice(1, -1);
  const code = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = [least, ...MAY_BE_ESCAPED.map((letters) => least.replace(letters, code))];
  const slashed = escaped.flatMap((form) => [form, form.replaceAll('/', '\\/')]);
  return slashed.flatMap((form) => [
    form,
    form.replace(/(\\\\)|\\u[0-9a-f]{4}/g, (all, backslash) => (backslash ? all : `\\u${all.slice(2).toUpperCase()}`)),
  ]);
}
