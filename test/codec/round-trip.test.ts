import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { MessageDecoder } from '../../src/codec/message-decoder.ts';
import { MessageEncoder } from '../../src/codec/message-encoder.ts';
import { Output } from '../../src/codec/output.ts';
import { HUMAN, PLAIN, type Style } from '../../src/codec/style.ts';
import { CritError } from '../../src/error.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { decodeWithOracle, encodeWithOracle, messageType } from '../oracle.ts';
import { canonicalBytes, isKept, lineValue, messageArbitrary, oracleValue, withoutUnknown } from './arbitrary.ts';
import { variantBytes } from './variant.ts';

/** `SEED=7 RUNS=10000 npm test` looks further. */
const parameters = {
  seed: Number(process.env['SEED'] ?? 1),
  numRuns: Number(process.env['RUNS'] ?? 25),
  includeErrorInReport: true,
};

interface Decoded {
  text: string;
  isExact: boolean;
}

function decode(name: string, bytes: Uint8Array, style: Style = PLAIN): Decoded {
  const output = new Output(16);
  // Bytes before and behind the message must not matter.
  const around = Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(7, 0x01)]);
  const isExact = new MessageDecoder(BUILT_IN.message(name), style).decode(around, 7, 7 + bytes.length, output, 0);
  return { text: output.view().toString(), isExact };
}

function encode(name: string, text: string, wire?: Uint8Array): Buffer {
  const output = new Output(16);
  const value: unknown = JSON.parse(text);
  new MessageEncoder(BUILT_IN.message(name)).encode(value, output, wire && Buffer.from(wire).toString('base64'));
  return Buffer.from(output.view());
}

for (const name of BUILT_IN.messageNames()) {
  const messages = messageArbitrary(messageType(name));

  test(`${name}: as CRIU writes it`, () => {
    const property = fc.property(messages, (message) => {
      const bytes = canonicalBytes(message);
      const { text, isExact } = decode(name, bytes);
      assert.equal(isExact, true);
      assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(lineValue(message)));
      assert.deepEqual(encode(name, text), bytes);
      if (isKept(message)) assert.deepEqual(decodeWithOracle(name, bytes), oracleValue(message));
    });
    fc.assert(property, parameters);
  });

  test(`${name}: as people read it`, () => {
    const property = fc.property(messages, (message) => {
      const bytes = canonicalBytes(message);
      const { text, isExact } = decode(name, bytes, HUMAN);
      assert.equal(isExact, true);
      assert.deepEqual(encode(name, text), bytes);
    });
    fc.assert(property, parameters);
  });

  test(`${name}: in another form`, () => {
    const property = fc.property(messages, fc.gen(), (message, gen) => {
      const bytes = variantBytes(message, (limit) => gen(fc.nat, { max: limit - 1 }));
      const usual = canonicalBytes(message);
      const { text, isExact } = decode(name, bytes);
      assert.equal(isExact, Buffer.compare(bytes, usual) === 0);
      assert.deepEqual(JSON.parse(text), lineValue(message));
      assert.deepEqual(encode(name, text), usual);
      assert.deepEqual(encode(name, text, bytes), bytes);
    });
    fc.assert(property, parameters);
  });

  test(`${name}: damaged`, () => {
    const damage = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }), cut: fc.boolean() });
    const property = fc.property(messages, damage, (message, { at, byte, cut }) => {
      const bytes = Buffer.from(canonicalBytes(message));
      if (bytes.length === 0) return;
      bytes[at % bytes.length] = byte;
      const damaged = cut ? bytes.subarray(0, at % bytes.length) : bytes;
      let decoded;
      try {
        decoded = decode(name, damaged);
      } catch (error) {
        assert.ok(error instanceof CritError, String(error));
        assert.ok(['format', 'limit'].includes(error.code), error.code);
        assert.ok((error.place.offset ?? -1) >= 7 && (error.place.offset ?? -1) <= 7 + damaged.length, error.message);
        return;
      }
      const { text, isExact } = decoded;
      assert.deepEqual(encode(name, text, isExact ? undefined : damaged), damaged);
    });
    fc.assert(property, parameters);
  });
}

test('protobufjs writes the same bytes', () => {
  for (const name of BUILT_IN.messageNames()) {
    const messages = messageArbitrary(messageType(name)).filter(isKept).map(withoutUnknown);
    const property = fc.property(messages, (message) => {
      const bytes = Buffer.from(canonicalBytes(message));
      assert.deepEqual(encodeWithOracle(name, decodeWithOracle(name, bytes)), bytes);
    });
    fc.assert(property, { ...parameters, numRuns: 5 });
  }
});
