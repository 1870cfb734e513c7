/** Strings and bytes as CRIT writes them: by Python's json module, which keeps to ASCII, and base64.encodebytes. */
import { isUtf8 } from 'node:buffer';
import type { Output } from './output.ts';

/** Bytes of one line of base64, and its characters. */
const LINE = 57;
const LINE_TEXT = 76;
/** Lines that are converted at once. */
const BLOCK = 256 * LINE;
const BACKSLASH = 92;
const LETTER_N = 110;

/** A string; one that is not UTF-8, which CRIT cannot hold, is `{"base64": ".."}`. */
export function writePythonString(output: Output, bytes: Uint8Array, from: number, end: number): void {
  const part = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);
  if (!isUtf8(part)) {
    output.appendText('{"base64": ');
    writePythonBase64(output, bytes, from, end);
    output.appendText('}');
    return;
  }
  output.appendText(pythonString(part.toString('utf8')));
}

/** A JSON string of printable ASCII characters alone. */
export function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Bytes as base64 in quotes, an escaped newline behind each 76 characters and at the end. */
export function writePythonBase64(output: Output, bytes: Uint8Array, from: number, end: number): void {
  output.appendText('"');
  writeLines(output, bytes, from, end);
  output.appendText('"');
}

/** The same for bytes that come in chunks of any size. */
export class PythonBase64Writer {
  readonly #output: Output;
  /** The beginning of a line. */
  readonly #held = Buffer.allocUnsafe(LINE);
  #length = 0;

  constructor(output: Output) {
    this.#output = output;
    output.appendText('"');
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    if (this.#length > 0) {
      from = Math.min(LINE - this.#length, bytes.length);
      this.#hold(bytes, 0, from);
      if (this.#length < LINE) return;
      writeLines(this.#output, this.#held, 0, LINE);
      this.#length = 0;
    }
    const whole = bytes.length - ((bytes.length - from) % LINE);
    writeLines(this.#output, bytes, from, whole);
    this.#hold(bytes, whole, bytes.length);
  }

  end(): void {
    writeLines(this.#output, this.#held, 0, this.#length);
    this.#output.appendText('"');
  }

  #hold(bytes: Uint8Array, from: number, end: number): void {
    this.#held.set(bytes.subarray(from, end), this.#length);
    this.#length += end - from;
  }
}

function writeLines(output: Output, bytes: Uint8Array, from: number, end: number): void {
  for (let at = from; at < end; at += BLOCK) {
    const size = Math.min(BLOCK, end - at);
    const lines = Math.ceil(size / LINE);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, size).toString('base64');
    const out = output.room(output.length, text.length + 2 * lines);
    // The whole text goes to the end of its room; from there its lines move to their places.
    let source = output.length + 2 * lines;
    const stop = source + text.length;
    out.write(text, source, 'latin1');
    let o = output.length;
    for (; source < stop; source += LINE_TEXT) {
      const next = Math.min(source + LINE_TEXT, stop);
      out.copyWithin(o, source, next);
      o += next - source;
      out[o++] = BACKSLASH;
      out[o++] = LETTER_N;
    }
    output.length = o;
  }
}
