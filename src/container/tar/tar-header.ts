/** Members to the blocks of their headers, as Go's archive/tar writes them, which the engines use; or GNU tar. */
import { formatPax, type PaxRecords } from './pax-records.ts';
import { TAR_BLOCK, paddingOf, type TarMember } from './tar-member.ts';

const TYPE_FLAGS = { file: '0', directory: '5', link: '2', 'hard link': '1' } as const;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

/** The blocks of a member's headers. What has no place in the plain header goes into a pax header before it. */
export function formatHeader(member: TarMember): Buffer {
  const pax: PaxRecords = {};
  const fit = (key: string, text: string, most: number): string => {
    if (isPlain(text) && text.length <= most) return text;
    pax[key] = text;
    return plain(text).slice(0, most);
  };
  const number = (key: string, value: number, most: number): number => {
    if (Number.isInteger(value) && value >= 0 && value <= most) return value;
    pax[key] = String(value);
    return 0;
  };
  const [prefix, name] = splitPath(member.path) ?? ['', fit('path', member.path, NAME_SIZE)];
  const seconds = Number(member.mtime);
  if (typeof member.mtime === 'string') pax['mtime'] = member.mtime;
  const fields: Fields = {
    name,
    prefix,
    mode: member.mode,
    uid: number('uid', member.uid, 0o7777777),
    gid: number('gid', member.gid, 0o7777777),
    size: number('size', member.size, 0o77777777777),
    mtime:
      typeof member.mtime === 'string' ? Math.max(0, Math.floor(seconds)) : number('mtime', seconds, 0o77777777777),
    flag: TYPE_FLAGS[member.type],
    target: fit('linkpath', member.target, NAME_SIZE),
    uname: fit('uname', member.uname, 31),
    gname: fit('gname', member.gname, 31),
  };
  Object.assign(pax, member.pax);
  if (Object.keys(pax).length === 0) return block(fields, member.format);
  const records = formatPax(pax);
  const slash = plain(member.path.replace(/\/$/, '')).lastIndexOf('/') + 1;
  const paxPath = `${plain(member.path).slice(0, slash)}PaxHeaders.0/${plain(member.path).slice(slash).replace(/\/$/, '')}`;
  const [paxPrefix, paxName] = splitPath(paxPath) ?? ['', paxPath.slice(0, NAME_SIZE)];
  return Buffer.concat([
    block({ ...EMPTY, name: paxName, prefix: paxPrefix, size: records.length, flag: 'x' }, 'ustar'),
    records,
    Buffer.alloc(paddingOf(records.length)),
    block(fields, 'ustar'),
  ]);
}

interface Fields {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly flag: string;
  readonly target: string;
  readonly uname: string;
  readonly gname: string;
}

const EMPTY = { mode: 0, uid: 0, gid: 0, mtime: 0, target: '', uname: '', gname: '' };

function block(fields: Fields, format: TarMember['format']): Buffer {
  const bytes = Buffer.alloc(TAR_BLOCK);
  const text = (at: number, value: string): unknown => bytes.write(value, at, 'latin1');
  const octal = (at: number, size: number, value: number): unknown =>
    text(at, value.toString(8).padStart(size - 1, '0'));
  text(0, fields.name);
  octal(100, 8, fields.mode);
  octal(108, 8, fields.uid);
  octal(116, 8, fields.gid);
  octal(124, 12, fields.size);
  octal(136, 12, fields.mtime);
  text(156, fields.flag);
  text(157, fields.target);
  text(257, format === 'gnu' ? 'ustar  \0' : 'ustar\x0000');
  text(265, fields.uname);
  text(297, fields.gname);
  if (format === 'ustar') {
    octal(329, 8, 0);
    octal(337, 8, 0);
  }
  text(345, fields.prefix);
  text(148, ' '.repeat(8));
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  text(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return bytes;
}

/** A path as prefix and name, or undefined where the two fields cannot hold it. */
function splitPath(path: string): readonly [prefix: string, name: string] | undefined {
  if (!isPlain(path)) return undefined;
  if (path.length <= NAME_SIZE) return ['', path];
  const end = path.endsWith('/') ? path.length - 2 : path.length - 1;
  const slash = path.lastIndexOf('/', Math.min(PREFIX_SIZE, end));
  return slash <= 0 || path.length - slash - 1 > NAME_SIZE ? undefined : [path.slice(0, slash), path.slice(slash + 1)];
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}
