/** Values in a JSON text, to be replaced in their places, so that all else of the text stays as it was written. */
import { CritError } from '../error.ts';

/** Keys and places in lists, from the outside in. */
export type JsonPath = readonly (string | number)[];

/** A string, number or other single value, with its place in the text. */
interface Scalar {
  readonly path: JsonPath;
  readonly value: unknown;
  readonly from: number;
  readonly end: number;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+)/y;

/** Replaces values; `replace` gives undefined for those that stay. Throws a CritError where the text is not JSON. */
export function replaceValues(text: string, replace: (path: JsonPath, value: unknown) => unknown): string {
  checkJson(text);
  const parts: string[] = [];
  let done = 0;
  for (const { path, value, from, end } of scalars(text)) {
    const other = replace(path, value);
    if (other === undefined || other === value) continue;
    parts.push(text.slice(done, from), JSON.stringify(other));
    done = end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(done)].join('');
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CritError('format', `is not JSON, as a container's engine writes it: ${error.message}`, {}, error);
  }
}

/** The text is known to be JSON. */
function* scalars(text: string): Generator<Scalar, void, undefined> {
  const path: (string | number)[] = [];
  /** Whether what is open is a list. */
  const open: boolean[] = [];
  let isKey = false;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    const end = TOKEN.lastIndex;
    const [, word = ''] = token;
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
    else if (isKey) path[path.length - 1] = String(JSON.parse(word));
    else yield { path: [...path], value: JSON.parse(word), from: end - word.length, end };
    // The pattern keeps its place in itself, and may have been used for another text in between.
    TOKEN.lastIndex = end;
  }
}
