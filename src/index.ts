/** The library: checkpoints, images and lines as streams and as values. docs/library.md is its guide. */
export { CritError, type ErrorCode, type ErrorPlace } from './error.ts';
export { HUMAN, PLAIN, type Style } from './codec/style.ts';
export { Output } from './codec/output.ts';

export { decode, encode, parseLine } from './line/one-shot.ts';
export { ImageDecoder, type ImageDecoderOptions } from './line/image-decoder.ts';
export { Packer, type PackerOptions } from './line/packer.ts';
export type { CheckpointSink, ImageDetails, ImageSink } from './image/image-sink.ts';
export { isLine } from './line/line.ts';
export type {
  At,
  BeginLine,
  ContainerDetails,
  DirectoryLine,
  EndLine,
  EntryLine,
  EntryLineOf,
  ErrorLine,
  ExtraByMagic,
  ImageRange,
  Line,
  LinkLine,
  Mode,
  PieceLine,
  ShardLine,
} from './line/line.ts';
export type { Shard } from './line/shard.ts';
export type { BeginDetails, EndDetails } from './line/image-lines.ts';
export type { TarDetails, TarEnd } from './container/tar/tar-details.ts';
export type { Piece } from './image/piece.ts';
export type * from './schema/generated/messages.ts';
export { loadSchema } from './schema/load-schema.ts';
export type { ImageSchema } from './schema/image-schema.ts';
export type { Head, Magic } from './schema/images.ts';
export type { FileMagic, RawMagic } from './schema/magics.ts';

export type { CheckpointLinesOptions } from './cat/checkpoint-lines.ts';
export { readDumpStats, readRestoreStats, type DumpStats, type RestoreStats } from './checkpoint/statistics.ts';
export {
  decidePreCopy,
  type PreCopyDecision,
  type PreCopyOptions,
  type PreCopyReason,
  type PreCopyRule,
} from './stats/pre-copy.ts';
export { Checkpoint, type CheckpointOptions, type Descriptor, type OpenSocket } from './checkpoint/checkpoint.ts';
export type { Process, ProcessNumbers, Thread } from './checkpoint/process.ts';
export type { Deleted, FileTable, OpenFile } from './checkpoint/file-table.ts';
export type { FileUser } from './checkpoint/file-users.ts';
export type { ImageDirectory } from './checkpoint/image-directory.ts';
export type { Mm } from './checkpoint/mm.ts';
export type { Socket } from './checkpoint/socket.ts';
export type { Backing, Vma } from './checkpoint/vma.ts';
export type { VmaList } from './checkpoint/vma-list.ts';
export { textOf as text } from './checkpoint/text.ts';
export { CheckpointMemory, type SharedMemory } from './memory/checkpoint-memory.ts';
export type { ProcessMemory } from './memory/process-memory.ts';
export { memoryMap, type MappedVma } from './memory/memory-map.ts';
export { processStrings, readMemory } from './memory/process-strings.ts';
export { searchMemory, type SearchOptions } from './memory/search-memory.ts';
export { DirectoryWriter, type DirectoryWriterOptions } from './files/directory-writer.ts';

export { finderOf } from './search/text-finder.ts';
export type { Finder, Match } from './search/finder.ts';

export { readCheckpoint, writeCheckpoint, type Abortable } from './streams/checkpoint.ts';
export { captureCheckpoint, serveCheckpoint } from './streams/live.ts';
export type { CaptureOptions } from './live/capture.ts';
export type { ServeOptions } from './live/serve.ts';
export { decodeImage, encodeImage } from './streams/images.ts';
export { editLines, readEdited } from './streams/edit-lines.ts';
export { filterLines } from './streams/filter-lines.ts';
export { mapLines } from './streams/map-lines.ts';
export { redactLines } from './streams/redact-lines.ts';
export { readLines, writeLines } from './streams/objects.ts';
export type { Change } from './edit/edit.ts';
export type { EditName, Edits } from './edit/edits.ts';
export type { EditCheckpointOptions } from './edit/edit-checkpoint.ts';
export type { LineEditorOptions } from './edit/line-editor.ts';
export type { Redaction, RedactorOptions } from './redact/redactor.ts';
export type { Secrets } from './redact/sought.ts';
export type { FilterOptions } from './line/filter/line-filter.ts';
export type { MapOptions } from './line/filter/line-mapper.ts';
export { base64, bytes, hex, u64 } from './line/filter/scope.ts';

export { CheckpointDiff, type DiffOptions } from './diff/diff-checkpoints.ts';
export type { Difference, Kind, PageCounts } from './diff/difference.ts';
export type { PageTotals } from './diff/page-statistics.ts';

export { CheckpointCores, type CoreOptions } from './core/checkpoint-cores.ts';
export { coreChunks, planCore, type CoreContents, type CorePlan } from './core/core-file.ts';
export { Sysroot, type FoundFile } from './core/sysroot.ts';

export { checkRestore, type CheckOptions } from './check/check.ts';
export type { Finding, Severity } from './check/finding.ts';
