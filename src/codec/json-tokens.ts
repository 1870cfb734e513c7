/** The keys and single values of a JSON text, with their places in it, so that all else can stay as it was written. */

/** Keys and places in lists, from the outside in. */
export type JsonPath = readonly (string | number)[];

export interface JsonToken {
  /** As it is written, with its quotes. */
  readonly word: string;
  readonly from: number;
  readonly end: number;
  /** The way to it; a key stands at the end of its own. */
  readonly path: JsonPath;
  readonly isKey: boolean;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+)/gy;

/**
 * The text is known to be JSON; of bytes it is one character each (latin1), and `keyOf` says what a key means that is written so.
 */
export function* jsonTokens(text: string, keyOf: (word: string) => string): Generator<JsonToken, void, undefined> {
  const path: (string | number)[] = [];
  /** Whether what is open is a list. */
  const open: boolean[] = [];
  let isKey = false;
  for (const { 0: found, 1: word = '', index } of text.matchAll(TOKEN)) {
    if (word === '{' || word === '[') {
      open.push(word === '[');
      path.push(word === '[' ? 0 : '');
      isKey = word === '{';
    } else if (word === '}' || word === ']') {
      open.pop();
      path.pop();
      isKey = false;
    } else if (word === ',') {
      const last = path.at(-1);
      if (typeof last === 'number') path[path.length - 1] = last + 1;
      isKey = open.at(-1) === false;
    } else if (word === ':') isKey = false;
    else {
      if (isKey) path[path.length - 1] = keyOf(word);
      const end = index + found.length;
      yield { word, from: end - word.length, end, path: [...path], isKey };
    }
  }
}
