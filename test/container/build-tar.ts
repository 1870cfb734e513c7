/** Archives made by hand, so that they can be wrong in any way. */
export interface RawMember {
  name?: string;
  type?: string;
  mode?: string;
  /** What the header says, where it is not the size of the contents. */
  size?: string;
  target?: string;
  magic?: string;
  contents?: string | Uint8Array;
  /** Overwrites the checksum. */
  checksum?: string;
}

export const END = Buffer.alloc(1024);

/** The blocks of one member. */
export function member(fields: RawMember): Buffer {
  const contents = Buffer.from(fields.contents ?? '');
  const header = Buffer.alloc(512);
  const put = (at: number, text: string): void => void header.write(text, at, 'latin1');
  put(0, fields.name ?? 'file');
  put(100, fields.mode ?? '0000644');
  put(108, '0000000');
  put(116, '0000000');
  put(124, fields.size ?? contents.length.toString(8).padStart(11, '0'));
  put(136, '00000000000');
  put(148, '        ');
  put(156, fields.type ?? '0');
  put(157, fields.target ?? '');
  put(257, fields.magic ?? 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, fields.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `);
  return Buffer.concat([header, contents, Buffer.alloc((512 - (contents.length % 512)) % 512)]);
}

/** An archive of members, with the zeros at its end. */
export function archive(...members: RawMember[]): Buffer {
  return Buffer.concat([...members.map(member), END]);
}

/** A pax record. */
export function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++;
  return `${length}${rest}`;
}
