import { isUtf8 } from 'node:buffer';

// Controls, lone surrogates, line and paragraph separators, and what turns the direction of writing.
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** The text on one line, with all that could act on a terminal or mislead its reader turned into visible escapes. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Text of JSON, or text that is safe already, with all that could act on a terminal as escapes of JSON: the value stays the same. */
export function safeJson(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n' || character === '\t') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Bytes as such text: as UTF-8 where they are, else ASCII with the other bytes as escapes. */
export function safeBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isUtf8(buffer)) return safeText(buffer.toString('utf8'));
  return buffer.toString('latin1').replace(/[^\x20-\x7e]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
