/**
 * Names of unix sockets as quoted-printable text, with the lines and escapes that Python's quopri makes.
 * A carriage return before a newline is escaped too: quopri would lose it.
 */
const MOST_OF_A_LINE = 76;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DOT = 46;
const EQUALS = 61;

/** Bytes as text; `parseQuotedPrintable` gives the bytes back. */
export function formatQuotedPrintable(bytes: Uint8Array): string {
  let text = '';
  let line = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const next = bytes[i + 1];
    if (byte === NEWLINE) {
      // Blanks at the end of a line do not survive otherwise.
      const before = text.charCodeAt(text.length - 1);
      if (before === SPACE || before === TAB) text = text.slice(0, -1) + escape(before);
      text += '\n';
      line = 0;
    } else if (isEscaped(byte, next, line)) {
      if (line + 3 >= MOST_OF_A_LINE) {
        text += '=\n';
        line = 0;
      }
      text += escape(byte);
      line += 3;
    } else {
      if (next !== undefined && next !== NEWLINE && line + 1 >= MOST_OF_A_LINE) {
        text += '=\n';
        line = 0;
      }
      text += String.fromCharCode(byte);
      line++;
    }
  }
  return text;
}

function isEscaped(byte: number, next: number | undefined, line: number): boolean {
  if (byte === DOT) return line === 0 && (next === undefined || next === NEWLINE || next === RETURN || next === 0);
  if (byte === SPACE || byte === TAB) return next === undefined;
  if (byte === RETURN) return next === NEWLINE;
  return byte < 33 || byte > 126 || byte === EQUALS;
}

function escape(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The same, never with the look of base64, so that a reader can tell the two apart. */
export function formatUnlikeBase64(bytes: Uint8Array): string {
  const text = formatQuotedPrintable(bytes);
  return looksLikeBase64(text) ? escape(text.charCodeAt(0)) + formatQuotedPrintable(bytes.subarray(1)) : text;
}

export function looksLikeBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** The bytes of a text, or undefined where it is not quoted-printable. */
export function parseQuotedPrintable(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return undefined;
    if (code !== EQUALS) {
      bytes.push(code);
      continue;
    }
    const soft = /^=\r?\n/.exec(text.slice(i, i + 3));
    const hex = /^=([0-9A-Fa-f]{2})/.exec(text.slice(i, i + 3));
    if (soft) i += soft[0].length - 1;
    else if (hex) {
      bytes.push(parseInt(hex[1] ?? '', 16));
      i += 2;
    } else return undefined;
  }
  return Uint8Array.from(bytes);
}
