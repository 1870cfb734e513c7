/** Values in a JSON text, to be replaced in their places, so that all else of the text stays as it was written. */
import { jsonTokens, type JsonPath } from '../codec/json-tokens.ts';
import { CritError } from '../error.ts';

/** Replaces values; `replace` gives undefined for those that stay. Throws a CritError where the text is not JSON. */
export function replaceValues(text: string, replace: (path: JsonPath, value: unknown) => unknown): string {
  checkJson(text);
  const parts: string[] = [];
  let done = 0;
  for (const { word, path, from, end, isKey } of jsonTokens(text, (key) => String(JSON.parse(key)))) {
    if (isKey) continue;
    const value: unknown = JSON.parse(word);
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
