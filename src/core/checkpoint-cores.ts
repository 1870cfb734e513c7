/** The processes of a checkpoint of which core files can be made: what of them is where in the images. */
import { CritError, placed } from '../error.ts';
import type { Area } from '../checkpoint/area.ts';
import { ImageDirectory } from '../checkpoint/image-directory.ts';
import type { CoreEntry, CredsEntry, PstreeEntry } from '../schema/generated/messages.ts';
import { CheckpointMemory, type MemoryOptions } from '../memory/checkpoint-memory.ts';
import type { Piece, ProcessMemory } from '../memory/process-memory.ts';
import { processStrings } from '../memory/process-strings.ts';
import type { CoreContents } from './core-file.ts';
import type { CoreProcess, MappedFile } from './core-process.ts';
import { machineOf } from './machines/machines.ts';
import { zeros } from './segments.ts';
import type { Sysroot } from './sysroot.ts';

const DEAD = 2;
const ZOMBIE = 6;

export interface CoreOptions extends MemoryOptions {
  /** Pages that were left to a lazy-pages server: an error, or zeros. */
  readonly missing?: 'error' | 'zero';
  /** Where mapped files are looked for whose pages the images do not have. */
  readonly sysroot?: Sysroot | undefined;
}
