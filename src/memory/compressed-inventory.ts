/** What inventory.img says of compression. */
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { CritError } from '../error.ts';
import { framed, numberField, withField } from './raw-entries.ts';

export const INVENTORY = 'inventory.img';
const MAGIC_BYTES = 4;

/** The version of an inventory whose images have heads, and of one whose pages are compressed besides. */
const USUAL_VERSION = 2;
const COMPRESSED_VERSION = 3;

/** Numbers of the fields of an inventory_entry. */
const IMG_VERSION = 1;
const COMPRESS = 15;
const COMPRESS_BLOCK_SIZE = 16;

/** Whether the pages of a checkpoint are compressed. Throws a CritError where its version is not one of those that can be. */
export function isCompressed(images: ImageDirectory, name: string = images.nameOf(INVENTORY)): boolean {
  const { img_version: version, compress = 0 } = images.first(INVENTORY, 'INVENTORY');
  const refuse = (reason: string): never => {
    throw new CritError('format', reason, { image: name });
  };
  if (version !== USUAL_VERSION && version !== COMPRESSED_VERSION)
    refuse(
      `has the version ${version}${version === 0 ? ', that of a pre-dump' : ''}; 2 and 3 can have compressed pages`,
    );
  if (compress > 1) refuse(`has the compression ${compress}; 1 is known`);
  if (compress === 1 && version === USUAL_VERSION) refuse(`has the version ${version}, in which nothing is compressed`);
  return compress === 1;
}

/** An inventory whose pages are compressed, of one whose pages are not. Both are whole images. */
export function compressedInventory(image: Buffer, pageSize: number): Buffer {
  return withEntry(image, (entry) => {
    const versioned = withField(entry, IMG_VERSION, numberField(IMG_VERSION, COMPRESSED_VERSION));
    const compressed = withField(versioned, COMPRESS, numberField(COMPRESS, 1));
    return withField(compressed, COMPRESS_BLOCK_SIZE, numberField(COMPRESS_BLOCK_SIZE, pageSize));
  });
}

/** The other way round. A parent may still have compressed pages, which the version says. */
export function decompressedInventory(image: Buffer, hasParent: boolean): Buffer {
  return withEntry(image, (entry) => {
    const plain = withField(withField(entry, COMPRESS, NOTHING), COMPRESS_BLOCK_SIZE, NOTHING);
    const version = numberField(IMG_VERSION, COMPRESSED_VERSION);
    const isVersioned = plain.subarray(0, version.length).equals(version);
    return isVersioned && !hasParent ? withField(plain, IMG_VERSION, numberField(IMG_VERSION, USUAL_VERSION)) : plain;
  });
}

const NOTHING = new Uint8Array(0);

/** An image with another first entry. It has no head, only its magic. What is not as CRIU writes it is for others to judge. */
function withEntry(image: Buffer, change: (entry: Buffer) => Buffer): Buffer {
  const size = image.length < MAGIC_BYTES + 4 ? Infinity : image.readUInt32LE(MAGIC_BYTES);
  const start = MAGIC_BYTES + 4;
  if (size > image.length - start) return image;
  const changed = framed(change(image.subarray(start, start + size)));
  return Buffer.concat([image.subarray(0, MAGIC_BYTES), changed, image.subarray(start + size)]);
}
