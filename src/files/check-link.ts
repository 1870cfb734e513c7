import { posix } from 'node:path';
import { CritError } from '../error.ts';
import { isObject } from '../codec/json.ts';

/** Refuses a link of an archive that would lead out of the directory, and one that only an archive can hold. */
export function checkLink(name: string, target: string, tar: unknown): void {
  const hint = 'to go on without links: grep -v \'"magic":"LINK"\'';
  if (isObject(tar) && tar['type'] === 'hard link') {
    throw new CritError('name', `a hard link, which only --tar writes; ${hint}`, { image: name });
  }
  const leadsTo = posix.join(posix.dirname(name), target);
  if (target.startsWith('/') || leadsTo === '..' || leadsTo.startsWith('../')) {
    throw new CritError('name', `a link out of the output directory, to ${target}; ${hint}`, { image: name });
  }
}
