/**
 * What is run, in a directory that holds `dump`, `dump.tar`, `lines`, `references`, `large` (lines of an image of 1.2 MB as well),
 * `compressed`, `document.json`, `taken`, and `old`, an output directory of another dump.
 */
export interface Played {
  readonly name: string;
  /** The name of the program and its arguments. */
  readonly words: readonly string[];
  /** The file that is its standard input. */
  readonly input?: string;
  /** The command that reads its standard output. */
  readonly next?: readonly string[];
  /** A file that tells what one run did: where it is run again on what it finished, less. */
  readonly report?: string;
  /** What stands for CRIU. */
  readonly criu?: 'dump' | 'restore';
}

const PID = '4845';
/** What is in memory and in entries. */
const SOUGHT = ['--text', 'bakery', '--secrets'];
/** Stands for the program and the first words of CRIU. */
export const CRIU = '<criu>';

export const COMMANDS: readonly Played[] = [
  { name: 'crit-cat DIR', words: ['crit-cat', 'dump'] },
  { name: 'crit-cat ARCHIVE', words: ['crit-cat', 'dump.tar'] },
  { name: 'crit-pack -C', words: ['crit-pack', '-C', 'new'], input: 'lines' },
  { name: 'crit-pack --sync -C', words: ['crit-pack', '--sync', '-C', 'far/new', 'lines'] },
  { name: 'crit-pack -f -C', words: ['crit-pack', '-f', '-C', 'old'], input: 'lines' },
  { name: 'crit-pack -f --sync -C', words: ['crit-pack', '-f', '--sync', '-C', 'old', 'lines'] },
  { name: 'crit-pack -o', words: ['crit-pack', '-o', 'new.img', 'image'] },
  { name: 'crit-pack -f --sync -o', words: ['crit-pack', '-f', '--sync', '-o', 'old/pstree.img', 'image'] },
  { name: 'crit-pack', words: ['crit-pack', 'image'] },
  { name: 'crit-pack --tar', words: ['crit-pack', '--tar', '-o', 'new.tar'], input: 'lines' },
  { name: 'crit-pack --tar --zstd', words: ['crit-pack', '--tar', '--zstd', 'lines'] },
  { name: 'crit-filter', words: ['crit-filter', 'entry'], input: 'lines' },
  { name: 'crit-map', words: ['crit-map', '-m', 'PSTREE', 'entry.sid = 1', 'lines'] },
  { name: 'crit decode', words: ['crit', 'decode', '-i', 'dump/pstree.img', '-o', 'new.json'] },
  { name: 'crit encode', words: ['crit', 'encode', '-i', 'document.json', '-o', 'new.img'] },
  { name: 'crit-inspect DIR', words: ['crit-inspect', '--all', 'dump'] },
  { name: 'crit-inspect ARCHIVE', words: ['crit-inspect', 'dump.tar'] },
  { name: 'crit-mem', words: ['crit-mem', '-p', PID, 'dump'] },
  { name: 'crit-grep', words: ['crit-grep', '--strings', 'dump'] },
  { name: 'crit-core -o', words: ['crit-core', '-p', PID, 'dump', '-o', 'core'] },
  { name: 'crit-core -f -o', words: ['crit-core', '-f', '-p', PID, 'dump', '-o', 'old/core'] },
  { name: 'crit-edit DUMP -C', words: ['crit-edit', '--comm', `${PID}=web`, 'dump', '-C', 'new'] },
  { name: 'crit-edit', words: ['crit-edit', '--comm', `${PID}=web`], input: 'lines' },
  { name: 'crit-check', words: ['crit-check', '--offline', 'dump'] },
  { name: 'crit-diff', words: ['crit-diff', 'dump', 'dump'] },
  { name: 'crit x mems', words: ['crit', 'x', 'dump', 'mems'] },
  {
    name: 'crit-cat --refs | crit-pack',
    words: ['crit-cat', '--refs', 'dump'],
    next: ['crit-pack', '--from', 'dump', '-C', 'new'],
  },
  { name: 'crit-pack --from -C', words: ['crit-pack', '--from', 'dump', '-C', 'new'], input: 'references' },
  { name: 'crit-pack --from -f -C', words: ['crit-pack', '--from', 'dump', '-f', '-C', 'old'], input: 'references' },
  { name: 'crit-edit -C', words: ['crit-edit', '--comm', `${PID}=web`, '-C', 'new'], input: 'lines' },
  { name: 'crit-edit ARCHIVE -f -C', words: ['crit-edit', '--comm', `${PID}=web`, 'dump.tar', '-f', '-C', 'old'] },
  { name: 'crit-redact', words: ['crit-redact', ...SOUGHT], input: 'lines' },
  { name: 'crit-redact DUMP -C', words: ['crit-redact', ...SOUGHT, '--keep-report', 'report', 'dump', '-C', 'new'] },
  { name: 'crit-redact ARCHIVE -f -C', words: ['crit-redact', ...SOUGHT, 'dump.tar', '-f', '-C', 'old'] },
  {
    name: 'crit-redact -f -C DUMP',
    words: ['crit-redact', ...SOUGHT, '--keep-report', 'old/other.txt', '-f', '-C', 'dump', 'dump'],
    report: 'old/other.txt',
  },
  { name: 'crit-stats', words: ['crit-stats', 'dump', 'dump.tar'] },
  { name: 'crit-stats --json -j', words: ['crit-stats', '--json', '-j', '2', 'dump', 'dump.tar'] },
  { name: 'crit compress', words: ['crit', 'compress', 'dump'] },
  { name: 'crit compress --in-place', words: ['crit', 'compress', '--in-place', 'dump'] },
  { name: 'crit decompress', words: ['crit', 'decompress', 'compressed'] },
  { name: 'crit decompress --in-place', words: ['crit', 'decompress', '--in-place', 'compressed'] },
  {
    name: 'crit-capture',
    words: ['crit-capture', 'live', '--', CRIU],
    next: ['crit-pack', '-C', 'new'],
    criu: 'dump',
  },
  {
    name: 'crit-capture --confirm',
    words: ['crit-capture', '--confirm', '0', 'live', '--', CRIU],
    input: 'taken',
    next: ['crit-pack', '-C', 'new'],
    criu: 'dump',
  },
  { name: 'crit-serve', words: ['crit-serve', 'live', '--', CRIU], input: 'large', criu: 'restore' },
  { name: 'crit-serve --from DIR', words: ['crit-serve', '--from', 'dump', 'live', '--', CRIU], criu: 'restore' },
  {
    name: 'crit-serve --from ARCHIVE',
    words: ['crit-serve', '--from', 'dump.tar', 'live', '--', CRIU],
    criu: 'restore',
  },
  { name: 'crit-edit -f -C DUMP', words: ['crit-edit', '--comm', `${PID}=web`, 'dump', '-f', '-C', 'dump'] },
];
