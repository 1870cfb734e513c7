/** Through an entry to the messages that edits look at; the schema tells where those can be. */
import { isObject } from '../codec/json.ts';
import type { Field, MessageType } from '../schema/schema.ts';
import type { Change, Edit, Spot, Visits } from './edit.ts';

type Report = (change: Change) => void;

interface Visitor {
  readonly option: string;
  readonly visits: Visits;
}

/** Where an entry is. */
export interface EntryPlace {
  readonly image: string;
  readonly magic: string;
  readonly entry: number;
}

export class Walk {
  readonly #visitors: readonly Visitor[];
  readonly #report: Report;
  /** Fields that lead to a message that is looked at, by the message that has them. */
  readonly #ways = new Map<MessageType, readonly Field[]>();

  constructor(edits: readonly Edit[], which: 'learn' | 'visits', report: Report) {
    this.#visitors = edits.flatMap(({ option, [which]: visits }) => (visits ? [{ option, visits }] : []));
    this.#report = report;
  }

  /** Whether messages of a type hold anything that is looked at. */
  reaches(type: MessageType): boolean {
    return this.#isLookedAt(type) || this.#waysOf(type).length > 0;
  }

  /** Lets every edit look at an entry, and change it. */
  walk(type: MessageType, root: Record<string, unknown>, place: EntryPlace): void {
    this.#walk(type, root, '', root, place);
  }

  #walk(
    type: MessageType,
    message: Record<string, unknown>,
    path: string,
    root: Record<string, unknown>,
    place: EntryPlace,
  ): void {
    for (const { option, visits } of this.#visitors) {
      const visit = visits[type.name];
      if (visit) visit(this.#spot(option, type, message, path, root, place));
    }
    for (const field of this.#waysOf(type)) {
      if (field.kind !== 'message') continue;
      const value = message[field.name];
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const [i, each] of values.entries()) {
        const name = Array.isArray(value) ? `${field.name}[${i}]` : field.name;
        if (isObject(each)) this.#walk(field.type, each, `${path}${name}.`, root, place);
      }
    }
  }

  #spot(
    option: string,
    type: MessageType,
    message: Record<string, unknown>,
    path: string,
    root: Record<string, unknown>,
    { image, magic, entry }: EntryPlace,
  ): Spot {
    const report = this.#report;
    const set = (name: string, value: unknown): void => {
      const field = type.byName.get(name);
      if (!field || (value === undefined && field.label === 'required'))
        throw new TypeError(`${type.name} has no such field ${name}`);
      const old = message[name];
      if (JSON.stringify(old) === JSON.stringify(value)) return;
      if (value === undefined) delete message[name];
      else message[name] = value;
      for (const [where, before, after] of differences(`${path}${name}`, old, value))
        report({ option, image, magic, entry, field: where, old: before, new: after });
    };
    return { image, magic, entry, type, path, message, root, set };
  }

  #isLookedAt(type: MessageType): boolean {
    return this.#visitors.some(({ visits }) => Object.hasOwn(visits, type.name));
  }

  #waysOf(type: MessageType): readonly Field[] {
    let ways = this.#ways.get(type);
    if (!ways) {
      ways = type.fields.filter((field) => field.kind === 'message' && this.#leads(field.type, new Set()));
      this.#ways.set(type, ways);
    }
    return ways;
  }

  #leads(type: MessageType, seen: Set<MessageType>): boolean {
    if (seen.has(type)) return false;
    seen.add(type);
    return (
      this.#isLookedAt(type) || type.fields.some((field) => field.kind === 'message' && this.#leads(field.type, seen))
    );
  }
}

/** What differs between two values, as deep as it can be told: lists of other lengths, and numbers, differ as a whole. */
function* differences(
  path: string,
  old: unknown,
  now: unknown,
): Generator<readonly [path: string, old: unknown, now: unknown], void, undefined> {
  if (JSON.stringify(old) === JSON.stringify(now)) return;
  const isList = Array.isArray(old) && Array.isArray(now) && old.length === now.length && old.some(isObject);
  if (isList) {
    for (const [i, each] of old.entries()) yield* differences(`${path}[${i}]`, each, now[i]);
  } else if (isObject(old) && isObject(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
      yield* differences(`${path}.${key}`, old[key], now[key]);
  } else yield [path, old, now];
}
