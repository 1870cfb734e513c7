/** Things as flat tables of facts, and what two of them do not have in common. */
import { isObject } from '../codec/json.ts';

/** Values by their names; lists and messages in them are taken apart: `groups[7].cur`. */
export type Facts = ReadonlyMap<string, unknown>;

export interface FactChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Lists whose items are known by one of their fields, whatever their place is: what epoll and inotify watch, timers. */
const KEYS: Readonly<Record<string, string>> = { tfd: 'tfd', wd: 'wd', posix: 'it_id' };

/** The facts of a value. What `isNoise` says of a name is left out, with all that is in it. */
export function factsOf(value: unknown, isNoise: (field: string) => boolean = () => false): Map<string, unknown> {
  const facts = new Map<string, unknown>();
  const add = (name: string, item: unknown): void => {
    if (name !== '' && isNoise(name)) return;
    if (Array.isArray(item)) {
      const list: readonly unknown[] = item;
      // Numbers and words are one fact together: an address, a mask, a list of groups.
      if (list.every((each) => !isObject(each) && !Array.isArray(each))) facts.set(name, list);
      else for (const [label, each] of labelled(name, list)) add(`${name}[${String(label)}]`, each);
    } else if (isObject(item)) {
      for (const [key, each] of Object.entries(item)) add(name === '' ? key : `${name}.${key}`, each);
    } else if (item !== undefined) facts.set(name, item);
  };
  add('', value);
  return facts;
}

/** Items by what they are known by, else by their places. */
function labelled(name: string, list: readonly unknown[]): [label: unknown, item: unknown][] {
  const key = KEYS[name.slice(name.lastIndexOf('.') + 1)];
  const labels = list.map((each, index) => (key !== undefined && isObject(each) ? each[key] : index));
  const isUnique = new Set(labels).size === list.length;
  return list.map((each, index) => [isUnique ? labels[index] : index, each]);
}

/** What is not the same, in the order of the first table, then of the second. Of an item that only one has, it is said once. */
export function* changesOf(before: Facts, after: Facts): Generator<FactChange, void, undefined> {
  const items = [itemsOf(before), itemsOf(after)] as const;
  const told = new Set<string>();
  for (const field of new Set([...before.keys(), ...after.keys()])) {
    if (isSame(before.get(field), after.get(field))) continue;
    const alone = prefixesOf(field).find((each) => items[0].has(each) !== items[1].has(each));
    if (alone === undefined) yield { field, before: before.get(field), after: after.get(field) };
    else if (!told.has(alone)) {
      told.add(alone);
      yield { field: alone, before: itemOf(before, alone), after: itemOf(after, alone) };
    }
  }
}

function itemsOf(facts: Facts): Set<string> {
  return new Set([...facts.keys()].flatMap(prefixesOf));
}

/** The items of lists that a fact is in, the outermost first. */
function prefixesOf(field: string): string[] {
  return [...field.matchAll(/\]/g)].map(({ index }) => field.slice(0, index + 1));
}

/** All facts of an item of a list; undefined where there is none. */
function itemOf(facts: Facts, item: string): unknown {
  const own = [...facts].filter(([name]) => name.startsWith(`${item}.`));
  return own.length === 0
    ? facts.get(item)
    : Object.fromEntries(own.map(([name, value]) => [name.slice(item.length + 1), value]));
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}
