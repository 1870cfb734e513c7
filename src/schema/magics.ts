/** The magics of lines that are none of CRIU's: of what has no entries. */

/** Files of raw bytes: memory, and everything else. */
export const RAW_MAGICS = ['PAGES', 'RAW'] as const;
export type RawMagic = (typeof RAW_MAGICS)[number];

/** What has neither entries nor bytes: a symbolic link, a directory. */
export const FILE_MAGICS = ['LINK', 'DIR'] as const;
export type FileMagic = (typeof FILE_MAGICS)[number];

export function isRawMagic(magic: string): magic is RawMagic {
  return RAW_MAGICS.some((each) => each === magic);
}

export function isFileMagic(magic: string): magic is FileMagic {
  return FILE_MAGICS.some((each) => each === magic);
}
