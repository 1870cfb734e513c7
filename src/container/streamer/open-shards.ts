import { placed } from '../../error.ts';
import { ByteSource } from '../byte-source.ts';
import type { Container } from '../container.ts';
import { StreamerContainer } from './streamer-container.ts';

/** The shards of one stream, in any order. Throws a CritError for what cannot be opened. */
export function openShards(paths: readonly string[], onRead?: (count: number) => void): Container {
  const sources: ByteSource[] = [];
  const close = async (): Promise<void> => {
    for (const source of sources) await source.close();
  };
  for (const path of paths) {
    try {
      sources.push(new ByteSource(path, onRead));
    } catch (error) {
      void close();
      throw placed(error, { image: path });
    }
  }
  return new StreamerContainer(
    sources.map((source) => forgetting(source)),
    close,
  );
}

async function* forgetting(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of source.chunks()) {
    source.forget();
    yield chunk;
  }
}
