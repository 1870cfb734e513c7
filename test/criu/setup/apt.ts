/** Debian packages through a private apt configuration: nothing of the machine's own is changed. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './capture.ts';
import type { Release } from './release.ts';

const PACKAGES: readonly string[] = ['criu', 'python3', 'python3-pycriu', 'python3-protobuf', 'python3-lz4'];
const KEYRINGS: readonly string[] = [
  '/usr/share/keyrings/debian-archive-keyring.pgp',
  '/usr/share/keyrings/debian-archive-keyring.gpg',
];
const DEBIAN: ReadonlySet<string> = new Set(
  'buster bullseye bookworm trixie forky duke sid oldoldstable oldstable stable testing unstable'.split(' '),
);

/** The .deb files of CRIU and CRIT and all that they need, downloaded into a folder. Throws what apt says. */
export async function download(release: Release, folder: string, signal: AbortSignal): Promise<string[]> {
  for (const part of ['lists/partial', 'archives/partial']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'status'), ''); // as if nothing were installed: every library comes along
  writeFileSync(join(folder, 'sources.list'), (await sources(release)).join('\n') + '\n');
  writeFileSync(join(folder, 'preferences'), preferences(release));
  writeFileSync(join(folder, 'apt.conf'), configuration(folder));
  const options = { env: { ...process.env, APT_CONFIG: join(folder, 'apt.conf') }, signal };
  await capture('apt-get', ['update', '-q', '-o', 'APT::Update::Error-Mode=any'], options);
  const install = ['install', '-q', '-y', '--no-install-recommends', '--download-only'];
  await capture('apt-get', [...install, ...PACKAGES], options);
  const archives = join(folder, 'archives');
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

/** The machine's own mirror, with the suites of the release in place of its own. */
async function sources(release: Release): Promise<string[]> {
  const listed = await capture('apt-get', ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)']);
  const mirror = listed
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, suite, component]) => component === 'main' && DEBIAN.has(suite ?? ''))?.[0];
  if (mirror === undefined) throw new Error('no Debian mirror in the apt sources of this machine');
  const keyring = KEYRINGS.find((file) => existsSync(file));
  const signed = keyring === undefined ? '' : `[signed-by=${keyring}] `;
  return release.suites.map((suite) => `deb ${signed}${mirror} ${suite} main`);
}

function preferences(release: Release): string {
  return release.pins
    .map(([packages, suite, priority]) => {
      const by = suite === 'experimental' ? `a=${suite}` : `n=${suite}`;
      return `Package: ${packages}\nPin: release ${by}\nPin-Priority: ${priority}\n`;
    })
    .join('\n');
}

function configuration(folder: string): string {
  const settings: Record<string, string> = {
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferences': join(folder, 'preferences'),
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join('');
}
