/** The library: checkpoints, images and lines as streams and as values. docs/library.md is its guide. */
export { CritError, type ErrorCode, type ErrorPlace } from './error.ts';
export { HUMAN, PLAIN, type Style } from './codec/style.ts';

export { decode, encode, parseLine } from './image/one-shot.ts';
export { ImageDecoder, type ImageDecoderOptions } from './image/image-decoder.ts';
export { Packer, type PackerOptions } from './image/packer.ts';
export type { CheckpointSink, ImageSink } from './image/image-sink.ts';
export { isLine } from './image/line.ts';
export type {
  At,
  BeginLine,
  DirectoryLine,
  EndLine,
  EntryLine,
  EntryLineOf,
  ErrorLine,
  ExtraByMagic,
  Line,
  LinkLine,
  PieceLine,
} from './image/line.ts';
export type { Piece } from './image/piece.ts';
export type * from './schema/generated/messages.ts';
export type { Head, Magic, RawMagic } from './schema/images.ts';

export type { CheckpointLinesOptions } from './checkpoint/checkpoint-lines.ts';
export { readDumpStats, readRestoreStats, type DumpStats, type RestoreStats } from './checkpoint/statistics.ts';
export {
  decidePreCopy,
  type PreCopyDecision,
  type PreCopyOptions,
  type PreCopyReason,
  type PreCopyRule,
} from './checkpoint/pre-copy.ts';
export { CheckpointMemory, type MemoryOptions, type SharedMemory } from './checkpoint/memory/checkpoint-memory.ts';
export { memoryMap, type MappedArea } from './checkpoint/memory/memory-map.ts';
export { processStrings, readMemory } from './checkpoint/memory/process-strings.ts';
export { searchMemory, type SearchOptions } from './checkpoint/memory/search-memory.ts';
export { DirectoryWriter, type DirectoryWriterOptions } from './checkpoint/directory-writer.ts';

export { finderOf } from './search/text-finder.ts';
export type { Finder, Match } from './search/finder.ts';

export { readCheckpoint, writeCheckpoint } from './streams/checkpoint.ts';
export { decodeImage, encodeImage } from './streams/images.ts';
export { filterLines, mapLines } from './streams/lines.ts';
export { readLines, writeLines } from './streams/objects.ts';
export type { FilterOptions } from './expression/line-filter.ts';
export type { MapOptions } from './expression/line-mapper.ts';
export { base64, bytes, hex, u64 } from './expression/scope.ts';
