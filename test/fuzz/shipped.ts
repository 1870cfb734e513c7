/** The code as it is shipped: the compiled modules of dist/, with the types of their sources. */
function compiled(path: string): string {
  return new URL(`../../dist/${path}.js`, import.meta.url).href;
}

export const { CritError }: typeof import('../../src/error.ts') = await import(compiled('error'));
export const { Output }: typeof import('../../src/codec/output.ts') = await import(compiled('codec/output'));
export const { HUMAN, PLAIN, CRIT }: typeof import('../../src/codec/style.ts') = await import(compiled('codec/style'));
export const { PartSink }: typeof import('../../src/image/part-sink.ts') = await import(compiled('image/part-sink'));
export const { ImageDecoder }: typeof import('../../src/line/image-decoder.ts') = await import(
  compiled('line/image-decoder')
);
export const { Packer }: typeof import('../../src/line/packer.ts') = await import(compiled('line/packer'));
export const { LinePipe }: typeof import('../../src/line/filter/line-pipe.ts') = await import(
  compiled('line/filter/line-pipe')
);
export const { LineFilter }: typeof import('../../src/line/filter/line-filter.ts') = await import(
  compiled('line/filter/line-filter')
);
export const { LineMapper }: typeof import('../../src/line/filter/line-mapper.ts') = await import(
  compiled('line/filter/line-mapper')
);
export const { DocumentDecoder }: typeof import('../../src/document/document-decoder.ts') = await import(
  compiled('document/document-decoder')
);
export const { DocumentEncoder }: typeof import('../../src/document/document-encoder.ts') = await import(
  compiled('document/document-encoder')
);
export const { Checkpoint }: typeof import('../../src/checkpoint/checkpoint.ts') = await import(
  compiled('checkpoint/checkpoint')
);
export const { CheckpointDiff }: typeof import('../../src/diff/diff-checkpoints.ts') = await import(
  compiled('diff/diff-checkpoints')
);
export const { inspect }: typeof import('../../src/inspect/inspect.ts') = await import(compiled('inspect/inspect'));
export const { checkpointLines }: typeof import('../../src/cat/checkpoint-lines.ts') = await import(
  compiled('cat/checkpoint-lines')
);
export const { TarWriter }: typeof import('../../src/container/tar/tar-writer.ts') = await import(
  compiled('container/tar/tar-writer')
);
export const { LineEditor }: typeof import('../../src/edit/line-editor.ts') = await import(
  compiled('edit/line-editor')
);
export const { makeEdits }: typeof import('../../src/edit/edits.ts') = await import(compiled('edit/edits'));
export const { CheckpointCores }: typeof import('../../src/core/checkpoint-cores.ts') = await import(
  compiled('core/checkpoint-cores')
);
export const { coreChunks, planCore }: typeof import('../../src/core/core-file.ts') = await import(
  compiled('core/core-file')
);
export const { CheckpointMemory }: typeof import('../../src/memory/checkpoint-memory.ts') = await import(
  compiled('memory/checkpoint-memory')
);
export const { memoryMap }: typeof import('../../src/memory/memory-map.ts') = await import(
  compiled('memory/memory-map')
);
export const { checkRestore }: typeof import('../../src/check/check.ts') = await import(compiled('check/check'));
export const { RequestReader }: typeof import('../../src/live/protocol.ts') = await import(compiled('live/protocol'));
export const { ImageStore }: typeof import('../../src/live/image-store.ts') = await import(
  compiled('live/image-store')
);
export const { decodeMessage, encodeMessage }: typeof import('../../src/container/streamer/message.ts') = await import(
  compiled('container/streamer/message')
);
export const { StreamerWriter }: typeof import('../../src/container/streamer/streamer-writer.ts') = await import(
  compiled('container/streamer/streamer-writer')
);
export const { DirectoryWriter }: typeof import('../../src/files/directory-writer.ts') = await import(
  compiled('files/directory-writer')
);
export const { SourceDirectory }: typeof import('../../src/files/source-directory.ts') = await import(
  compiled('files/source-directory')
);
export const { Redactor, redacted }: typeof import('../../src/redact/redactor.ts') = await import(
  compiled('redact/redactor')
);
export const { soughtOf }: typeof import('../../src/redact/sought.ts') = await import(compiled('redact/sought'));
export const { loadSchema }: typeof import('../../src/schema/load-schema.ts') = await import(
  compiled('schema/load-schema')
);
