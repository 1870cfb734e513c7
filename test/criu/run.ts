/**
 * Plays the scenarios with the real CRIU: `npm run test:criu [-- FILE... --OPTION...]`, options being those of node:test.
 * It fetches CRIU where the cache has none, goes into namespaces of its own, runs the *.criu.ts files there with
 * node:test, and leaves nothing behind but the cache.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { removeHierarchy } from './setup/cgroups.ts';
import { install } from './setup/install.ts';
import { NAMESPACES, whyNotHere, workFolder } from './setup/platform.ts';
import { RELEASES } from './setup/release.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const stopped = new AbortController();
let stoppedBy = 0;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => {
    stoppedBy = constants.signals[name];
    stopped.abort();
  });
}

/** Fetches every release; what keeps a required one away is the answer. */
async function missing(): Promise<string | undefined> {
  for (const release of RELEASES) {
    try {
      const { version } = await install(release, stopped.signal);
      console.log(`CRIU ${version} (${release.name})`);
    } catch (error) {
      if (stopped.signal.aborted) throw error;
      const reason = `no CRIU of Debian's ${release.suites.join(' and ')}: ${String(error)}`;
      if (release.required) return reason;
      console.log(`SKIPPED: ${reason}`);
    }
  }
  return undefined;
}

/** Runs a command in namespaces of its own. They end with it, with this process, and when the run is stopped. */
async function runInside(command: readonly string[]): Promise<number> {
  const inside = ['sh', `${folder}setup/inside.sh`, workFolder(), ...command];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...NAMESPACES, ...inside], { stdio: 'inherit' });
  const stop = (): void => {
    if (child.pid === undefined) return;
    // The first process of the namespaces: the kernel ends all others with it, and `unshare` waits for them.
    const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    process.kill(first === '' ? child.pid : Number(first), 'SIGKILL');
  };
  stopped.signal.addEventListener('abort', stop);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function main(chosen: readonly string[]): Promise<number> {
  const reason = whyNotHere() ?? (await missing());
  if (reason !== undefined) {
    console.log(`SKIPPED: ${reason}`);
    return process.env['CRIT_PIPE_REQUIRE_CRIU'] === '1' ? 1 : 0;
  }
  stopped.signal.throwIfAborted();
  mkdirSync(workFolder(), { recursive: true });
  const options = chosen.filter((argument) => argument.startsWith('--'));
  const named = chosen.filter((argument) => !argument.startsWith('--'));
  const all = readdirSync(folder).filter((name) => name.endsWith('.criu.ts'));
  const files = named.length > 0 ? named : all.map((name) => `${folder}${name}`);
  const runner = [process.execPath, '--import', 'tsx', '--test', '--test-concurrency=2', '--test-reporter=spec'];
  try {
    return await runInside([...runner, ...options, ...files]);
  } finally {
    await removeHierarchy();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!stopped.signal.aborted) throw error;
}
if (stoppedBy > 0) process.exitCode = 128 + stoppedBy;
