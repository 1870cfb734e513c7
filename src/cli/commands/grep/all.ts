/** What --all looks at beside memory: all else that the images, and the files of an engine beside them, hold. */
import { checkpointLines } from '../../../cat/checkpoint-lines.ts';
import { Output } from '../../../codec/output.ts';
import type { CritError } from '../../../error.ts';
import type { Place } from '../../../redact/place.ts';
import { LineVisitor } from '../../../redact/line-visitor.ts';
import { Scanner, type AnyMatch, type Hit } from '../../../redact/scanner.ts';
import type { ImageSchema } from '../../../schema/image-schema.ts';
import type { Finder } from '../../../search/finder.ts';

/** A match that is not in memory; its bytes are valid until the call returns. */
export interface ElsewhereFound extends Hit {
  readonly place: Place;
  /** Bytes from the beginning of what the place names. */
  readonly offset: number;
}

export interface ElsewhereOptions {
  readonly schema?: ImageSchema | undefined;
  readonly maxWindow?: number | undefined;
  readonly onFound: (found: ElsewhereFound) => void;
  /** Told about what cannot be read; the search goes on with the next image. */
  readonly onError: (error: CritError) => void;
  /** Told of what is not looked at as it is read. */
  readonly onWarning: (warning: CritError) => void;
  /** Whether an image has been looked at in another way. */
  readonly skips: (image: string) => boolean;
}

/** Searches all lines of a checkpoint. Yields now and then. */
export async function* searchElsewhere(
  path: string,
  finder: Finder<AnyMatch>,
  { schema, maxWindow, onFound, onError, onWarning, skips }: ElsewhereOptions,
): AsyncGenerator<void, void, undefined> {
  const output = new Output();
  const search = {
    scanner: new Scanner([{ name: '', finder }]),
    onFound: (place: Place, offset: number, hit: Hit): boolean => {
      onFound({ ...hit, place, offset });
      return true;
    },
    // The lines are made here.
    arePlain: true,
    onUnreadable: onError,
    onWarning,
  };
  const visitor = new LineVisitor(output, search, schema);
  const accept = (image: string): boolean => !skips(image);
  try {
    for await (const chunk of checkpointLines([path], { schema, maxWindow, accept, onError })) {
      visitor.push(chunk);
      for await (const _ of visitor.work()) output.length = 0;
      output.length = 0;
      yield;
    }
    visitor.end();
    yield;
  } finally {
    visitor.close();
  }
}
