/** What the errors of CRIU mean: its words with `%` for what differs each time, as CRIU 4.1.1 or 4.3 has them. */

export interface Cause {
  /** The kind of the finding. */
  readonly kind: string;
  readonly criu: string;
  /** `$1` is what stands for the first `%`. */
  readonly means: string;
  /** The same, as words of a shell. */
  readonly mend?: string;
  /** Where another error caused it, which tells more, or CRIU goes on. */
  readonly follows?: true;
}

const SAME_FILES = 'the file as it was, or crit-edit';

export const CAUSES: readonly Cause[] = [
  // Files
  {
    kind: 'size',
    criu: 'File % has bad size % (expect %)',
    means: '/$1 has $2 bytes here, the checkpoint wants $3',
    mend: `${SAME_FILES} --ignore size`,
  },
  {
    kind: 'mode',
    criu: 'File % has bad mode 0% (expect 0%)',
    means: '/$1 has mode 0$2 here, the checkpoint wants 0$3',
    mend: `chmod, or criu restore --skip-file-rwx-check, or crit-edit --ignore mode`,
  },
  {
    kind: 'build-id',
    criu: 'File % has bad build-ID length % (expect %)',
    means: '/$1 is another build than the one that was dumped',
    mend: 'the same build of it; with crit-edit --ignore build-id, processes that have it mapped may crash',
  },
  {
    kind: 'build-id',
    criu: 'File % has bad build-ID',
    means: '/$1 is another build than the one that was dumped',
    mend: 'the same build of it; with crit-edit --ignore build-id, processes that have it mapped may crash',
  },
  {
    kind: 'file',
    criu: "Can't open file % on restore: No such file or directory",
    means: '/$1 is not here',
    mend: 'the file, or crit-edit --path /$1=OTHER',
  },
  {
    kind: 'file',
    criu: "Can't open file % on restore: %",
    means: '/$1 cannot be opened: $2',
    mend: 'crit-edit --path /$1=OTHER',
  },
  {
    kind: 'file',
    criu: "Can't open file %: %",
    means: '/$1 cannot be opened: $2',
    mend: 'crit-edit --path /$1=OTHER',
    follows: true,
  },
  {
    kind: 'file',
    criu: "Can't open file %",
    means: '/$1 cannot be opened',
    mend: 'crit-edit --path /$1=OTHER',
    follows: true,
  },
  {
    kind: 'linked file',
    criu: "Can't link % -> %: %",
    means: 'the deleted file /$2 was kept as /$1, which cannot be linked back: $3',
    mend: 'the files link_remap.N as the dump left them, in the directory of each',
  },
  {
    kind: 'fifo',
    criu: "Can't open fake fifo % [%]: %",
    means: 'the fifo /$2 cannot be opened: $3',
    mend: 'mkfifo /$2, or crit-edit --path /$2=OTHER',
  },
  {
    kind: 'fifo',
    criu: "Can't open fifo % [%]: %",
    means: 'the fifo /$2 cannot be opened: $3',
    mend: 'mkfifo /$2, or crit-edit --path /$2=OTHER',
  },
  {
    kind: 'entries without a file',
    criu: 'No file for fd % id %',
    means: 'descriptor $1 is open on file $2, which files.img does not have',
    mend: 'files.img of the same dump',
  },
  {
    kind: 'entries without a file',
    criu: "Can't find regfile for %",
    means: 'file $1, a working directory, root, executable or mapping, is not in files.img',
    mend: 'files.img of the same dump',
  },
  {
    kind: 'id',
    criu: 'No entry for reg-file-ID %',
    means: 'file $1, an executable or mapped file, is not in files.img',
    mend: 'files.img of the same dump',
  },
  {
    kind: 'id',
    criu: 'Remap for non existing file %',
    means: 'remap-fpath.img tells of file $1, which is not in files.img',
    mend: 'files.img of the same dump',
  },
  {
    kind: 'id',
    criu: 'Not all TTYs got its infos',
    means: 'a terminal is not in tty-info.img',
    mend: 'tty-info.img of the same dump',
  },
  {
    kind: 'id',
    criu: 'No tty found to queued data on id %',
    means: 'terminal $1 is not in tty-info.img',
    mend: 'tty-info.img of the same dump',
  },
  {
    kind: 'id',
    criu: 'No set % found',
    means: 'cgroups of set $1 are not in cgroup.img',
    mend: 'cgroup.img of the same dump, or crit-edit --no-cgroup',
  },
  // Images
  {
    kind: 'missing',
    criu: 'Unexpected EOF on %',
    means: '$1 is missing, or ends where CRIU wants an entry ("(empty-image)" is one that is not there)',
    mend: 'the whole image; crit-check DUMP names what is missing',
  },
  {
    kind: 'damaged',
    criu: 'Unexpected EOF reading pages: expected % more bytes at offset %',
    means: 'a pages image ends $1 bytes before its pagemap does',
    mend: 'the whole image; crit-check DUMP names it',
  },
  {
    kind: 'damaged',
    criu: 'Read % bytes while % expected %',
    means: 'an image is cut: $1 of $2 bytes',
    mend: 'the whole image; crit-check DUMP names it',
  },
  {
    kind: 'damaged',
    criu: 'Failed unpacking object % from %',
    means: '$2 is damaged',
    mend: 'the image as it was; crit-check DUMP tells where',
  },
  {
    kind: 'damaged',
    criu: 'Reached EOF unexpectedly while reading page from image',
    means: 'a pages image is too short',
    mend: 'the whole image; crit-check DUMP names it',
  },
  { kind: 'damaged', criu: "Head magic doesn't match for %", means: '$1 is no image', mend: 'the image as it was' },
  {
    kind: 'damaged',
    criu: "Magic doesn't match for %",
    means: '$1 is an image of another kind',
    mend: 'the image as it was',
  },
  {
    kind: 'missing',
    criu: 'Unable to open %: No such file or directory',
    means: '$1 is not there',
    mend: 'the image, or criu restore -D where the images are',
  },
  {
    kind: 'unreadable',
    criu: 'Unable to open %: %',
    means: '$1 cannot be opened: $2',
    mend: 'let the user that restores read it, also root of its user namespace',
  },
  {
    kind: 'version',
    criu: 'Not supported images version %',
    means: 'images of version $1 are not for this CRIU',
    mend: 'a newer CRIU',
  },
  {
    kind: 'version',
    criu: 'Too old image, no longer supported',
    means: 'the images are too old for this CRIU',
    mend: 'an older CRIU',
  },
  {
    kind: 'pages outside of areas',
    criu: 'Page entry address % outside of VMA %-%',
    means: 'the page at $1 is in no area of memory: mm and pagemap are not of one dump',
    mend: 'both images of the same dump',
  },
  {
    kind: 'process',
    criu: "Can't find a parent for %",
    means: 'process $1 has a parent that pstree.img does not have',
    mend: 'pstree.img of the same dump',
  },
  {
    kind: 'process',
    criu: "Can't find a session leader for %",
    means: 'session $1 has no leader among the processes',
    mend: 'criu restore --shell-job, where it was dumped so',
  },
  // Memory elsewhere
  {
    kind: 'parent',
    criu: 'No parent for snapshot pagemap',
    means: 'pages are in a checkpoint before this one, and its link "parent" is missing',
    mend: 'ln -s ../BEFORE parent, within the checkpoint',
  },
  {
    kind: 'parent',
    criu: 'Missing % in parent pagemap',
    means: 'the page at $1 is in none of the checkpoints before this one',
    mend: 'the link "parent" to the checkpoint that it was dumped on',
  },
  {
    kind: 'parent',
    criu: "Can't open parent path: %",
    means: 'the checkpoint before this one cannot be opened: $1',
    mend: 'the link "parent" to the checkpoint that it was dumped on',
  },
  {
    kind: 'lazy',
    criu: 'lazy-pages: %',
    means: 'pages are left to a server: $1',
    mend: 'criu lazy-pages, started before criu restore --lazy-pages',
  },
  // Processes
  {
    kind: 'pid',
    criu: "Can't fork for %: File exists",
    means: 'another process or thread has the id $1',
    mend: 'end it, or crit-edit --pid-offset N, or criu-ns restore',
  },
  { kind: 'pid', criu: "Can't fork for %: %", means: 'no process with the id $1 can be made: $2' },
  {
    kind: 'pid',
    criu: 'Pid % do not match expected %',
    means: 'a process got the id $1 instead of $2, which is taken',
    mend: 'end what has it, or crit-edit --pid-offset N, or criu-ns restore',
  },
  {
    kind: 'pid',
    criu: 'Unable to create a thread: -17',
    means: 'another process or thread has the id of one of the threads',
    mend: 'end it, or crit-edit --pid-offset N, or criu-ns restore',
  },
  {
    kind: 'pid',
    criu: 'This process tree can only be restored in a new pid namespace.',
    means: 'the first process has the id 1',
    mend: 'criu-ns restore',
  },
  {
    kind: 'session',
    criu: 'Current sid % intersects with %',
    means: 'the shell that runs criu has the session $1, which the checkpoint has too',
    mend: 'setsid criu restore',
  },
  {
    kind: 'session',
    criu: 'Current gid % intersects with %',
    means: 'the shell that runs criu has the group $1, which the checkpoint has too',
    mend: 'setsid criu restore',
  },
  {
    kind: 'session',
    criu: "Requested sid % doesn't match inherited %",
    means: 'a process of session $1 got session $2',
    mend: 'criu restore --shell-job',
  },
  {
    kind: 'terminal',
    criu: 'No task found with sid %',
    means: 'a terminal belongs to session $1, which is not in the checkpoint',
    mend: 'criu restore --shell-job',
  },
  {
    kind: 'terminal',
    criu: 'Found dangling tty with sid % pgid % %',
    means: 'a terminal belongs to session $1, which is not in the checkpoint',
    mend: 'criu restore --shell-job',
  },
  {
    kind: 'terminal',
    criu: "Don't have tty to inherit session from, aborting",
    means: 'standard input of criu is no terminal to take over',
    mend: 'run criu on a terminal',
  },
  {
    kind: 'terminal',
    criu: 'Unable to open % with specified index %',
    means: 'pseudo terminal $2 is taken here',
    mend: 'crit-edit --tty $2=OTHER',
  },
  // Network
  {
    kind: 'port',
    criu: "Can't bind inet socket (id %): Address already in use",
    means: 'the port of socket $1 is taken',
    mend: 'end what has it, or crit-edit --port A:B',
  },
  {
    kind: 'port',
    criu: "Can't listen on a socket: Address already in use",
    means: 'the port of a socket is listened on already',
    mend: 'end what listens, or crit-edit --port A:B',
  },
  {
    kind: 'address',
    criu: "Can't bind inet socket (id %): Cannot assign requested address",
    means: 'no device here has the address of socket $1',
    mend: 'crit-edit --address OLD=NEW',
  },
  {
    kind: 'port',
    criu: "Can't bind inet socket (id %): %",
    means: 'socket $1 cannot have its address and port: $2',
    mend: 'crit-edit --address OLD=NEW or --port A:B',
  },
  {
    kind: 'address',
    criu: "Can't connect inet socket back: %",
    means: 'a socket cannot be connected again: $1',
    mend: 'crit-edit --listen-only',
  },
  {
    kind: 'device',
    criu: "couldn't find ifindex for %",
    means: 'there is no network device $1',
    mend: 'a device of that name',
  },
  {
    kind: 'connection',
    criu: 'Connected TCP socket in image',
    means: 'the checkpoint has TCP connections',
    mend: 'criu restore --tcp-established, or crit-edit --close-tcp',
  },
  {
    kind: 'connection',
    criu: 'Need to set the --tcp-close options.',
    means: 'it was dumped with --tcp-close',
    mend: 'criu restore --tcp-close',
  },
  {
    kind: 'unix socket',
    criu: "Can't bind id % ino % addr %: Address already in use",
    means: 'the name $3 of a unix socket is taken',
    mend: 'end what has it or remove it, or crit-edit --path $3=OTHER',
  },
  {
    kind: 'unix socket',
    criu: "Can't bind id % ino % addr %: %",
    means: 'a unix socket cannot have the name $3: $4',
    mend: 'the directory that it is in, or crit-edit --path $3=OTHER',
  },
  {
    kind: 'unix socket',
    criu: "Can't change working dir %: %",
    means: 'the directory $1 of a unix socket: $2',
    mend: 'mkdir -p $1, or crit-edit --path $1=OTHER',
  },
  {
    kind: 'external',
    criu: 'External socket found in image. Consider using the --ext-unix-sk option to allow restoring it.',
    means: 'a unix socket is connected to a program outside of the checkpoint',
    mend: 'criu restore --ext-unix-sk',
  },
  // Mounts
  {
    kind: 'root',
    criu: 'The --root option is required to restore a mount namespace',
    means: 'the checkpoint has mounts of its own, and needs a root to put them on',
    mend: 'criu restore --root DIR, DIR being a mount point',
  },
  {
    kind: 'mount',
    criu: 'mnt: Unable to mount % % (id=%): %',
    means: '$1 cannot be mounted on $2: $4',
    mend: 'make the directory or file $2 below the root, or crit-edit --path $2=OTHER',
  },
  {
    kind: 'mount',
    criu: "mnt: Can't mount at %: %",
    means: '$1 cannot be mounted: $2',
    mend: 'make the directory or file below the root; its source must be there, too',
  },
  {
    kind: 'mount',
    criu: "mnt: Can't bind-mount at %: %",
    means: '$1 cannot be mounted: $2',
    mend: 'make the directory or file below the root; its source must be there, too',
  },
  {
    kind: 'mount',
    criu: 'mnt: Unable to mount % %: %',
    means: '$1 cannot be mounted on $2: $3',
    mend: 'make the directory or file $2 below the root',
  },
  {
    kind: 'external',
    criu: 'mnt: No mapping for %:% mountpoint',
    means: 'the mount $2 comes from outside of the checkpoint',
    mend: 'criu restore --external mnt[KEY]:PATH',
  },
  {
    kind: 'mount',
    criu: "mnt: A few mount points can't be mounted",
    means: 'mounts could not be put in order, or what they are on is missing',
    mend: 'mountpoints-N.img of the same dump',
  },
  // Surroundings
  {
    kind: 'cgroup',
    criu: "cg: Can't move into % (%/%): %",
    means: 'a process cannot enter the cgroup $1: $4',
    mend: 'crit-edit --no-cgroup, or --cgroup FROM=TO',
  },
  {
    kind: 'cgroup',
    criu: "cg: Can't move % into % (%/%): %",
    means: 'a process cannot enter the cgroup $2: $5',
    mend: 'crit-edit --no-cgroup, or --cgroup FROM=TO',
  },
  {
    kind: 'cgroup',
    criu: 'No cg_controller_entry found for %/%',
    means: 'cgroup.img names the controller $1 in a set, and tells nothing of it',
    mend: 'crit-edit --no-cgroup',
  },
  {
    kind: 'cgroup',
    criu: "Cgroup dir % doesn't exist",
    means: 'the cgroup $1 is not there, and CRIU may not make it',
    mend: 'make it, or criu restore --manage-cgroups=soft, or crit-edit --no-cgroup',
  },
  {
    kind: 'cgroup',
    criu: "Can't mount controller dir %: %",
    means: 'this host does not have the hierarchy of cgroups $1: $2',
    mend: 'crit-edit --no-cgroup',
  },
  {
    kind: 'cgroup',
    criu: "Can't make cgroup dir %: %",
    means: 'the cgroup $1 cannot be made: $2',
    mend: 'crit-edit --no-cgroup, or --cgroup FROM=TO',
  },
  {
    kind: 'plugin',
    criu: 'Missing required plugin: %',
    means: 'it was dumped with the plugin $1',
    mend: 'install it, or name its directory with criu restore --libdir',
  },
  {
    kind: 'cpu',
    criu: 'CPU instruction capabilities do not match run time',
    means: 'this CPU lacks instructions of the one before',
    mend: 'a host with them; criu restore without --cpu-cap, and programs that use them crash',
  },
  {
    kind: 'cpu',
    criu: 'CPU capabilities do not match run time',
    means: 'this CPU is another one',
    mend: 'criu restore --cpu-cap=ins, or without it',
  },
  {
    kind: 'cpu',
    criu: 'CPU xfeatures has unsupported bits (%)',
    means: 'this CPU lacks registers of the one before ($1)',
    mend: 'a host with them',
  },
  {
    kind: 'cpu',
    criu: 'CPU xsave size mismatch (%/%)',
    means: 'registers take $2 bytes here, and took $1',
    mend: 'a host with such a CPU',
  },
  {
    kind: 'lsm',
    criu: "can't write lsm profile %",
    means: 'a profile of AppArmor or a context of SELinux is not accepted ($1)',
    mend: 'load it, or crit-edit --lsm-profile none',
  },
  {
    kind: 'lsm',
    criu: "can't render profile % for lsmtype %",
    means: 'a process has the profile or context $1, and this kernel has neither AppArmor nor SELinux',
    mend: 'crit-edit --lsm-profile none',
  },
  {
    kind: 'seccomp',
    criu: 'seccomp: SECCOMP_SET_MODE_FILTER returned % on tid %',
    means: 'a filter of system calls is not accepted ($1)',
    mend: 'crit-edit --no-seccomp',
  },
  {
    kind: 'user',
    criu: 'Unable to set real, effective and saved user ID: %',
    means: 'criu may not become one of the users of the processes ($1), or its user namespace has none of that number',
    mend: 'run criu as root, or crit-edit --uid OLD=NEW',
  },
  {
    kind: 'user',
    criu: 'Unable to set real, effective and saved group ID: %',
    means: 'criu may not take one of the groups of the processes ($1), or its user namespace has none of that number',
    mend: 'run criu as root, or crit-edit --gid OLD=NEW',
  },
  {
    kind: 'user',
    criu: "Can't setgroups([% gids]): %",
    means: 'criu may not take the groups of a process ($2)',
    mend: 'run criu as root, or crit-edit --gid OLD=NEW',
  },
  {
    kind: 'capability',
    criu: 'Unable to restore capabilities: %',
    means: 'a process has capabilities that criu does not have here ($1)',
    mend: 'run criu with all capabilities',
  },
  {
    kind: 'memory',
    criu: 'Unable to reserve memory (% bytes): %',
    means: 'there is no room for $1 bytes of memory: $2',
    mend: 'more free memory',
  },
  {
    kind: 'time',
    criu: 'Unable to create a new time namespace: %',
    means: 'this kernel makes no time namespaces: $1',
    mend: 'crit-edit --drop timens-0.img',
  },
  // What comes after, and what CRIU goes on from
  {
    kind: 'log',
    criu: "rlimit: Can't setup RLIMIT_NOFILE for self: %",
    means: 'criu may not have as many descriptors as it would like, and goes on',
    follows: true,
  },
  { kind: 'log', criu: 'Unable to open fd=% id=%', means: 'descriptor $1 could not be opened', follows: true },
  { kind: 'log', criu: "Can't open cwd", means: 'a working directory could not be opened', follows: true },
  { kind: 'log', criu: "Can't open root", means: 'a root directory could not be opened', follows: true },
  {
    kind: 'log',
    criu: "tty: Can't open master pty % (index %)",
    means: 'pseudo terminal $2 could not be opened',
    follows: true,
  },
  {
    kind: 'log',
    criu: '% exited, status=%',
    means: 'process $1 ended with status $2 while it was restored',
    follows: true,
  },
  {
    kind: 'log',
    criu: '% killed by signal %: %',
    means: 'process $1 was killed by signal $2 while it was restored',
    follows: true,
  },
  { kind: 'log', criu: 'Restoring FAILED.', means: 'the restore failed', follows: true },
  { kind: 'log', criu: 'Restorer fail %', means: 'process $1 could not be restored', follows: true },
  { kind: 'log', criu: "`- Can't open vma", means: 'a mapped file could not be opened', follows: true },
  { kind: 'log', criu: 'BUG at %', means: 'CRIU stopped at $1', follows: true },
  {
    kind: 'log',
    criu: 'Task % is in unexpected state: %',
    means: 'process $1 did not run to where it should',
    follows: true,
  },
  { kind: 'log', criu: 'Task stopped with %: %', means: 'a process was stopped by signal $1', follows: true },
  {
    kind: 'log',
    criu: "Can't stop all tasks on rt_sigreturn",
    means: 'a process did not run to its end of the restore',
    follows: true,
  },
  { kind: 'log', criu: "Can't catch all tasks", means: 'a process could not be held', follows: true },
  {
    kind: 'log',
    criu: 'Killing processes because of failure on restore.',
    means: 'CRIU ended what it had restored',
    follows: true,
  },
  { kind: 'log', criu: "Can't fixup VMA's fd", means: 'a mapped file could not be opened', follows: true },
  { kind: 'log', criu: "Couldn't unlink remap %: %", means: 'a deleted file could not be cleaned up', follows: true },
];
