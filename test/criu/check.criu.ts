/**
 * What crit-check finds comes true: in a situation made on purpose it says what CRIU then fails of, it explains CRIU's log, and what it
 * advises lets CRIU restore.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CAUSES } from '../../src/check/log/causes.ts';
import { check, type Found } from './harness/check.ts';
import { CriuError, dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { isBefore, whyNoInternet } from './harness/targets.ts';
import { workFolder } from './setup/platform.ts';
import type { Programs } from './setup/release.ts';

interface Situation {
  readonly what: string;
  /** The kind of what is found, and a part of its message and of its advice. */
  readonly kind: string;
  readonly message?: RegExp;
  readonly advice?: RegExp;
  readonly severity?: 'error' | 'warning' | 'note';
  readonly target?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Starts the target, $1 with the argument $2, in bash in a mount namespace. */
  readonly start?: string;
  /** Where its files are, in the scene. */
  readonly home?: string;
  /** Done at the end, in a shell. */
  readonly after?: string;
  readonly options?: readonly string[];
  readonly restoreOptions?: readonly string[];
  /** What the restore that fails goes without. */
  readonly without?: readonly string[];
  /** Options of crit-check; $SCENE is the folder that all is in, here and in options of the restore. */
  readonly look?: readonly string[];
  /** Makes the situation, in a shell. */
  readonly spoil?: string;
  /** Holds something while CRIU fails: a program of the shell, which prints a line when it has it. */
  readonly held?: string;
  /** What CRIU says. */
  readonly says: RegExp;
  /** Does what is advised: in the folder `dump`, or a new folder `mended`; nothing where what is held ends. */
  readonly mend: string;
  readonly mendOptions?: readonly string[];
  /** How far the ids of the processes have moved then. */
  readonly offset?: number;
  /** Put before CRIU when it fails. */
  readonly through?: readonly string[];
  /** Where CRIU ends before it writes a log. */
  readonly hasNoLog?: boolean;
  readonly whyNot?: (programs: Programs) => string | undefined;
}

/** A program with sockets of the internet. */
const NET = {
  environment: { PORT: '7101' },
  options: ['--tcp-established', '--network-lock', 'nftables'],
  whyNot: whyNoInternet,
} as const;

/** Makes a process with the id PID, which ends with this one. */
const HOLD_PID = `
import ctypes, os, time
for _ in range(1000):
    open("/proc/sys/kernel/ns_last_pid", "w").write(str($PID - 1))
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(1, 9)
        time.sleep(60)
        os._exit(0)
    if pid == $PID:
        break
    os.kill(pid, 9)
    os.waitpid(pid, 0)
print("x", flush=True)
time.sleep(60)`;

/** All pages of the dump in a checkpoint before it, as where nothing changed since: kernels without soft-dirty bits make none such. */
const ON_TOP = `
mkdir before
cp dump/pagemap-* dump/pages-* dump/inventory.img before
crit-cat dump | crit-map -m PAGEMAP 'if (entry.flags) entry.flags = 1' | crit-filter 'magic !== "PAGES"' | crit-pack -C on-top
for each in dump/pages-*; do : > on-top/\${each#*/}; done
rm -r dump
mv on-top dump`;

/** A root of its own with two mounts, and nothing of the host. */
const OWN_MOUNTS = `set -e
cd "$(dirname "$2")"
mkdir -p here/home here/bin here/dev here/data here/proc here/old
mknod -m 666 here/dev/null c 1 3
cp "$1" here/bin/static
mount --bind here here
mount -t tmpfs none here/data
mount -t proc none here/proc
cd here
pivot_root . old
/old/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 --library-path /old/lib/x86_64-linux-gnu /old/bin/umount -l /old
exec /bin/static /home`;

