/** A note: what a core file says beside memory. Its owner is `CORE` or `LINUX`. */
export interface Note {
  readonly owner: 'CORE' | 'LINUX';
  readonly type: number;
  readonly content: Buffer;
}

const HEAD = 12;

/** Bytes that a note takes. */
export function noteLength({ owner, content }: Note): number {
  return HEAD + padded(owner.length + 1) + padded(content.length);
}

export function noteBytes(note: Note, isBigEndian: boolean): Buffer {
  const { owner, type, content } = note;
  const bytes = Buffer.alloc(noteLength(note));
  const words = [owner.length + 1, content.length, type];
  for (const [index, word] of words.entries()) {
    if (isBigEndian) bytes.writeUInt32BE(word, 4 * index);
    else bytes.writeUInt32LE(word, 4 * index);
  }
  bytes.write(owner, HEAD, 'latin1');
  content.copy(bytes, HEAD + padded(owner.length + 1));
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
