import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { isSystemError } from '../error.ts';

/** Removes a file, or a directory with all that is in it, of any depth. What is gone already, or goes meanwhile, is well. */
export function removeTree(path: string): void {
  const left: { path: string; isEmptied: boolean }[] = [{ path, isEmptied: false }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { path: each, isEmptied } = next;
    unlessGone(() => {
      if (isEmptied) rmdirSync(each);
      else if (lstatSync(each).isDirectory()) {
        left.push({ path: each, isEmptied: true });
        for (const name of readdirSync(each)) left.push({ path: `${each}/${name}`, isEmptied: false });
      } else unlinkSync(each);
    });
  }
}

function unlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}
