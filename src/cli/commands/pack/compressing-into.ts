import { CompressingSink } from '../../../memory/compressing-sink.ts';
import type { ImageSchema } from '../../../schema/image-schema.ts';
import type { Transaction } from '../../io/pack-into.ts';

/** A place for images in which their pages are compressed. */
export function compressingInto(target: Transaction, schema: ImageSchema | undefined): Transaction {
  const sink = new CompressingSink(target, { schema });
  return {
    image: (name, details) => sink.image(name, details),
    link: (name, to, details) => sink.link(name, to, details),
    directory: (name, details) => sink.directory(name, details),
    ending: (name, tar) => sink.ending(name, tar),
    commit() {
      sink.finish();
      sink.close();
      target.commit();
    },
    abort() {
      sink.close();
      target.abort();
    },
  };
}
