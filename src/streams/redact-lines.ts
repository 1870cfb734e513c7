/** The work of crit-redact as a stream of bytes of lines. */
import type { Transform } from 'node:stream';
import { transform } from 'through2';
import { Output } from '../codec/output.ts';
import { Redactor, redacted, type RedactorOptions } from '../redact/redactor.ts';
import { soughtOf, type Secrets } from '../redact/sought.ts';
import { slicesOf } from './slices.ts';

/** Overwrites secrets in lines. Throws a CritError where nothing is looked for, or a pattern is none. */
export function redactLines(secrets: Secrets, options: RedactorOptions = {}): Transform {
  const output = new Output();
  const redactor = new Redactor(output, soughtOf(secrets), options);
  // Chunks are counted, not bytes, in the queue that stands before a generator.
  return transform({ writableHighWaterMark: 1 }, async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of redacted(sliced(source), output, redactor)) yield Buffer.from(chunk);
  });
}

async function* sliced(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) yield* slicesOf(chunk);
}
