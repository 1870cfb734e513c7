/** All that reads archives, to be loaded when there is one. */
export { archiveLines } from './archive-lines.ts';
export { openArchive } from './open-archive.ts';
