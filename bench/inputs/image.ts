const COMMON_HEAD = 0x54564319;

/** Magic numbers of the images that are made here. */
export const MAGIC = {
  inventory: 0x58313116,
  pstree: 0x50273030,
  core: 0x55053847,
  mm: 0x57492820,
  pagemap: 0x56084025,
  ids: 0x54432030,
  fdinfo: 0x56213732,
  files: 0x56303138,
} as const;

/** The bytes of an image, piece by piece: head (the inventory has none), magic, and each entry behind its size. */
export function* image(magic: number, entries: Iterable<Uint8Array>): Generator<Uint8Array> {
  if (magic !== MAGIC.inventory) yield word(COMMON_HEAD);
  yield word(magic);
  for (const entry of entries) {
    yield word(entry.length);
    yield entry;
  }
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
