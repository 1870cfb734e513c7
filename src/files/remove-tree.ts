import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { isSystemError } from '../error.ts';

/** Removes a file, or a directory with all that is in it, of any depth. What is gone already, or goes meanwhile, is well. */
export function removeTree(path: string): void {
  // Of each directory the names that are left: there can be 300,000 in one.
  const open: { readonly path: string; readonly names: string[] }[] = [];
  const remove = (each: string): void => {
    unlessGone(() => {
      if (lstatSync(each).isDirectory()) open.push({ path: each, names: readdirSync(each) });
      else unlinkSync(each);
    });
  };
  remove(path);
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const { path: directory, names } = last;
    const name = names.pop();
    if (name !== undefined) remove(`${directory}/${name}`);
    else {
      open.pop();
      unlessGone(() => rmdirSync(directory));
    }
  }
}

function unlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  }
}