const SITUATIONS: readonly Situation[] = [
  {
    what: 'a file that is not there',
    kind: 'file',
    message: /service\.log is not there/,
    spoil: 'mv home/service.log home/other.log',
    says: /Can't open file .*service\.log/,
    advice: /crit-edit --path .*service\.log=OTHER/,
    mend: 'crit-edit --path "$PWD/home/service.log=$PWD/home/other.log" dump -C mended',
  },
  {
    what: 'a file of another size',
    kind: 'size',
    target: 'own/service',
    spoil: 'echo more >> own/service',
    says: /File .*own\/service has bad size \d+ \(expect \d+\)/,
    advice: /crit-edit --ignore size/,
    mend: 'crit-edit --ignore size dump -C mended',
  },
  {
    what: 'a file of another mode',
    kind: 'mode',
    spoil: 'chmod 600 home/service.log',
    says: /File .*service\.log has bad mode 0100600 \(expect 0100640\)/,
    advice: /crit-edit --ignore mode/,
    mend: 'crit-edit --ignore mode dump -C mended',
  },
  {
    what: 'a directory in the place of a file',
    kind: 'type',
    spoil: 'mv home/service.log home/other.log; mkdir home/service.log',
    says: /Can't open file .*service\.log.*Is a directory/,
    advice: /crit-edit --path/,
    mend: 'crit-edit --path "$PWD/home/service.log=$PWD/home/other.log" dump -C mended',
  },
  {
    what: 'a working directory that is not there',
    kind: 'file',
    message: /home is not there/,
    target: 'memory',
    spoil: 'mv home elsewhere; mkdir new',
    says: /Can't open file .*home/,
    mend: 'mv elsewhere home; crit-edit --path "$PWD/nothing=$PWD/home" --if-present dump -C mended',
  },
  {
    what: 'another build of the program',
    kind: 'build-id',
    target: 'own/service',
    spoil: `python3 -c 'f=open("own/service","r+b"); b=f.read(); f.seek(b.index(b"\\x14\\0\\0\\0\\3\\0\\0\\0GNU\\0")+12); f.write(b"xxxx")'`,
    says: /File .*own\/service has bad build-ID/,
    advice: /the same build/,
    mend: 'crit-edit --ignore build-id dump -C mended',
  },
  {
    what: 'a fifo that is not there',
    kind: 'fifo',
    message: /fifo is not there/,
    target: 'pipes',
    spoil: 'mv home/fifo home/other',
    says: /home\/fifo/,
    mend: 'mv home/other home/fifo',
  },
  {
    what: 'a unix socket in whose place a file is',
    kind: 'unix socket',
    message: /service\.sock is there, and is no socket/,
    spoil: 'rm home/service.sock; echo > home/service.sock',
    says: /Can't bind id .*service\.sock: Address already in use/,
    advice: /^rm .*service\.sock, or crit-edit --path/,
    mend: 'crit-edit --path "$PWD/home/service.sock=$PWD/home/other.sock" dump -C mended',
  },
  {
    what: 'a unix socket whose directory is not there',
    kind: 'unix socket',
    message: /its directory is not there/,
    spoil: 'crit-edit --path "$PWD/home/service.sock=$PWD/gone/service.sock" dump -f -C dump',
    says: /gone\/service\.sock: No such file or directory/,
    advice: /mkdir -p .*gone/,
    mend: 'mkdir gone',
  },
  {
    what: 'an abstract name that is taken',
    kind: 'unix socket',
    message: /the abstract name @crit-pipe "abstract" is taken/,
    target: 'sockets',
    held: `python3 -c 'import socket,time; s=socket.socket(socket.AF_UNIX); s.bind("\\0crit-pipe \\"abstract\\""); print("x",flush=True); time.sleep(60)'`,
    says: /Can't bind id .*Address already in use/,
    advice: /end what has it/,
    mend: '',
  },
  {
    ...NET,
    what: 'a port that somebody listens on',
    kind: 'port',
    message: /127\.0\.0\.1 port 7101 of tcp is listened on already/,
    held: `python3 -c 'import socket,time; s=socket.socket(); s.setsockopt(1,2,1); s.bind(("0.0.0.0",7101)); s.listen(); print("x",flush=True); time.sleep(60)'`,
    says: /Can't bind inet socket \(id \d+\): Address already in use|Can't listen on a socket/,
    advice: /crit-edit --port tcp:7101:OTHER/,
    mend: 'crit-edit --port 7101:7103 dump -C mended',
  },
  {
    ...NET,
    environment: { PORT: '7111' },
    what: 'a UDP port that somebody has',
    kind: 'port',
    severity: 'warning',
    message: /port 7111 of udp is taken/,
    held: `python3 -c 'import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(("127.0.0.1",7111)); print("x",flush=True); time.sleep(60)'`,
    says: /Can't bind inet socket \(id \d+\): Address already in use/,
    advice: /crit-edit --port udp:7111:OTHER/,
    mend: 'crit-edit --port udp:7111:7113 dump -C mended',
  },
  {
    ...NET,
    environment: { PORT: '7121' },
    what: 'an address that no device has',
    kind: 'address',
    spoil: 'crit-edit --address 127.0.0.1=10.66.0.1 dump -f -C dump',
    says: /Can't bind inet socket \(id \d+\): Cannot assign requested address/,
    advice: /crit-edit --address 10\.66\.0\.1=OTHER/,
    mend: 'crit-edit --address 10.66.0.1=127.0.0.1 dump -C mended',
  },
  {
    ...NET,
    environment: { PORT: '7131' },
    what: 'connections without the option for them',
    kind: 'connection',
    severity: 'note',
    without: NET.options,
    says: /Connected TCP socket in image/,
    advice: /--tcp-established, or crit-edit --close-tcp/,
    mend: 'crit-edit --close-tcp dump -C mended',
    mendOptions: [],
  },
  {
    ...NET,
    environment: { PORT: '7141' },
    what: 'a network device that is not there',
    kind: 'device',
    spoil: `crit-cat dump | crit-map -m FILES 'if (entry.isk) entry.isk.ifname = "nothere0"' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /couldn't find ifindex for nothere0/,
    mend: `crit-cat dump | crit-map -m FILES 'if (entry.isk) delete entry.isk.ifname' | crit-pack -C mended`,
  },
  {
    what: 'an image that is missing',
    kind: 'missing',
    look: ['--offline'],
    spoil: 'mv dump/core-*.img .',
    says: /Unexpected EOF on/,
    mend: 'mv core-*.img dump',
  },
  {
    what: 'pages that are cut',
    kind: 'damaged',
    look: ['--offline'],
    spoil: 'cp dump/pages-1.img .; truncate -s -4096 dump/pages-1.img',
    says: /Unexpected EOF reading pages/,
    mend: 'cp pages-1.img dump/',
    whyNot: (programs) =>
      isBefore(programs.version, [4, 3]) ? 'CRIU 4.1.1 looks for the missing bytes for ever' : undefined,
  },
  {
    what: 'images of a version to come',
    kind: 'version',
    look: ['--offline'],
    spoil: `crit-cat dump | crit-map -m INVENTORY 'entry.img_version = 9' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /Not supported images version 9/,
    mend: `crit-cat dump | crit-map -m INVENTORY 'entry.img_version = 2' | crit-pack -C mended`,
  },
  {
    what: 'descriptors without a file',
    kind: 'entries without a file',
    look: ['--offline'],
    spoil: `cp dump/files.img .; crit-cat dump | crit-filter -m FILES '!entry.reg?.name.endsWith("/service.log")' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /No file for fd \d+ id/,
    advice: /files\.img of the same dump/,
    mend: 'cp files.img dump',
  },
  {
    what: 'an executable that is in no image',
    kind: 'id',
    message: /the executable is file 999/,
    look: ['--offline'],
    spoil: `cp dump/mm-*.img .; crit-cat dump | crit-map -m MM 'entry.exe_file_id = 999' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /No entry for reg-file-ID 0x3e7/,
    mend: 'cp mm-*.img dump',
  },
  {
    what: 'files.img of another dump',
    kind: 'other dump',
    look: ['--offline'],
    spoil: `cp dump/files.img .; crit-cat dump | crit-map -m FILES 'if (entry.type === "UNIXSK") { entry.type = "EVENTFD"; entry.efd = { id: entry.id, flags: 2, fown: entry.usk.fown, counter: 0 }; delete entry.usk; }' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /No file for fd \d+ id/,
    mend: 'cp files.img dump',
  },
  {
    what: 'a process without its parent',
    kind: 'process',
    look: ['--offline'],
    spoil: `cp dump/pstree.img .; crit-cat dump | crit-map -m PSTREE 'if (entry.ppid !== 0) entry.ppid = 9' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /Can't find a parent for \d+/,
    mend: 'cp pstree.img dump',
  },
  {
    what: 'a terminal that is in no image',
    kind: 'id',
    target: 'pty',
    look: ['--offline'],
    spoil: `cp dump/tty-info.img .; crit-cat dump | crit-filter 'magic !== "TTY_INFO" || entry === undefined' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /No tty found to queued data on id|Not all TTYs got its infos/,
    mend: 'cp tty-info.img dump',
  },
  {
    what: 'a pseudo terminal that is taken',
    kind: 'terminal',
    target: 'pty',
    held: `python3 -c 'import os,time,glob; fds=[os.openpty() for n in range(8)]; print("x",flush=True); time.sleep(60)'`,
    says: /with specified index \d+/,
    advice: /crit-edit --tty \d+=OTHER/,
    mend: 'crit-edit $(for n in 0 1 2 3 4 5 6 7; do echo --tty $n=$((n+10)); done) --if-present dump -C mended',
  },
  {
    what: 'cgroups of a set that is in no image',
    kind: 'id',
    look: ['--offline'],
    spoil: `crit-cat dump | crit-map -m CORE 'if (entry.tc) { entry.tc.cg_set = 77; } if (entry.thread_core) entry.thread_core.cg_set = 77' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /No set 77 found/,
    advice: /crit-edit --no-cgroup/,
    mend: 'crit-edit --no-cgroup dump -C mended',
  },
  {
    what: 'a hierarchy of cgroups that is not there',
    kind: 'cgroup',
    spoil: `echo '{"image":"cgroup.img","magic":"CGROUP","entry":{"sets":[{"id":99,"ctls":[{"name":"nonesuch","path":"/"}]}],"controllers":[{"cnames":["nonesuch"],"dirs":[{"dir_name":"/","children":[],"properties":[]}]}]}}' | crit-pack -C more; cp more/cgroup.img dump`,
    says: /Can't mount controller dir/,
    advice: /crit-edit --no-cgroup/,
    mend: 'crit-edit --no-cgroup dump -C mended',
  },
  {
    what: 'a plugin that is not here',
    kind: 'plugin',
    spoil: `crit-cat dump | crit-map -m INVENTORY 'entry.plugins_entry = { plugins: ["nonesuch_plugin"] }' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /Missing required plugin: nonesuch_plugin/,
    mend: `crit-cat dump | crit-map -m INVENTORY 'delete entry.plugins_entry' | crit-pack -C mended`,
  },
  {
    what: 'an id that another process has',
    kind: 'pid',
    message: /process \d+ is there already/,
    held: `python3 -c '${HOLD_PID}'`,
    says: /Can't fork for \d+: File exists/,
    advice: /crit-edit --pid-offset N/,
    mend: 'crit-edit --pid-offset 5000 dump -C mended',
    offset: 5000,
  },
  {
    what: 'pages in a checkpoint that is not linked',
    kind: 'parent',
    message: /there is no link "parent"/,
    look: ['--offline'],
    spoil: ON_TOP,
    says: /No parent for snapshot pagemap|has no parent reader/,
    advice: /ln -s/,
    mend: 'ln -s ../before dump/parent',
  },
  {
    what: 'a link to another checkpoint',
    kind: 'parent',
    message: /\d+ pages are not in the checkpoint/,
    look: ['--offline'],
    spoil: `${ON_TOP}; mkdir other; cp before/inventory.img other; ln -s ../other dump/parent`,
    says: /No parent for snapshot pagemap|has no parent reader/,
    advice: /ln -s/,
    mend: 'rm dump/parent; ln -s ../before dump/parent',
  },
  {
    what: 'compressed pages',
    kind: 'criu',
    spoil: 'crit compress dump --in-place',
    says: /Not supported images version 3/,
    advice: /crit decompress DIR --in-place/,
    mend: 'crit decompress dump --in-place',
    whyNot: (programs) => (isBefore(programs.version, [4, 3]) ? undefined : 'CRIU 4.3 reads them'),
  },
  {
    what: 'compressed pages, and a CRIU without LZ4',
    kind: 'criu',
    severity: 'note',
    spoil: 'crit compress dump --in-place',
    says: /LZ4 support is required for this image chain/,
    advice: /crit decompress DIR --in-place/,
    mend: 'crit decompress dump --in-place',
    whyNot: (programs) => (isBefore(programs.version, [4, 3]) ? 'CRIU 4.1.1 refuses the version' : undefined),
  },
  {
    what: 'a user that this user namespace does not have',
    kind: 'user',
    message: /this user namespace has no user 1234/,
    spoil: 'crit-edit --uid 0=1234 dump -f -C dump',
    through: ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount', '--mount-proc'],
    restoreOptions: ['--unprivileged'],
    // Whichever comes first: what its standard streams are is not up to the test.
    says: /Unable to change .* ownership to \(1234, 0\): Invalid argument|Can't change pipe ownership: Invalid argument|Unable to set real/,
    advice: /crit-edit --uid 1234=OTHER/,
    mend: 'crit-edit --uid 1234=0 dump -C mended',
    mendOptions: [],
    whyNot: (programs) =>
      isBefore(programs.version, [4, 3]) ? 'CRIU 4.1.1 ends earlier in a user namespace' : undefined,
  },
  {
    what: 'a mount point that is not in the root',
    kind: 'mount',
    message: /\/data, where something is mounted, is not in/,
    target: 'static',
    start: OWN_MOUNTS,
    home: 'here/home',
    look: ['--root', '$SCENE/here'],
    restoreOptions: ['--root', '$SCENE/here'],
    spoil: 'mount --bind here here; rmdir here/data',
    says: /Can't stat mountpoint .*\/data: No such file or directory/,
    advice: /mkdir -p \/data below the root/,
    mend: 'mkdir here/data',
    after: 'umount here',
  },
  {
    what: 'a profile of AppArmor',
    kind: 'lsm',
    spoil: `crit-cat dump | crit-map 'if (magic === "INVENTORY") entry.lsmtype = "APPARMOR"; if (magic === "CORE" && entry.thread_core) entry.thread_core.creds.lsm_profile = "nonesuch"' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    says: /mismatched lsm types and lsm profile specified|lsm/,
    advice: /crit-edit --lsm-profile none/,
    mend: 'crit-edit --lsm-profile none dump -C mended',
  },
  {
    what: 'instructions that this processor does not have',
    kind: 'cpu',
    severity: 'warning',
    options: ['--cpu-cap=cpu'],
    restoreOptions: ['--cpu-cap=ins'],
    spoil: `crit-cat dump | crit-map -m CPUINFO 'entry.x86_entry[0].capability[6] = (entry.x86_entry[0].capability[6] | (1 << 11)) >>> 0' | crit-pack -C spoilt; rm -r dump; mv spoilt dump`,
    message: /does not have .*xop/,
    says: /CPU instruction capabilities do not match run time/,
    advice: /without --cpu-cap/,
    mend: 'rm dump/cpuinfo.img',
    mendOptions: [],
  },
  {
    what: 'a user without capabilities',
    kind: 'capability',
    severity: 'warning',
    through: ['setpriv', '--bounding-set', '-sys_admin,-checkpoint_restore', '--inh-caps', '-all'],
    says: /CAP_SYS_ADMIN/,
    hasNoLog: true,
    mend: '',
  },
  {
    what: 'a user with fewer capabilities than the processes',
    kind: 'capability',
    message: /capabilities that this user has not: cap_sys_boot/,
    through: ['setpriv', '--bounding-set', '-sys_boot'],
    says: /Unable to restore capabilities/,
    mend: '',
  },
  {
    what: 'room for deleted files',
    kind: 'disk',
    target: 'files',
    options: ['--file-locks', '--link-remap', '--ghost-limit', '16M'],
    spoil:
      'cp -a home kept; mount -t tmpfs -o size=256k none home; cp -a kept/. home; dd if=/dev/zero of=home/full status=none || true',
    says: /No space left on device/,
    mend: 'umount home',
  },
  {
    what: 'a lost link of a deleted file',
    kind: 'linked file',
    target: 'files',
    options: ['--file-locks', '--link-remap', '--ghost-limit', '16M'],
    spoil: 'mkdir kept; find home -name "link_remap.*" -exec mv {} kept \\;',
    says: /link_remap|Can't link/,
    mend: 'mv kept/* home',
  },
];

