/** A protobuf field: its number and its value, an integer or bytes (a nested message, a string). */
export type Field = readonly [number: number, value: number | Uint8Array];

/** A protobuf message: the inputs do not depend on the code that is measured. */
export function message(fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  for (const [number, value] of fields) {
    if (typeof value === 'number') {
      varint(bytes, number * 8);
      varint(bytes, value);
    } else {
      varint(bytes, number * 8 + 2);
      varint(bytes, value.length);
      for (const byte of value) bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

function varint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
