import { CritError } from '../error.ts';

/** Longest part of a path that Linux takes, in bytes. */
const PART_LIMIT = 255;

/** The parts of an image's name as a path below a directory. Throws a CritError where it would lead elsewhere. */
export function safeParts(image: string): string[] {
  const parts = image.split('/');
  const reason =
    image === ''
      ? 'is empty'
      : image === '-'
        ? 'is that of standard input: give the image a name with crit-cat --name'
        : image.includes('\0')
          ? 'has a zero byte in it'
          : image.startsWith('/')
            ? 'is an absolute path'
            : parts.includes('..')
              ? 'leads out of the directory'
              : parts.some((part) => part === '' || part === '.')
                ? 'has an empty part'
                : parts.some((part) => Buffer.byteLength(part) > PART_LIMIT)
                  ? `has a part of more than ${PART_LIMIT} bytes`
                  : undefined;
  if (reason !== undefined) throw new CritError('name', `its name ${reason}`, { image });
  return parts;
}
