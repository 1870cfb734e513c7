import { isUtf8 } from 'node:buffer';
import { CritError } from '../../error.ts';

/** Records of a pax header by their keys; a value that is not UTF-8 is `{base64}`. */
export type PaxRecords = Record<string, string | { base64: string }>;

/** Records that members have as fields of their own. */
export const PAX_FIELDS = ['path', 'linkpath', 'size', 'mtime', 'uid', 'gid', 'uname', 'gname'] as const;
export type PaxField = (typeof PAX_FIELDS)[number];

/** Refuses records that say in another way what is a field, or what other tools take for one: the name or the size of a sparse file. */
export function checkPaxKeys(records: PaxRecords): void {
  for (const key of Object.keys(records)) {
    if (PAX_FIELDS.some((field) => field === key) || key.startsWith('GNU.sparse.'))
      throw new CritError('value', `a pax record that is told elsewhere, or must not be: ${key}`);
  }
}

const SPACE = 32;
const EQUALS = 61;
const NEWLINE = 10;

/** Parses `LENGTH KEY=VALUE\n` again and again. Throws a CritError where it is something else. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = new Map<string, string | { base64: string }>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(SPACE, at);
    const digits = space < 0 ? '' : bytes.toString('latin1', at, Math.min(space, at + 10));
    const end = at + Number(digits);
    const equals = bytes.indexOf(EQUALS, space + 1);
    if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || equals < 0 || equals >= end || bytes[end - 1] !== NEWLINE) {
      throw new CritError('format', 'a pax header that is not made of records');
    }
    const value = bytes.subarray(equals + 1, end - 1);
    records.set(
      bytes.toString('utf8', space + 1, equals),
      isUtf8(value) ? value.toString('utf8') : { base64: value.toString('base64') },
    );
    at = end;
  }
  return Object.fromEntries(records);
}

/** The bytes of records. */
export function formatPax(records: PaxRecords): Buffer {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
      const rest = Buffer.byteLength(key) + bytes.length + 3;
      // The length counts its own digits.
      let length = rest + String(rest).length;
      length = rest + String(length).length;
      return Buffer.concat([Buffer.from(`${length} ${key}=`), bytes, Buffer.from('\n')]);
    }),
  );
}
