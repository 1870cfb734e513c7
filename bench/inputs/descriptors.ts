import { join } from 'node:path';
import { checkpointOf } from './checkpoint.ts';
import { image, MAGIC } from './image.ts';
import { input, writeDirectory, type Input } from './input.ts';
import { message } from './protobuf.ts';

const REGULAR = 1;

/** A checkpoint directory of one process with that many descriptors, each of a regular file of its own. */
export function descriptorsInput(directory: string, count: number): Input {
  return input(join(directory, `descriptors-${count}`), (path) =>
    writeDirectory(path, {
      ...checkpointOf([{ vaddr: 0x7f0000000000, pages: 1 }]),
      'ids-1.img': image(MAGIC.ids, [
        message([
          [1, 1],
          [2, 1],
          [3, 1],
          [4, 1],
        ]),
      ]),
      'fdinfo-1.img': image(MAGIC.fdinfo, descriptors(count)),
      'files.img': image(MAGIC.files, files(count)),
      'pages-1.img': [Buffer.alloc(4096, 'x')],
    }),
  );
}

function* descriptors(count: number): Generator<Uint8Array, void, undefined> {
  for (let id = 1; id <= count; id++)
    yield message([
      [1, id],
      [2, 0],
      [3, REGULAR],
      [4, id - 1],
    ]);
}

function* files(count: number): Generator<Uint8Array, void, undefined> {
  const owner = message([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    [5, 0],
  ]);
  for (let id = 1; id <= count; id++) {
    const file = message([
      [1, id],
      [2, 0],
      [3, 0],
      [5, owner],
      [6, Buffer.from(`/srv/data/file-${id}`)],
    ]);
    yield message([
      [1, REGULAR],
      [2, id],
      [3, file],
    ]);
  }
}
