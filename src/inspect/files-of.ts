import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MemberList } from '../container/member-list.ts';
import type { Unpacked } from '../container/unpack.ts';
import { placed } from '../error.ts';
import { isInStaging } from '../files/staging.ts';

/** All files below a directory with their sizes. An image that is a symbolic link counts as the file that it leads to. */
export function filesOf(directory: string): Iterable<Unpacked> {
  const files = new MemberList();
  try {
    for (const image of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (isInStaging(image)) continue;
      const stats = statSync(join(directory, image), { throwIfNoEntry: false });
      if (stats?.isFile() === true) files.add(image, stats.size);
    }
    return files;
  } catch (error) {
    throw placed(error, { image: directory });
  }
}
