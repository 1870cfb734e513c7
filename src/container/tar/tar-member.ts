import { CritError } from '../../error.ts';
import { safeParts } from '../../files/safe-name.ts';
import { TAR_BLOCK } from './header.ts';
import type { PaxRecords } from './pax-records.ts';

export type MemberType = 'file' | 'directory' | 'link' | 'hard link';

/** A member of a tar archive as its headers describe it. */
export interface TarMember {
  readonly type: MemberType;
  /** As it is written in the archive. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly uname: string;
  readonly gname: string;
  /** Seconds; a string of digits where there is a fraction. */
  readonly mtime: number | string;
  /** Where a link leads, or what a hard link is another name of. */
  readonly target: string;
  /** Records of the pax header beside those that are told above. */
  readonly pax: PaxRecords;
  /** How the header is written: GNU's way or the standard's. */
  readonly format: 'gnu' | 'ustar';
}

/** Bytes that fill the last block of some contents. */
export function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

/**
 * The name that a member has in the lines: its path without `./` before it and `/` behind it. Throws a CritError where it
 * leads out of the archive.
 */
export function imageOf(path: string): string {
  const image = path.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '');
  if (image === '' && path.startsWith('.')) return '.';
  if (image === '.') return image;
  if (image === '' && path !== '') throw new CritError('name', 'its name is an absolute path', { image: path });
  safeParts(image);
  return image;
}

/** The path of a member in an archive that gives its names no special form. */
export function usualPath(image: string, type: MemberType): string {
  return type === 'directory' ? `${image}/` : image;
}