for (const available of releases()) {
  const { release, programs } = available;
  for (const situation of SITUATIONS) {
    const skip = programs === undefined ? available.skip : situation.whyNot?.(programs);
    test(`${situation.what}, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      try {
        await play(t, programs, situation, scene);
      } finally {
        if (situation.after !== undefined) await shell(scene, situation.after);
      }
    });
  }
}

const all = releases();
const lost = all.find(({ programs }) => programs === undefined);
test('the words that crit-check knows are those of CRIU', { skip: lost && `no ${lost.release.name}` }, () => {
  const programs = all.flatMap((available) => available.programs ?? []);
  const plain = (text: string): string => text.replace(/%[-#.0-9]*[lzjh]*[a-zX]/g, '%');
  const text = programs.map(({ criu: [...words] }) => plain(readFileSync(words.at(-1) ?? '', 'latin1'))).join('\n');
  const isKnown = (words: string): boolean => {
    const [whole, reason] = [words, /: (?:%|[A-Z][A-Za-z ]+)$/.exec(words)?.[0] ?? ''];
    const forms = [
      whole,
      `${whole.slice(0, whole.length - reason.length)}: %`,
      whole.slice(0, whole.length - reason.length),
    ];
    return [...forms, whole.replace(/ (?:%|-\d+)$/, ''), whole.replace(/-\d+$/, '%')].some((form) =>
      text.includes(form),
    );
  };
  assert.deepEqual(
    CAUSES.map(({ criu }) => criu).filter((words) => !isKnown(words)),
    [],
  );
});

async function play(t: TestContext, programs: Programs, situation: Situation, scene: string): Promise<void> {
  const { kind, severity = 'error', target: name = 'service', options = [], restoreOptions = options } = situation;
  const inScene = (words: readonly string[] = []): string[] => words.map((word) => word.replace('$SCENE', scene));
  // A copy of the program, which can be changed.
  const isOwn = name.startsWith('own/');
  if (isOwn) await shell(scene, `mkdir own; cp ${workFolder()}/bin/service own`);
  const { start } = situation;
  const through = start === undefined ? [] : ['unshare', '--mount', 'bash', '--norc', '-c', start, 'bash'];
  const program = isOwn ? `../${basename(scene)}/${name}` : name;
  const started = await startTarget(t, scene, program, situation.environment, through);
  const target = { ...started, home: join(scene, situation.home ?? 'home') };
  await dump(programs, target, join(scene, 'dump'), options);
  if (situation.spoil !== undefined) await shell(scene, situation.spoil);
  const { held } = situation;
  const release = held === undefined ? undefined : await hold(t, scene, held.replaceAll('$PID', String(target.pid)));
  const [first, ...words] = [...(situation.through ?? []), ...programs.criu];
  const there: Programs = { ...programs, criu: [first ?? '', ...words] };

  const before = await check(there, join(scene, 'dump'), inScene(situation.look));
  const finding = before.find((each) => each.kind === kind && (situation.message?.test(each.message) ?? true));
  assert.ok(finding, `found instead: ${JSON.stringify(before)}`);
  assert.equal(finding.severity, severity);
  if (situation.advice) assert.match(finding.mend ?? '', situation.advice);

  const failing = restoreOptions.filter((option) => situation.without?.includes(option) !== true);
  await assert.rejects(restore(there, join(scene, 'dump'), inScene(failing)), (error: unknown) => {
    assert.ok(error instanceof CriuError, String(error));
    t.diagnostic(error.message);
    assert.match(error.message, situation.says);
    return true;
  });
  if (situation.hasNoLog !== true) await explain(there, scene, kind, inScene(situation.look));
  // What is mended by nothing but the end of what was in the way.
  if (situation.mend === '') await release?.();
  rmSync(join(scene, 'dump.log'), { recursive: true });
  await shell(scene, situation.mend);
  const mended = existsSync(join(scene, 'mended')) ? 'mended' : 'dump';
  await restore(programs, join(scene, mended), inScene(situation.mendOptions ?? restoreOptions));
  await assertIntact({ ...target, pid: target.pid + (situation.offset ?? 0) });
}

/** Its log is explained by the same kind, with no line left. */
async function explain(programs: Programs, scene: string, kind: string, look: readonly string[]): Promise<void> {
  const log = join(scene, 'dump.log', 'restore.log');
  const found = await check(programs, join(scene, 'dump'), [...look, '--log', log]);
  const told = found.filter(({ line }) => line !== undefined);
  const kinds = told.map((each: Found) => each.kind);
  assert.ok(kinds.includes(kind) && !kinds.includes('unexplained'), `explained instead: ${JSON.stringify(told)}`);
}

/** Starts what holds something, waits until it has it, and gives what ends it. */
async function hold(t: TestContext, scene: string, command: string): Promise<() => Promise<void>> {
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: scene, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  t.after(() => child.kill('SIGKILL'));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`${command}: ended with ${code}`)));
  });
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
