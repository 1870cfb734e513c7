/** Things as flat tables of facts, and what two of them do not have in common. */
import { isObject } from '../codec/json.ts';

/** Values by their names; lists and messages in them are taken apart: `rlimits[7].cur`. */
export type Facts = ReadonlyMap<string, unknown>;

export interface FactChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The facts of a value. What `isNoise` says of a name is left out, with all that is in it. */
export function factsOf(value: unknown, isNoise: (field: string) => boolean = () => false): Map<string, unknown> {
  const facts = new Map<string, unknown>();
  const add = (name: string, item: unknown): void => {
    if (name !== '' && isNoise(name)) return;
    if (Array.isArray(item)) {
      // Numbers and words are one fact together: an address, a mask, a list of groups.
      if (item.every((each) => !isObject(each) && !Array.isArray(each))) facts.set(name, item);
      else for (const [index, each] of item.entries()) add(`${name}[${index}]`, each);
    } else if (isObject(item)) {
      for (const [key, each] of Object.entries(item)) add(name === '' ? key : `${name}.${key}`, each);
    } else if (item !== undefined) facts.set(name, item);
  };
  add('', value);
  return facts;
}

/** What is not the same, in the order of the first table, then of the second. */
export function* changesOf(before: Facts, after: Facts): Generator<FactChange, void, undefined> {
  for (const [field, value] of before) {
    const other = after.get(field);
    if (!isSame(value, other)) yield { field, before: value, after: other };
  }
  for (const [field, value] of after) if (!before.has(field)) yield { field, before: undefined, after: value };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}
