/** GNU parallel over two hosts as docs/scale.md shows it: one dies in the middle, and what it prints is that of one machine. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { archive } from '../container/build-tar.ts';
import { codeBlocks } from '../docs/markdown.ts';
import { fixture } from '../fixtures.ts';
import { connectHosts, startSshd, whyNoHosts, type Hosts } from './harness/hosts.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { until } from './harness/until.ts';

const ARCHIVES = 200;
const FOLDER = '/var/lib/kubelet/checkpoints';

function whyNot(): string | undefined {
  const hasParallel = spawnSync('sh', ['-c', 'parallel --version | grep -q GNU']).status === 0;
  return hasParallel ? whyNoHosts() : 'GNU parallel is not installed';
}

/** What the document says to run, told by words that it has. */
function recipe(words: string): string {
  const found = codeBlocks('docs/scale.md').find(({ language, text }) => language === 'text' && text.includes(words));
  assert.ok(found, words);
  return found.text;
}

/** Archives in folders `all`, and half of them each in `near` and `far`. Every fifth holds a password of its own. */
async function makeArchives(scene: string): Promise<void> {
  for (const name of ['all', 'near', 'far']) mkdirSync(join(scene, name));
  const checkpoint = readFileSync(fixture('archives/podman-counter.tar'));
  const members = checkpoint.subarray(0, checkpoint.findLastIndex((byte) => byte !== 0) + 1);
  const whole = Buffer.concat([members, Buffer.alloc((512 - (members.length % 512)) % 512)]);
  for (let index = 0; index < ARCHIVES; index++) {
    const secret = { name: 'app.env', contents: `DB_PASSWORD=k3u8v0qz7w${index}\n` };
    const path = join(scene, 'all', `checkpoint-${index}.tar`);
    writeFileSync(path, index % 5 === 0 ? Buffer.concat([whole, archive(secret)]) : checkpoint);
  }
  await shell(scene, 'ln all/*[02468].tar near; ln all/*[13579].tar far');
}

/** Hosts that ssh knows as node1 and node2, each with a folder of the scene as its own. */
async function nodes(t: TestContext, scene: string, folders: Record<'near' | 'far', string>): Promise<Hosts> {
  const hosts = await connectHosts(t, scene);
  const path = (await shell(scene, 'printf %s "$PATH"')) + `:${dirname(process.execPath)}`;
  await shell(scene, `printf 'SetEnv PATH=%s\\n' '${path}' >> sshd_config`);
  for (const which of ['near', 'far'] as const) {
    const folder = join(scene, folders[which]);
    await startSshd(
      t,
      scene,
      hosts,
      which,
      `mount -t tmpfs none /var/lib && mkdir -p ${FOLDER} && mount --bind ${folder} ${FOLDER}`,
    );
  }
  const host = (name: string, address: string): string => `Host ${name}\n  HostName ${address}\n  User root\n`;
  writeFileSync(join(scene, 'ssh_config'), host('node1', hosts.nearAddress) + host('node2', hosts.farAddress));
  return hosts;
}

/** Runs a line on the near host, with the ssh of the scene for parallel. */
async function run(scene: string, { near, sshOptions }: Hosts, line: string): Promise<string> {
  writeFileSync(join(scene, 'line'), line);
  const ssh = `ssh -F ${join(scene, 'ssh_config')} ${sshOptions}`;
  return shell(scene, `HOME=${scene} PARALLEL_SSH='${ssh}' ${near.join(' ')} bash --norc -e -o pipefail line`);
}

interface Job {
  readonly seq: string;
  readonly host: string;
  readonly code: string;
}

/** The lines of the joblog. */
function jobs(scene: string): Job[] {
  if (!existsSync(join(scene, 'joblog'))) return [];
  const [, ...lines] = readFileSync(join(scene, 'joblog'), 'latin1').trimEnd().split('\n');
  return lines.map((line) => {
    const [seq = '', host = '', , , , , code = ''] = line.split('\t');
    return { seq, host, code };
  });
}

/** Cuts the second host off when it has done a part of its work. */
async function cutInTheMiddle(scene: string, hosts: Hosts): Promise<void> {
  await until('a job of node2', () => jobs(scene).some(({ host }) => host === 'node2'), 60);
  await shell(scene, hosts.cut);
}

test(
  'archives on the disks of two hosts: one dies, and the rest is done when it is back',
  { skip: whyNot() },
  async (t) => {
    const scene = scratchFolder(t);
    await makeArchives(scene);
    const [hosts, alone] = await Promise.all([
      nodes(t, scene, { near: 'near', far: 'far' }),
      shell(join(scene, 'all'), 'crit-grep --all --secrets *.tar | sort'),
    ]);
    const [first] = await Promise.allSettled([run(scene, hosts, recipe('--hostgroups')), cutInTheMiddle(scene, hosts)]);
    assert.equal(first.status, 'rejected');
    const before = jobs(scene);
    const lost = before.filter(({ code }) => code !== '0');
    assert.ok(lost.length > 0 && lost.every(({ host, code }) => host === 'node2' && code === '255'), 'ssh has failed');
    assert.ok(
      before.some(({ host, code }) => host === 'node2' && code === '0'),
      'a part was done there',
    );

    await shell(scene, hosts.mend);
    await run(scene, hosts, recipe('--hostgroups'));
    const again = jobs(scene).slice(before.length);
    assert.deepEqual(again.map(({ seq }) => seq).toSorted(), lost.map(({ seq }) => seq).toSorted(), 'only that again');
    assert.equal(alone.split('\n').length - 1, ARCHIVES / 5);
    assert.ok((await shell(scene, 'cat found/*.txt | sort')) === alone, 'the results of one machine');
  },
);

test('archives that two hosts share: one dies, and the other does its work', { skip: whyNot() }, async (t) => {
  const scene = scratchFolder(t);
  await makeArchives(scene);
  const hosts = await nodes(t, scene, { near: 'all', far: 'all' });
  await Promise.all([run(scene, hosts, recipe('--retries')), cutInTheMiddle(scene, hosts)]);
  const done = jobs(scene);
  assert.ok(
    done.some(({ host }) => host === 'node2'),
    'a part was done there',
  );
  assert.ok(done.length === ARCHIVES / 20 && done.every(({ code }) => code === '0'));
  const alone = await shell(join(scene, 'all'), 'crit-inspect --json *.tar | sort');
  assert.equal(alone.split('\n').length - 1, ARCHIVES);
  assert.ok((await shell(scene, 'cat table/*.txt | sort')) === alone, 'the results of one machine');
});
