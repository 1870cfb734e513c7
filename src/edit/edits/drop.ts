/** --drop IMAGE: leaves images out. */
import { globMatcher } from '../../line/filter/choice.ts';
import { wishOf, type Edit } from '../edit.ts';
import { listed } from '../pair.ts';

export function dropEdit(values: readonly string[]): Edit {
  const rules = values.map((value) => ({ wish: wishOf('drop', value), matches: globMatcher(value) }));
  const kinds = new Set<string>();
  return {
    option: 'drop',
    wishes: rules.map(({ wish }) => wish),
    rename(image) {
      const fitting = rules.filter(({ matches }) => matches(image));
      for (const { wish } of fitting) wish.isMet = true;
      if (fitting.length > 0) return undefined;
      kinds.add(image.replace(/\d+/g, '*'));
      return image;
    },
    found: () => `no image has such a name; these are there: ${listed([...kinds].sort())}`,
  };
}
