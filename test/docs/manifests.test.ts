/** The manifests of docs/scale.md are of the Kubernetes API, and their scripts do what the document says. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { codeBlocks } from './markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = join(root, 'bin');

/** What the tests read of one. */
interface Manifest {
  readonly spec: {
    readonly completions?: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] } };
  };
}

const { parse }: { parse: (text: string) => Manifest } = createRequire(import.meta.url)('yaml');

function manifest(kind: 'Job' | 'DaemonSet'): Manifest {
  const block = codeBlocks('docs/scale.md').find(({ text }) => text.includes(`\nkind: ${kind}\n`));
  assert.ok(block, kind);
  return parse(block.text);
}

/** The script of the only container. */
function script({ spec }: Manifest): string {
  const [shellName, option, text] = spec.template.spec.containers[0]?.command ?? [];
  assert.deepEqual([shellName, option], ['sh', '-c']);
  assert.ok(text);
  return text;
}

test('manifests have the fields and types of the API', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(join(root, 'node_modules/kubernetes-types'), join(directory, 'node_modules/kubernetes-types'));
  const check = async (changed: (job: string) => string): Promise<string> => {
    writeFileSync(
      join(directory, 'manifests.ts'),
      `import type { DaemonSet } from 'kubernetes-types/apps/v1';
       import type { Job } from 'kubernetes-types/batch/v1';
       export const job: Job = ${changed(JSON.stringify(manifest('Job')))};
       export const daemonSet: DaemonSet = ${JSON.stringify(manifest('DaemonSet'))};`,
    );
    const options = '--noEmit --strict --skipLibCheck --types "" --module esnext --moduleResolution bundler';
    const { stdout } = await shell(`"$1" ${options} manifests.ts`, [join(root, 'node_modules/.bin/tsc')], {
      cwd: directory,
    });
    return stdout.toString();
  };
  assert.equal(await check((job) => job), '');
  assert.match(await check((job) => job.replace('completionMode', 'completionsMode')), /completionsMode/);
});

test('the pods of the Job make the parts of a checkpoint', async (t) => {
  const job = manifest('Job');
  const data = temporary(t);
  cpSync(fixture('real/procs'), join(data, 'dump'), { recursive: true });
  for (let index = 0; index < (job.spec.completions ?? 0); index++) {
    const env = { DATA: data, JOB_COMPLETION_INDEX: String(index) };
    const { stderr, codes } = await shell('sh -c "$1"', [script(job)], { env });
    assert.deepEqual([stderr, codes], ['', [0]]);
  }
  const { stderr } = await shell('cat part-* | crit-pack -C joined && diff -r dump joined', [], { cwd: data });
  assert.equal(stderr, '');
});

test('the pod of the DaemonSet says what the checkpoints of a node are and hold, and goes on where one is damaged', async (t) => {
  const folder = temporary(t);
  const tools = temporary(t);
  // The loop ends with the first sleep that fails.
  writeFileSync(join(tools, 'sleep'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  cpSync(fixture('archives/podman-counter.tar'), join(folder, 'a.tar'));
  cpSync(fixture('archives/podman-counter.tar'), join(folder, 'c.tar'));
  await shell(
    'head -c 20000 a.tar > b.tar; echo DB_PASSWORD=k3u8v0qz7w > app.env; tar -rf c.tar app.env; rm app.env',
    [],
    {
      cwd: folder,
    },
  );
  const env = { CHECKPOINTS: folder, PATH: [tools, bin, process.env['PATH']].join(delimiter) };
  const { stdout, stderr } = await shell('sh -c "$1"', [script(manifest('DaemonSet'))], { env });
  const lines = stdout.toString().trimEnd().split('\n');
  assert.equal(lines.filter((line) => line.includes('"podman"') || line.includes('"Podman"')).length, 2);
  assert.equal(lines.filter((line) => line.includes('env-password')).length, 1);
  assert.match(stderr, /^b\.tar: not everything could be read$/m);
});
