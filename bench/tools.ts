import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Debian's package of each tool that the commands are compared with; peers.md tells more. */
const PACKAGES: Readonly<Record<string, string>> = {
  base64: 'coreutils',
  cat: 'coreutils',
  cmp: 'diffutils',
  cp: 'coreutils',
  crit: 'criu python3-protobuf',
  diff: 'diffutils',
  gojq: 'gojq',
  grep: 'grep',
  jq: 'jq',
  mkfifo: 'coreutils',
  node: 'nodejs',
  rg: 'ripgrep',
  sh: 'dash',
  tar: 'tar',
  time: 'time',
  zstd: 'zstd',
};

/** Path of one of our commands, or of a tool on PATH; undefined where it is missing. */
export function findTool(name: string): string | undefined {
  if (name.startsWith('crit-')) return built(name) ? join(root, 'bin', name) : undefined;
  const isWanted = name === 'crit' ? isPython : isExecutable;
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((path) => isExecutable(path) && isWanted(path));
}

/** What to do about a missing tool. */
export function howToGet(name: string): string {
  return name.startsWith('crit-') ? 'npm run build' : `apt-get install ${PACKAGES[name] ?? name}`;
}

/** Our command `crit` may be on PATH too; the original is a Python script. */
function isPython(path: string): boolean {
  const file = openSync(path, 'r');
  const start = Buffer.alloc(64);
  readSync(file, start);
  closeSync(file);
  return /^#!.*python/.test(start.toString('latin1'));
}

function built(name: string): boolean {
  return (
    isExecutable(join(root, 'bin', name)) &&
    statSync(join(root, 'dist', 'cli'), { throwIfNoEntry: false }) !== undefined
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
