/** What CRIU says with --stream, damaged: refused, or taken whole; and what is stored for it comes out as it went in. */
import assert from 'node:assert/strict';
import { LINE_MUTATORS, PLAIN_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { imageNames, namedLines } from '../seeds.ts';
import { ImageStore, Packer, PartSink, RequestReader, decodeMessage, encodeMessage } from '../shipped.ts';
import { attempt, type Target } from '../target.ts';

/** Requests of CRIU, one behind the other: a length of 32 bits, and a message whose field 1 is a name. */
function requests(random: Random): Buffer {
  return Buffer.concat(
    Array.from({ length: 1 + random.below(4) }, () => {
      const name = Buffer.from(random.of(imageNames).repeat(random.below(8) === 0 ? 12 : 1));
      const length = name.length < 128 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
      const message = Buffer.concat([Buffer.from([0x0a, ...length]), name]);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(message.length);
      return Buffer.concat([size, message]);
    }),
  );
}

export const request: Target = {
  name: 'request',
  make: (random) => mutate(requests(random), PLAIN_MUTATORS, random),
  run(input) {
    const reader = new RequestReader();
    attempt(() => {
      for (const byte of input) {
        const name = reader.push(byte);
        if (name === undefined) continue;
        assert.ok(name !== '' && name !== '.' && name !== '..', 'a name that is no file');
        assert.doesNotMatch(name, /[/\0]/, 'a name that leaves the directory');
      }
    });
  },
};

function messages(random: Random): Buffer {
  const said = random.of([
    { kind: 'filename', name: random.of(imageNames) },
    { kind: 'data', size: random.of([0, 1, 4096, 258_048, 0xffffffff]) },
    { kind: 'file end' },
    { kind: 'end' },
  ] as const);
  return encodeMessage({ seq: random.of([0, 1, 127, 128, 2 ** 31, 2 ** 52]), said }).subarray(4);
}

export const message: Target = {
  name: 'message',
  make: (random) => mutate(messages(random), PLAIN_MUTATORS, random),
  run(input) {
    let said: ReturnType<typeof decodeMessage> | undefined;
    attempt(() => (said = decodeMessage(input)));
    if (said) assert.deepEqual(decodeMessage(encodeMessage(said).subarray(4)), said, 'another message came back');
  },
};

/** The bytes of each image that lines hold; undefined where they are refused. */
export function packed(input: Buffer): Map<string, Buffer> | undefined {
  const sinks = new Map<string, InstanceType<typeof PartSink>>();
  const refusal = attempt(() => {
    const packer = new Packer({
      image(name) {
        const sink = new PartSink();
        sinks.set(name, sink);
        return sink.image(name);
      },
      link() {},
      directory() {},
    });
    packer.push(input);
    packer.end();
  });
  return refusal ? undefined : new Map([...sinks].map(([name, sink]) => [name, Buffer.concat([...sink.take()])]));
}

export const store: Target = {
  name: 'store',
  make: (random) =>
    mutate(
      Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => random.smallOf(namedLines))),
      LINE_MUTATORS,
      random,
    ),
  async run(input, _random, scratch) {
    const images = new ImageStore({ temporary: scratch });
    try {
      const refusal = attempt(() => {
        const packer = new Packer(images);
        packer.push(input);
        packer.end();
      });
      if (refusal) return;
      await images.written();
      for (const [name, bytes] of packed(input) ?? []) {
        const parts: Buffer[] = [];
        for (const chunk of images.find(name)?.chunks(100) ?? []) parts.push(Buffer.from(chunk));
        assert.deepEqual(Buffer.concat(parts), bytes, 'another image is served');
      }
    } finally {
      await images.close();
    }
  },
};
