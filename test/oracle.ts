/** protobufjs, which reads and writes the messages of proto/ in its own way. */
import { readdirSync, readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const proto = new URL('../proto/', import.meta.url);
const root = new protobuf.Root();
/** Extensions of protobuf's own descriptor, which is not there. */
const OPTION_FILES = ['opts.proto', 'crit.proto'];
for (const file of readdirSync(proto)) {
  if (!OPTION_FILES.includes(file))
    protobuf.parse(readFileSync(new URL(file, proto), 'utf8'), root, { keepCase: true });
}
root.resolveAll();

/** The message of that name. */
export function messageType(name: string): protobuf.Type {
  return root.lookupType(name);
}

/** The bytes of a message. */
export function encodeWithOracle(type: string, value: Record<string, unknown>): Buffer {
  return Buffer.from(messageType(type).encode(messageType(type).fromObject(value)).finish());
}

/** What a message means: its fields as plain values, 64-bit numbers as decimal text, bytes as base64. */
export function decodeWithOracle(type: string, bytes: Uint8Array): Record<string, unknown> {
  return messageType(type).toObject(messageType(type).decode(bytes), { longs: String, bytes: String, enums: Number });
}
