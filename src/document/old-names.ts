/**
 * Names that CRIU has changed since. People keep documents for years, and CRIT wrote them with the names of its time; images
 * have numbers alone. Source: the .proto files of CRIU 0.7 to 4.3.
 */
import type { Field, MessageType } from '../schema/schema.ts';

type Names = Readonly<Record<string, string>>;

/** Names of fields by their message. */
const FIELDS: Readonly<Record<string, Names>> = {
  // 1.7 to 3.9: a filter of the whole process. Since 3.10 each thread has its own, with these names.
  task_core_entry: { seccomp_mode: 'old_seccomp_mode', seccomp_filter: 'old_seccomp_filter' },
  // 3.0 to 3.9.
  user_desc_t: { useable: 'usable' },
};

/** Names of values by their enum. */
const VALUES: Readonly<Record<string, Names>> = {
  // 0.7 to 1.3.
  fd_types: { TUN: 'TUNF' },
};

/** Whether fields or values of a message had other names. */
export function hasOldNames(type: MessageType): boolean {
  return Object.hasOwn(FIELDS, type.name) || type.fields.some((field) => oldValues(field) !== undefined);
}

/** What a field is called now, where the entry does not have it under that name too. */
export function presentName(type: MessageType, name: string, entry: Readonly<Record<string, unknown>>): string {
  if (type.byName.has(name) || !Object.hasOwn(FIELDS, type.name)) return name;
  const present = FIELDS[type.name]?.[name];
  return present !== undefined && type.byName.has(present) && !(present in entry) ? present : name;
}

/** The value of a field of an enum, called as it is now. */
export function presentValue(field: Field, value: unknown): unknown {
  const names = oldValues(field);
  return names && field.kind === 'enum' && typeof value === 'string' && !field.type.numbers.has(value)
    ? (names[value] ?? value)
    : value;
}

function oldValues(field: Field): Names | undefined {
  return field.kind === 'enum' && Object.hasOwn(VALUES, field.type.name) ? VALUES[field.type.name] : undefined;
}
