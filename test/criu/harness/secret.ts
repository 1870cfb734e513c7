/** The target that has a secret in every place where a program can have one, and what an engine keeps beside its images. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Programs } from '../setup/release.ts';
import { dump } from './criu.ts';
import { shell } from './shell.ts';
import { startTarget, type Target } from './target.ts';
import { whyNoInternet } from './targets.ts';

/** Its characters stay as they are in JSON and in names of files. */
export const SECRET = 's3cr3t-of~the+target';

export interface SecretScene {
  readonly target: Target;
  /** Options of CRIU for its dump and its restore. */
  readonly options: readonly string[];
  /** Whether a connection has the secret too. */
  readonly hasTcp: boolean;
}

/** Starts the target, with a file `patterns` that has the secret. */
export async function startSecret(t: TestContext, programs: Programs, scene: string): Promise<SecretScene> {
  const hasTcp = whyNoInternet(programs) === undefined;
  const target = await startTarget(t, scene, 'secret', { SECRET, ...(hasTcp && { TCP: '1' }) });
  writeFileSync(join(scene, 'patterns'), `${SECRET}\n`);
  return { target, hasTcp, options: hasTcp ? ['--tcp-established', '--network-lock', 'nftables'] : [] };
}

/** Dumps it as an engine does: `engine/checkpoint` with the images, and beside it what the engine itself writes. */
export async function dumpAsEngine(programs: Programs, scene: string, secret: SecretScene): Promise<void> {
  mkdirSync(join(scene, 'engine'));
  await dump(programs, secret.target, join(scene, 'engine/checkpoint'), secret.options);
  const env = [`PATH=/bin`, `SECRET=${SECRET}`];
  writeFileSync(join(scene, 'engine/spec.dump'), JSON.stringify({ process: { env } }));
  writeFileSync(join(scene, 'engine/config.dump'), JSON.stringify({ id: '1', spec: { env } }, null, 1));
  await shell(
    scene,
    `mkdir -p diff/etc && printf 'key = ${SECRET}\\n' > diff/etc/app.conf && : > 'diff/${SECRET}'
     tar -C diff -cf engine/rootfs-diff.tar . && tar -C diff -czf engine/checkpoint/tmpfs-dev-73.tar.gz.img .`,
  );
}

/** What must be found, each by a line of `crit-grep --all`, and how often at least. */
const PLACES: Readonly<Record<string, readonly [line: RegExp, least: number]>> = {
  'stack and environment': [/\tsecret\t\[stack\]\t/, 2],
  'environment and argument of another': [/\tcat\t\[stack\]\t/, 2],
  'heap, across pages': [/\t\[heap\]\t0x[0-9a-f]*ff6\t/, 1],
  'two areas': [/\t\[anon\]\t0x[0-9a-f]*ff9\t/, 1],
  'mapped file': [/\/home\/mapped\t/, 1],
  'shared anonymous memory': [/\t\/dev\/zero\t/, 1],
  'segment of System V': [/\t\/SYSV/, 1],
  memfd: [/\t\/memfd:memory\t/, 1],
  'UTF-16': [/\t\[heap\]\t.*\(utf16\)$/, 1],
  base64: [/\t\[heap\]\t.*\(base64\)$/, 1],
  message: [/\tipcns-msg-\d+\.img\t/, 1],
  'deleted file': [/\tghost-file-\w+\.img\t/, 1],
  pipe: [/\tpipes-data\.img\t/, 1],
  'unix socket': [/\tsk-queues\.img\t/, 1],
  fifo: [/\tfifo-data\.img\t/, 1],
  terminal: [/\ttty-data\.img\t/, 1],
  'file name': [/\tfiles\.img\t.*reg\.name/, 1],
};
const TCP = { tcp: [/\ttcp-stream-\w+\.img\t.*inq/, 1] } as const;
const ENGINE = {
  'spec.dump': [/\tspec\.dump\t.*process\.env/, 1],
  'config.dump': [/\tconfig\.dump\t.*spec\.env/, 1],
  'rootfs-diff.tar, a file': [/\trootfs-diff\.tar\t.*app\.conf/, 1],
  'rootfs-diff.tar, a name': [/\trootfs-diff\.tar\t/, 2],
  tmpfs: [/\ttmpfs-dev-73\.tar\.gz\.img\t/, 2],
} as const;

/** Searches everything that a checkpoint has, and fails where a place is not among what was found. */
export async function assertFound(
  scene: string,
  path: string,
  { hasTcp }: SecretScene,
  isEngines = false,
): Promise<void> {
  const found = await shell(scene, `crit-grep --all -F -f patterns --encodings utf16,base64 ${path}`);
  const lines = found.replaceAll('\tcheckpoint/', '\t').split('\n');
  const places = { ...PLACES, ...(hasTcp && TCP), ...(isEngines && ENGINE) };
  const missed = Object.entries(places).filter(
    ([, [line, least]]) => lines.filter((each) => line.test(each)).length < least,
  );
  assert.deepEqual(
    missed.map(([place]) => place),
    [],
    found,
  );
}

/**
 * Fails where anything is left: by crit-grep in all of a checkpoint, and by grep in its files as they are on the disk, those that are
 * archives unpacked. Logs of CRIU are no part of the checkpoint.
 */
export async function assertGone(scene: string, path: string, unpacked = path): Promise<void> {
  const status = await shell(
    scene,
    `crit-grep --all -F -f patterns --encodings utf16,base64 ${path} >&2 && echo 0 || echo $?`,
  );
  assert.equal(status.trim(), '1', 'crit-grep --all finds nothing');
  await shell(
    scene,
    `rm -rf flat; cp -r ${unpacked} flat
     find flat -name '*.tar' -o -name '*.tar.gz.img' | while read -r name; do mkdir "$name.d"; tar -C "$name.d" -xf "$name"; done
     ! grep -rlaF -f patterns flat >&2
     ! find flat | grep -F -f patterns >&2
     base64 -w 0 patterns | cut -c 1-24 > encoded; ! grep -rlaF -f encoded flat >&2`,
  );
}

/** As the name of the file was changed in the images, so it must be on the disk. */
export function renameSecretFile({ target }: SecretScene, to: string): void {
  const name = readdirSync(target.home).find((each) => each.includes(SECRET));
  assert.ok(name !== undefined, 'the file that has the secret as its name');
  renameSync(join(target.home, name), join(target.home, name.replace(SECRET, to)));
}
