/** --set 'MAGIC CODE': statements in the language of crit-map, for each entry of a kind of image. */
import { encodeMessage } from '../../codec/encode.ts';
import { FieldError } from '../../codec/field-error.ts';
import { formatJson, isObject, parseJson } from '../../codec/json.ts';
import { Output } from '../../codec/output.ts';
import { CritError } from '../../error.ts';
import { compileMap, expressionError, type Mapper } from '../../line/filter/compile.ts';
import { didYouMean } from '../../nearest.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import { wishOf, type Edit, type Spot, type Wish } from '../edit.ts';
import { wrong } from '../pair.ts';

interface Rule {
  readonly wish: Wish;
  readonly magic: string;
  readonly mapper: Mapper;
}

export function setEdit(values: readonly string[], schema: ImageSchema): Edit {
  const rules = values.map((value): Rule => {
    const [, magic, code = ''] = /^\s*(\w+)\s+([^]+)$/.exec(value) ?? [];
    if (magic === undefined) throw wrong('set', value, "'MAGIC CODE', such as 'FILES delete entry.reg?.size',");
    if (!schema.byMagic(magic)) {
      const known = [...schema.types()].map((type) => type.magic);
      throw new CritError('usage', `--set: no image with entries has the magic ${magic}${didYouMean(magic, known)}`);
    }
    return { wish: wishOf('set', value), magic, mapper: compileMap(code) };
  });
  const visits: Record<string, (spot: Spot) => void> = {};
  for (const { magic } of rules) {
    const type = schema.byMagic(magic);
    if (!type) continue;
    for (const isFirst of [true, false]) {
      visits[schema.entryOf(type, isFirst).name] = (spot) => {
        if (spot.path !== '') return;
        for (const rule of rules) if (rule.magic === spot.magic) run(rule, spot);
      };
    }
  }
  return {
    option: 'set',
    wishes: rules.map(({ wish }) => wish),
    visits,
    found: () => 'it changes nothing',
  };
}

function run({ wish, mapper }: Rule, spot: Spot): void {
  const { image, magic, message, type } = spot;
  const copy: unknown = structuredClone(message);
  let entry: unknown;
  try {
    const mapped = mapper.map({
      image,
      magic,
      entry: copy,
      extra: undefined,
      piece: undefined,
      at: undefined,
      line: { image, magic, entry: copy },
    });
    if (mapped.isDropped || mapped.image !== image)
      throw new CritError('expression', 'changes entries only: use crit-map');
    // A BigInt and bytes become what lines hold in their place.
    entry = parseJson(formatJson(mapped.entry));
  } catch (error) {
    throw error instanceof CritError ? error : expressionError(error, 'entry', image);
  }
  if (!isObject(entry)) throw new CritError('expression', 'makes an entry something that is no object');
  try {
    encodeMessage(type, entry, new Output());
  } catch (error) {
    throw error instanceof FieldError ? new CritError('value', `${wish.text}: ${error.message}`, {}, error) : error;
  }
  for (const name of new Set([...Object.keys(message), ...Object.keys(entry)])) {
    if (JSON.stringify(message[name]) === JSON.stringify(entry[name])) continue;
    wish.isMet = true;
    spot.set(name, entry[name]);
  }
}
