import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Output } from '../../src/codec/output.ts';
import { CritError } from '../../src/error.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../../src/image/image-sink.ts';
import { ImageDecoder } from '../../src/line/image-decoder.ts';
import { ImageLines } from '../../src/line/image-lines.ts';
import { Packer } from '../../src/line/packer.ts';

/** Keeps what is said of images. */
class DetailsSink implements CheckpointSink {
  readonly details = new Map<string, ImageDetails | undefined>();

  image(name: string, details?: ImageDetails): ImageSink {
    this.details.set(name, details);
    return { write() {}, fill() {}, end() {} };
  }

  link(name: string, _target: Uint8Array, details?: ImageDetails): void {
    this.details.set(name, details);
  }

  directory(name: string, details?: ImageDetails): void {
    this.details.set(name, details);
  }
}

function detailsOf(lines: string): Map<string, ImageDetails | undefined> {
  const sink = new DetailsSink();
  const packer = new Packer(sink);
  packer.push(Buffer.from(lines));
  packer.end();
  return sink.details;
}

function beginOf(mode: number | undefined): string {
  const output = new Output();
  const decoder = new ImageDecoder(output, { name: 'notes.txt', begin: { mode } });
  decoder.push(Buffer.from('hello there'));
  decoder.end();
  return output.take().toString().split('\n')[0] ?? '';
}

test('the mode of a file goes through its begin line, where it is not the usual', () => {
  const line = beginOf(0o644);
  assert.equal(line, '{"image":"notes.txt","magic":"RAW","begin":{"mode":"0644"}}');
  assert.equal(detailsOf(`${line}\n{"image":"notes.txt","magic":"RAW","end":{}}\n`).get('notes.txt')?.mode, 0o644);
  for (const usual of [0o600, undefined]) assert.match(beginOf(usual), /"begin":\{\}\}$/);
});

test('a directory has a mode, too', () => {
  const output = new Output();
  const lines = new ImageLines(output, 'd', 'DIR');
  lines.begin({ mode: 0o1777 });
  lines.end();
  assert.equal(detailsOf(output.take().toString()).get('d')?.mode, 0o1777);
});

for (const [what, magic, begin] of [
  ['no digits', 'RAW', { mode: 'rw' }],
  ['no octal digits', 'RAW', { mode: '0688' }],
  ['a number', 'RAW', { mode: 420 }],
  ['too many bits', 'RAW', { mode: '100644' }],
  ['the mode of a link', 'LINK', { target: 'x', mode: '0644' }],
] as const) {
  test(`${what} where a mode should be is refused`, () => {
    const line = JSON.stringify({ image: 'x', magic, begin });
    assert.throws(
      () => detailsOf(line),
      (error) => error instanceof CritError && /mode/.test(error.message),
    );
  });
}

for (const magic of ['LINK', 'DIR', 'RAW', 'PAGES']) {
  test(`bare entries of ${magic} are refused, and no other magic is proposed`, () => {
    assert.throws(
      () => new Packer(new DetailsSink(), { magic }),
      (error) =>
        error instanceof CritError &&
        error.message.includes(`${magic} has none`) &&
        !/did you mean/.test(error.message),
    );
  });
}
