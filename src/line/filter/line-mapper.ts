/** Runs code for each line, and makes of it what the code says. */
import { CritError } from '../../error.ts';
import { valueOf, type LineHead, type LineValue } from '../line-head.ts';
import type { LineView } from '../line-reader.ts';
import { assigns } from './assignment.ts';
import { compileMap, expressionError, type Mapper, type NamedValues } from './compile.ts';
import { guarded } from './piece-guard.ts';
import type { LineWork, PipeOptions, Verdict } from './line-pipe.ts';

export interface MapOptions extends PipeOptions {
  readonly args?: NamedValues;
}

export class LineMapper implements LineWork {
  readonly #mapper: Mapper;
  /** Whether the code is about images, so that those without entries and pieces are its matter, too. */
  readonly #takesEmpty: boolean;

  /** Throws a CritError for bad code. */
  constructor(code: string, options: Pick<MapOptions, 'args'> = {}) {
    const mapper = compileMap(code, options.args);
    this.#mapper = mapper;
    const isOfImages = !(['entry', 'extra', 'piece', 'at'] as const).some((part) => mapper.needs(part));
    this.#takesEmpty = !mapper.isEmpty && (isOfImages || assigns(code, 'image'));
  }

  onLine(view: LineView, head: LineHead): Verdict {
    return this.#mapper.isEmpty || this.#map(head, guarded(valueOf(view, head)));
  }

  onEmpty(begin: LineValue): Verdict {
    const { image = '-', magic } = begin;
    return !this.#takesEmpty || this.#map({ image: String(image), magic: String(magic), kind: 'begin' }, begin);
  }

  #map({ image, magic, kind }: Pick<LineHead, 'image' | 'magic' | 'kind'>, line: LineValue): Verdict {
    const { entry, extra, piece, at } = line;
    let mapped;
    try {
      mapped = this.#mapper.map({ image, magic, entry, extra, piece, at, line });
    } catch (error) {
      throw expressionError(error, kind, image);
    }
    if (mapped.isDropped) return false;
    if (typeof mapped.image !== 'string')
      throw new CritError('expression', 'the code makes image something that is no string', { image });
    return {
      image: mapped.image,
      magic,
      entry: mapped.entry,
      piece: mapped.piece,
      extra: mapped.extra,
      at: mapped.at,
      // The code may have taken it away.
      wire: line['wire'],
    };
  }
}
