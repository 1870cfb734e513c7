/** How matches are printed. */
import { formatAddress } from '../../../checkpoint/vma.ts';
import type { Found } from '../../../memory/search-memory.ts';
import { placeText } from '../../../redact/place.ts';
import type { AnyMatch } from '../../../redact/scanner.ts';
import { jsonText } from '../../io/start-text.ts';
import { safeBytes, safeText } from '../../io/terminal.ts';
import type { ElsewhereFound } from './all.ts';
import { secretColumns, secretValue } from './secrets.ts';

export interface Show {
  readonly context: number;
  readonly isJson: boolean;
  /** Whether secrets are shown as they are. */
  readonly isOpen: boolean;
  /** Matches of a process, or of an image, at most. */
  readonly most: number;
  /** Which of several checkpoints: the first column. */
  readonly checkpoint?: string;
}

export function jsonLine(value: object, { checkpoint }: Show): string {
  return `${JSON.stringify(checkpoint === undefined ? value : { checkpoint, ...value })}\n`;
}

export function textLine(text: string, { checkpoint }: Show): string {
  return `${checkpoint === undefined ? '' : `${safeText(checkpoint)}\t`}${text}\n`;
}

/** Columns: pid, name, area, address, match; with context before and behind it. */
export function textOf({ places, shared, bytes, match }: Found<AnyMatch>, show: Show): string {
  const [first, ...others] = places;
  const where = first
    ? [first.process.pid, safeText(first.process.name), safeText(first.vma.name), formatAddress(first.address)]
    : ['-', '-', safeText(shared?.name ?? ''), `+${formatAddress(shared?.offset ?? 0n)}`];
  const also = others.map(({ process, address }) => `${process.pid}:${formatAddress(address)}`);
  return [...where, ...matchColumns(bytes, match, show), ...(also.length > 0 ? [`(also ${also.join(' ')})`] : [])].join(
    '\t',
  );
}

export function valueOf({ places, shared, bytes, match }: Found<AnyMatch>, show: Show): object {
  const [first] = places;
  const users = places.map(({ process, vma, address }) => {
    return { pid: process.pid, vma: vma.name, address: formatAddress(address) };
  });
  return {
    pid: first?.process.pid ?? null,
    comm: first?.process.name ?? null,
    vma: first?.vma.name ?? shared?.name,
    prot: first?.vma.prot ?? null,
    address: first ? formatAddress(first.address) : null,
    ...matchValue(bytes, match, show),
    ...(shared && { shmem: shared.id, offset: formatAddress(shared.offset), users }),
  };
}

/** Columns of a match elsewhere: pid, name, image, the place in it, match. */
export function elsewhereText({ place, offset, bytes, match }: ElsewhereFound, name: string, show: Show): string {
  const where = `${placeText(place)} +${formatAddress(BigInt(offset))}`.trimStart();
  const columns = [String(place.pid ?? '-'), name === '' ? '-' : name, place.image, where].map(safeText);
  return [...columns, ...matchColumns(bytes, match, show)].join('\t');
}

export function elsewhereValue({ place, offset, bytes, match }: ElsewhereFound, name: string, show: Show): object {
  const { image, magic, entry, field, member, pid } = place;
  return {
    pid: pid ?? null,
    comm: name === '' ? null : name,
    image,
    magic,
    ...(entry !== undefined && { entry }),
    ...(member !== undefined && { member }),
    ...(field !== undefined && { field }),
    offset,
    ...matchValue(bytes, match, show),
  };
}

function matchColumns(bytes: Buffer, found: AnyMatch, { context, isOpen }: Show): string[] {
  const { start, end } = found;
  const texts = [[start, end] as const, ...(context > 0 ? sides(bytes, start, end, context) : [])];
  const [match = '', before, behind = ''] = texts.map(([from, to]) => safeBytes(bytes.subarray(from, to)));
  const shown = 'rule' in found ? secretColumns(found, bytes, isOpen) : [match, ...encodingColumn(found)];
  return before === undefined ? shown : [before, ...shown, behind];
}

function matchValue(bytes: Buffer, match: AnyMatch, { context, isOpen }: Show): object {
  const { start, end } = match;
  const [before, behind] = sides(bytes, start, end, context);
  return {
    length: end - start,
    ...('rule' in match ? secretValue(match, bytes, isOpen) : { match: jsonText(bytes.subarray(start, end)) }),
    ...('encoding' in match && match.encoding !== undefined && { encoding: match.encoding }),
    ...(context > 0 && {
      before: jsonText(bytes.subarray(...before)),
      after: jsonText(bytes.subarray(...behind)),
    }),
  };
}

/** In which encoding a text was found, where it is in one. */
function encodingColumn(match: AnyMatch): string[] {
  return 'encoding' in match && match.encoding !== undefined ? [`(${match.encoding})`] : [];
}

/** What is wanted before and behind a match, as far as it is there. */
function sides(bytes: Buffer, start: number, end: number, context: number): [[number, number], [number, number]] {
  return [
    [Math.max(0, start - context), start],
    [end, Math.min(bytes.length, end + context)],
  ];
}
