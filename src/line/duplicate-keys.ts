/** Keys that a line has twice: JSON.parse takes the last of them without a word, other readers the first. */

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * A key that the object in a text of valid JSON has more than once at its top; undefined where there is none. `keys` are
 * the keys that it has.
 */
export function duplicateKey(text: string, keys: readonly string[]): string | undefined {
  // Hardly any line makes more than this necessary, which costs little.
  const isSuspect =
    text.includes('\\u') || keys.some((key) => text.indexOf(`"${key}"`) !== text.lastIndexOf(`"${key}"`));
  if (!isSuspect) return undefined;
  const seen = new Set<string>();
  for (const key of topKeys(text)) {
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}

function* topKeys(text: string): Generator<string, void, undefined> {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && /^\s*:/.test(text.slice(end, end + 64))) {
        const key: unknown = JSON.parse(text.slice(at, end));
        if (typeof key === 'string') yield key;
      }
      at = end - 1;
    } else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) depth--;
  }
}

/** Where the string that begins at a quote ends, behind its last quote. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end + 1;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text.charCodeAt(at - 1 - count) === BACKSLASH) count++;
  return count % 2 === 1;
}
