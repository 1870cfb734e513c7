/** Both ends of a connection, in two network namespaces as on two hosts, are moved to other addresses and live on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget, type Target } from './harness/target.ts';
import { whyNoInternet } from './harness/targets.ts';
import { capture } from './setup/capture.ts';
import type { Programs } from './setup/release.ts';

const OPTIONS = ['--tcp-established', '--network-lock', 'skip'];

/** A host: its namespace, the end of the wire, and its addresses before and after. */
interface Host {
  readonly name: string;
  readonly wire: string;
  readonly before: string;
  readonly after: string;
}

const SERVER: Host = { name: 'crit-server', wire: 'to-client', before: '10.9.1.1', after: '10.8.1.1' };
const CLIENT: Host = { name: 'crit-client', wire: 'to-server', before: '10.9.1.2', after: '10.8.1.2' };
const HOSTS = [SERVER, CLIENT];

async function ip(...args: string[]): Promise<void> {
  await capture('ip', args);
}

async function makeHosts(t: TestContext): Promise<void> {
  t.after(async () => {
    for (const { name } of HOSTS) await ip('netns', 'del', name);
  });
  for (const { name } of HOSTS) await ip('netns', 'add', name);
  await ip(
    'link',
    'add',
    SERVER.wire,
    'netns',
    SERVER.name,
    'type',
    'veth',
    'peer',
    'name',
    CLIENT.wire,
    'netns',
    CLIENT.name,
  );
  for (const { name, wire, before } of HOSTS) {
    await ip('-n', name, 'addr', 'add', `${before}/24`, 'dev', wire);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    await ip('-n', name, 'link', 'set', wire, 'up');
  }
}

async function moveHosts(): Promise<void> {
  for (const { name, wire, after } of HOSTS) {
    await ip('-n', name, 'addr', 'flush', 'dev', wire);
    await ip('-n', name, 'addr', 'add', `${after}/24`, 'dev', wire);
  }
}

function inside({ name }: Host): string[] {
  return ['nsenter', `--net=/run/netns/${name}`];
}

function programsOn(host: Host, programs: Programs): Programs {
  const [enter = '', ...words] = inside(host);
  return { ...programs, criu: [enter, ...words, ...programs.criu] };
}

const missing = ['ip', 'nsenter'].find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);

for (const available of releases()) {
  const { release, programs } = available;
  const skip =
    missing !== undefined ? `${missing} is missing` : programs === undefined ? available.skip : whyNoInternet(programs);
  test(`a connection moves to other addresses, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
    if (programs === undefined) return;
    await makeHosts(t);
    const start = async (host: Host, role: string): Promise<{ host: Host; scene: string; target: Target }> => {
      const scene = scratchFolder(t);
      const environment = { ROLE: role, ADDRESS: SERVER.before };
      return { host, scene, target: await startTarget(t, scene, 'peer', environment, inside(host)) };
    };
    const ends = await Promise.all([start(SERVER, 'server'), start(CLIENT, 'client')]);
    for (const { host, scene, target } of ends)
      await dump(programsOn(host, programs), target, join(scene, 'dump'), OPTIONS);
    await moveHosts();
    // Where a restored end finds nobody at the other one, the connection is over: the wire is cut until both are back.
    await ip('-n', CLIENT.name, 'link', 'set', CLIENT.wire, 'down');
    for (const { host, scene } of ends) {
      await shell(scene, 'crit-edit --address 10.9.1.0/24=10.8.1.0/24 dump -C edited');
      await ip('-n', host.name, 'link', 'set', host.wire, 'up');
      await restore(programsOn(host, programs), join(scene, 'edited'), OPTIONS);
    }
    const verdicts = await Promise.all(ends.map(({ target }) => assertIntact(target)));
    assert.deepEqual(
      verdicts.map(({ saw }) => [saw.get('own'), saw.get('peer')]),
      [
        [SERVER.after, CLIENT.after],
        [CLIENT.after, SERVER.after],
      ],
    );
  });
}
