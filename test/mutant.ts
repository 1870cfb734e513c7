import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One rule that is broken in a copy of the project. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file once, and what is put in its place. */
  readonly from: string;
  readonly to: string;
}

export const repository: string = fileURLToPath(new URL('../', import.meta.url));

const PARTS = ['bin', 'docs', 'proto', 'scripts', 'src', 'test', 'README.md', 'package.json'];

/** Makes a copy of the project, with its commands built, in an empty folder: with the rule broken where one is given. */
export function copyProject(folder: string, mutation?: Mutation): void {
  for (const part of PARTS) cpSync(join(repository, part), join(folder, part), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  if (mutation) {
    const file = join(folder, mutation.file);
    const [before, after, ...others] = readFileSync(file, 'utf8').split(mutation.from);
    if (before === undefined || after === undefined || others.length > 0)
      throw new Error(`${mutation.file} does not hold this text once: ${mutation.from}`);
    writeFileSync(file, before + mutation.to + after);
  }
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/bundle.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`the copy cannot be built: ${built.stderr}`);
}
