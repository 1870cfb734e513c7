/**
 * Entries of documents, in the forms that CRIT and the Go tool give them, as the encoders take them.
 *
 * CRIT writes names of unix sockets as quoted-printable text in all documents, so that a name that looks like base64 is none.
 * Names that CRIU has changed since are taken. The Go tool writes base64, and the names of fields without underscores: pgid, but pagesId for pages_id.
 */
import { FieldError } from '../codec/field-error.ts';
import { parseBase64, show } from '../codec/parse-value.ts';
import { parseQuotedPrintable } from '../codec/quoted-printable.ts';
import type { Field, MessageType } from '../schema/schema.ts';
import { isObject } from '../codec/json.ts';
import { hasOldNames, presentName, presentValue } from './old-names.ts';

export type DocumentDialect = 'crit' | 'go';

/** The entry with its fields and socket names as the encoders know them. Throws a FieldError for a name that is none. */
export function documentEntry(type: MessageType, entry: unknown, dialect: DocumentDialect): unknown {
  return withCompatPages(type, convert(type, entry, dialect));
}

/** CRIT before 4.2 knows the number of pages, which was in another field then, as nr_pages. */
function withCompatPages(type: MessageType, entry: unknown): unknown {
  if (type.name !== 'pagemap_entry' || !isObject(entry) || 'compat_nr_pages' in entry) return entry;
  const { nr_pages, ...others } = entry;
  return { ...others, compat_nr_pages: nr_pages };
}

/** Whether an entry has names of fields that only the Go tool gives. */
export function isGoEntry(type: MessageType, entry: unknown): boolean {
  if (!isObject(entry)) return false;
  return Object.entries(entry).some(([key, value]) => {
    const field = type.byName.get(key);
    if (!field) return goNames(type).has(key);
    return field.kind === 'message' && itemsOf(value).some((item) => isGoEntry(field.type, item));
  });
}

function convert(type: MessageType, value: unknown, dialect: DocumentDialect): unknown {
  if (!isObject(value) || (dialect === 'crit' && !isSpecial(type))) return value;
  const renamed = dialect === 'go' ? goNames(type) : undefined;
  const converted: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const name = renamed?.get(key) ?? presentName(type, key, value);
    const field = type.byName.get(name);
    try {
      converted[name] = field ? convertField(field, item, dialect) : item;
    } catch (error) {
      throw error instanceof FieldError ? error.within(name) : error;
    }
  }
  return converted;
}

function convertField(field: Field, value: unknown, dialect: DocumentDialect): unknown {
  if (field.display?.conv === 'unix_name') return socketName(value, dialect);
  if (field.kind !== 'message') return presentValue(field, value);
  return Array.isArray(value)
    ? value.map((item: unknown) => convert(field.type, item, dialect))
    : convert(field.type, value, dialect);
}

function socketName(value: unknown, dialect: DocumentDialect): unknown {
  if (typeof value !== 'string') return value;
  const bytes = dialect === 'go' ? parseBase64(value) : parseQuotedPrintable(value);
  if (!bytes) throw new FieldError(`${show(value)} is not quoted-printable`);
  return bytes;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

const namesByType = new WeakMap<MessageType, ReadonlyMap<string, string>>();

/** The names that the Go tool gives to fields, where they are others. */
function goNames(type: MessageType): ReadonlyMap<string, string> {
  let names = namesByType.get(type);
  if (!names) {
    const pairs = type.fields.map(({ name }): [string, string] => [goName(name), name]);
    namesByType.set(type, (names = new Map(pairs.filter(([given, name]) => given !== name))));
  }
  return names;
}

function goName(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

const specialTypes = new WeakMap<MessageType, boolean>();

/** Whether a message holds, at any depth, what documents have in another form. */
function isSpecial(type: MessageType): boolean {
  let found = specialTypes.get(type);
  if (found === undefined) {
    // Known before its fields are looked at: a message may hold its own type.
    specialTypes.set(type, false);
    found =
      hasOldNames(type) ||
      type.fields.some(
        (field) => field.display?.conv === 'unix_name' || (field.kind === 'message' && isSpecial(field.type)),
      );
    specialTypes.set(type, found);
  }
  return found;
}
