import { isUtf8 } from 'node:buffer';
import { CritError, placed } from '../../error.ts';
import { readChunksSync } from '../../files/read-chunks.ts';

/** Bytes that such a file may have: it is kept in memory. */
const MOST = 4 * 1024 * 1024;

/** The text of a file, or of a pipe, that the user wrote. Throws a CritError where it is too large or not UTF-8. */
export function textFile(path: string): string {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for (const chunk of readChunksSync(path)) {
      length += chunk.length;
      if (length > MOST) throw new CritError('limit', `more than ${MOST >> 20} MiB`);
      chunks.push(Buffer.from(chunk));
    }
  } catch (error) {
    throw placed(error, { image: path });
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw new CritError('usage', 'not UTF-8', { image: path });
  return bytes.toString('utf8');
}
