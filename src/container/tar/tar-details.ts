/** What a line says of a member of an archive, in `begin.tar`: enough to write its header again. */
import { CritError } from '../../error.ts';
import { isObject } from '../../codec/json.ts';
import { DIRECTORY_MODE, IMAGE_MODE } from '../../image/image-sink.ts';
import { didYouMean } from '../../nearest.ts';
import { parseHeader } from './header-parser.ts';
import { checkPaxKeys, type PaxRecords } from './pax-records.ts';
import { formatHeader } from './tar-header.ts';
import { imageOf, usualPath, type MemberType, type TarMember } from './tar-member.ts';

/** How a member of a tar archive was written there; another place for images does without it. */
export interface TarDetails {
  /** Only where the magic does not tell it. */
  type?: 'hard link';
  /** Where it is not what the image's name makes it. */
  path?: string;
  /** Octal digits. */
  mode?: string;
  uid?: number;
  gid?: number;
  uname?: string;
  gname?: string;
  /** Seconds; a string of digits where there is a fraction. */
  mtime?: number | string;
  size?: number;
  /** Other records of the pax header. */
  pax?: Record<string, string | { base64: string }>;
  format?: 'gnu' | 'ustar';
  /** The blocks of its headers in base64, where crit-pack would write others: these are written if all else is unchanged. */
  header?: string;
}

/** What follows a member of a tar archive, where it is not the usual. */
export interface TarEnd {
  /** The bytes that fill its last block, in base64. */
  padding?: string;
  /** Zero bytes at the end of the archive, other than 1024. */
  zeros?: number;
}

const KEYS: readonly string[] = [
  'type',
  'path',
  'mode',
  'uid',
  'gid',
  'uname',
  'gname',
  'mtime',
  'size',
  'pax',
  'format',
  'header',
];

/** The details of a member, with its headers as they are where they would be written otherwise. */
export function describeMember(member: TarMember, header?: Uint8Array): TarDetails {
  const image = imageOf(member.path);
  return {
    ...(member.type === 'hard link' && { type: 'hard link' as const }),
    ...(member.path !== usualPath(image, member.type) && { path: member.path }),
    mode: `0${member.mode.toString(8)}`,
    ...(member.uid !== 0 && { uid: member.uid }),
    ...(member.gid !== 0 && { gid: member.gid }),
    ...(member.uname !== '' && { uname: member.uname }),
    ...(member.gname !== '' && { gname: member.gname }),
    mtime: member.mtime,
    ...(member.type === 'file' && { size: member.size }),
    ...(Object.keys(member.pax).length > 0 && { pax: member.pax }),
    ...(member.format !== 'ustar' && { format: member.format }),
    ...(header && !formatHeader(member).equals(header) && { header: Buffer.from(header).toString('base64') }),
  };
}

/** A member as the packer has it: what its lines say, and what came of them. */
export interface MemberContents {
  readonly image: string;
  readonly type: Exclude<MemberType, 'hard link'>;
  readonly size: number;
  readonly target: string;
}

/** The headers of a member: those that were read, if they still tell the truth, or new ones. */
export function headerOf(details: TarDetails | undefined, contents: MemberContents): Buffer {
  const member = memberOf(details ?? {}, contents);
  if (details?.header !== undefined) {
    const header = Buffer.from(details.header, 'base64');
    const written = parseHeader(header);
    if (written.target === member.target && isSame(describeMember(written), describeMember(member))) return header;
  }
  return formatHeader(member);
}

function memberOf(details: TarDetails, contents: MemberContents): TarMember {
  const { image, size, target } = contents;
  if (details.type === 'hard link' && contents.type !== 'link') {
    throw new CritError('value', 'tar.type is "hard link", but it is none', { image });
  }
  const type = details.type ?? contents.type;
  // The name of the image tells where it was changed after the archive was read.
  return {
    type,
    path: details.path !== undefined && imageOf(details.path) === image ? details.path : usualPath(image, type),
    size,
    mode: details.mode === undefined ? (type === 'directory' ? DIRECTORY_MODE : IMAGE_MODE) : parseInt(details.mode, 8),
    uid: details.uid ?? 0,
    gid: details.gid ?? 0,
    uname: details.uname ?? '',
    gname: details.gname ?? '',
    mtime: details.mtime ?? 0,
    target,
    pax: details.pax ?? {},
    format: details.format ?? 'ustar',
  };
}

function isSame(one: TarDetails, other: TarDetails): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The value of `begin.tar`. Throws a CritError where it is something else. */
export function parseDetails(value: unknown): TarDetails | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw wrong('is no object');
  const stray = Object.keys(value).find((key) => !KEYS.includes(key));
  if (stray !== undefined) throw wrong(`has no key ${JSON.stringify(stray)}${didYouMean(stray, KEYS)}`);
  const { type, path, mode, uid, gid, uname, gname, mtime, size, pax, format, header } = value;
  if (type !== undefined && type !== 'hard link') throw wrong('.type may only be "hard link"');
  if (format !== undefined && format !== 'gnu' && format !== 'ustar') throw wrong('.format is neither gnu nor ustar');
  if (mode !== undefined && !(typeof mode === 'string' && /^[0-7]{1,8}$/.test(mode)))
    throw wrong('.mode is no string of octal digits');
  if (mtime !== undefined && !isSeconds(mtime)) throw wrong('.mtime is no number of seconds');
  return {
    ...(type !== undefined && { type }),
    ...textOf('path', path),
    ...(typeof mode === 'string' && { mode }),
    ...ownerOf('uid', uid),
    ...ownerOf('gid', gid),
    ...textOf('uname', uname),
    ...textOf('gname', gname),
    ...(isSeconds(mtime) && { mtime }),
    ...countOf('size', size),
    ...(pax !== undefined && { pax: recordsOf(pax) }),
    ...(format !== undefined && { format }),
    ...textOf('header', header),
  };
}

function textOf<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  if (value === undefined) return {};
  if (typeof value !== 'string' || value.includes('\0')) throw wrong(`.${key} is no text`);
  const found: Partial<Record<K, string>> = {};
  found[key] = value;
  return found;
}

function countOf<K extends string>(key: K, value: unknown): Partial<Record<K, number>> {
  if (value === undefined) return {};
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(`.${key} is no whole number`);
  const found: Partial<Record<K, number>> = {};
  found[key] = value;
  return found;
}

/** GNU tar writes -1 for an owner that is none. */
function ownerOf<K extends string>(key: K, value: unknown): Partial<Record<K, number>> {
  if (value === undefined) return {};
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(`.${key} is no whole number`);
  const found: Partial<Record<K, number>> = {};
  found[key] = value;
  return found;
}

function isSeconds(value: unknown): value is number | string {
  return typeof value === 'string' ? /^-?\d{1,15}(?:\.\d+)?$/.test(value) : Number.isSafeInteger(value);
}

function recordsOf(value: unknown): PaxRecords {
  if (!isObject(value)) throw wrong('.pax is no object');
  const records = Object.fromEntries(
    Object.entries(value).map(([key, record]): [string, string | { base64: string }] => {
      if (key.includes('=') || key === '') throw wrong('.pax has a key that no record can have');
      if (typeof record === 'string') return [key, record];
      const base64 = isObject(record) ? record['base64'] : undefined;
      if (typeof base64 !== 'string') throw wrong(`.pax: ${JSON.stringify(key)} is neither text nor {"base64":..}`);
      return [key, { base64 }];
    }),
  );
  checkPaxKeys(records);
  return records;
}

function wrong(what: string): CritError {
  return new CritError('value', `begin.tar${what.startsWith('.') ? '' : ' '}${what}`);
}
