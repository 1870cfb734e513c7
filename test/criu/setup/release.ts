/** The releases of CRIU that the scenarios are played with, and how the programs of each are started. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './platform.ts';

/** A CRIU with the libraries, the Python and the CRIT of its age, unpacked into a folder of the cache. */
export interface Release {
  name: string;
  /** Debian suites that it is put together from. */
  suites: readonly string[];
  /** Which suite each package comes from, as apt preferences; the first that fits counts. */
  pins: readonly (readonly [packages: string, suite: string, priority: number])[];
  /** Whether a run without it has failed. */
  required: boolean;
}

export const RELEASES: readonly Release[] = [
  { name: 'stable', suites: ['trixie'], pins: [['*', 'trixie', 990]], required: true },
  {
    name: 'experimental',
    suites: ['sid', 'experimental'],
    pins: [
      ['criu libcompel1 python3-pycriu', 'experimental', 995],
      ['*', 'sid', 990],
    ],
    required: false,
  },
];

/** A program and its first arguments. */
export type Command = readonly [file: string, ...first: string[]];

/** The programs of a release that has been unpacked. */
export interface Programs {
  release: Release;
  /** As `criu --version` gave it when the release was unpacked. */
  version: string;
  criu: Command;
  python: Command;
  /** What Python needs to find its own library, and CRIT. */
  pythonEnvironment: Readonly<Record<string, string>>;
}

export function releaseFolder(release: Release): string {
  return join(cacheFolder(), release.name);
}

/** The programs of a release in a folder, whether or not they are there yet. They bring their own loader and libraries. */
export function programsIn(folder: string, release: Release, version: string): Programs {
  const user = join(folder, 'usr');
  const loader = join(user, 'lib64', 'ld-linux-x86-64.so.2');
  const start = [loader, '--library-path', join(user, 'lib', 'x86_64-linux-gnu')] as const;
  const packages = join(user, 'lib', 'python3', 'dist-packages');
  return {
    release,
    version,
    criu: [...start, join(user, 'sbin', 'criu')],
    python: [...start, join(user, 'bin', 'python3')],
    pythonEnvironment: { PYTHONHOME: user, PYTHONPATH: `${packages}:${join(packages, 'pycriu', 'images')}` },
  };
}

/** The programs of a release, or undefined where it has not been fetched. */
export function installed(release: Release): Programs | undefined {
  const folder = releaseFolder(release);
  const version = join(folder, 'version');
  return existsSync(version) ? programsIn(folder, release, readFileSync(version, 'utf8').trim()) : undefined;
}
