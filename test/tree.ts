import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** All that is in a directory, by path: what `diff -r` compares, and links and empty directories as well. */
export function readTree(directory: string, path = ''): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const item of readdirSync(join(directory, path), { withFileTypes: true })) {
    const name = join(path, item.name);
    if (item.isDirectory()) Object.assign(tree, { [`${name}/`]: 'directory' }, readTree(directory, name));
    else if (item.isSymbolicLink()) tree[name] = `link to ${readlinkSync(join(directory, name))}`;
    else if (item.isFile()) tree[name] = digest(readFileSync(join(directory, name)));
    else tree[name] = 'something else';
  }
  return tree;
}

function digest(bytes: Uint8Array): string {
  return `${bytes.length} bytes, ${createHash('sha1').update(bytes).digest('hex')}`;
}
