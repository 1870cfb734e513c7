import type { Field } from '../schema/schema.ts';
import { DELIMITED, FIXED64, VARINT, putVarint32 } from './wire.ts';

/** The wire type of one value of a field. */
export function wireOf(field: Field): number {
  if (field.kind === 'message' || field.kind === 'string' || field.kind === 'bytes') return DELIMITED;
  return field.kind === 'fixed64' ? FIXED64 : VARINT;
}

/** The bytes of a field's tag, as CRIU writes it. */
export function tagOf(field: Field): number[] {
  const wire = field.packed ? DELIMITED : wireOf(field);
  const bytes = new Uint8Array(5);
  return [...bytes.subarray(0, putVarint32(bytes, 0, ((field.number << 3) | wire) >>> 0))];
}
