/** Members to the blocks of their headers, as Go's archive/tar writes them, which the engines use; or GNU tar. */
import { plain, writeHeader, type HeaderFields } from './header.ts';
import { formatPax, type PaxRecords } from './pax-records.ts';
import { paddingOf, type TarMember } from './tar-member.ts';

const TYPE_FLAGS = { file: '0', directory: '5', link: '2', 'hard link': '1' } as const;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;
/** Go leaves room for a zero behind them. */
const OWNER_SIZE = 31;

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
  const fields: HeaderFields = {
    name,
    prefix: member.format === 'gnu' ? '' : prefix,
    mode: member.mode,
    uid: number('uid', member.uid, 0o7777777),
    gid: number('gid', member.gid, 0o7777777),
    size: number('size', member.size, 0o77777777777),
    mtime:
      typeof member.mtime === 'string' ? Math.max(0, Math.floor(seconds)) : number('mtime', seconds, 0o77777777777),
    type: TYPE_FLAGS[member.type],
    target: fit('linkpath', member.target, NAME_SIZE),
    uname: fit('uname', member.uname, OWNER_SIZE),
    gname: fit('gname', member.gname, OWNER_SIZE),
    format: member.format,
  };
  // GNU has no prefix: what it would hold is told before.
  if (member.format === 'gnu' && prefix !== '') pax['path'] = member.path;
  Object.assign(pax, member.pax);
  if (Object.keys(pax).length === 0) return writeHeader(fields);
  const records = formatPax(pax);
  const slash = plain(member.path.replace(/\/$/, '')).lastIndexOf('/') + 1;
  const paxPath = `${plain(member.path).slice(0, slash)}PaxHeaders.0/${plain(member.path).slice(slash).replace(/\/$/, '')}`;
  const [paxPrefix, paxName] = splitPath(paxPath) ?? ['', paxPath.slice(0, NAME_SIZE)];
  return Buffer.concat([
    writeHeader({ ...EMPTY, name: paxName, prefix: paxPrefix, size: records.length, type: 'x' }),
    records,
    Buffer.alloc(paddingOf(records.length)),
    // Where its name is told before, a name in two parts would be taken for one of its own.
    writeHeader({ ...fields, format: 'ustar' }),
  ]);
}

const EMPTY = { mode: 0, uid: 0, gid: 0, mtime: 0, target: '', uname: '', gname: '', format: 'ustar' } as const;

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
