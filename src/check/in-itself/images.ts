/** Images that are missing or damaged, pages that are elsewhere, and what a restore takes from outside. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { Pagemap } from '../../checkpoint/pagemap.ts';
import { findUnusual } from '../../inspect/unusual.ts';
import type { Finding, Severity } from '../finding.ts';

/** What is unusual, by its kind, as a finding. */
interface Kind {
  readonly severity: Severity;
  readonly criu?: string;
  readonly mend?: string;
}

const WHOLE = 'the image as the dump wrote it';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['missing', { severity: 'error', criu: 'Unexpected EOF', mend: WHOLE }],
  ['damaged', { severity: 'error', mend: WHOLE }],
  ['interrupted', { severity: 'error', mend: 'the command that was killed, once more' }],
  ['entries without a file', { severity: 'error', criu: 'No file for fd', mend: 'files.img of the same dump' }],
  [
    'pages outside of areas',
    { severity: 'error', criu: 'Page entry address', mend: 'mm and pagemap of the same dump' },
  ],
  ['lazy', { severity: 'error', mend: 'criu lazy-pages, and beside it criu restore --lazy-pages' }],
  ['unknown', { severity: 'note', mend: 'a CRIU that knows them; others pass over them' }],
  ['external', { severity: 'note', mend: 'criu restore --external or --inherit-fd' }],
  ['plugin', { severity: 'note' }],
]);

export async function* findImages(checkpoint: Checkpoint): AsyncGenerator<Finding, void, undefined> {
  const lazy = checkpoint.pidsWithMemory.reduce((sum, pid) => sum + lazyPages(checkpoint, pid), 0);
  for (const { kind, image, message } of await findUnusual(checkpoint, { here: 0, inParent: 0, lazy }, [])) {
    const { severity, ...more }: Kind = KINDS.get(kind) ?? { severity: 'error' };
    // CRIU has words of its own for each image that it opens first.
    const criu = kind === 'missing' && image !== undefined ? missingWords(image) : more.criu;
    yield {
      severity,
      kind,
      ...(image !== undefined && { image }),
      message,
      ...more,
      ...(criu !== undefined && { criu }),
    };
  }
}

function missingWords(image: string): string {
  return image.startsWith('pages-') ? `Unable to open ${image}` : `Unexpected EOF on ${image}`;
}

function lazyPages({ images, pageSize }: Checkpoint, pid: number): number {
  const name = `pagemap-${pid}.img`;
  if (!images.has(name)) return 0;
  return ifReadable(() => new Pagemap(images, name, pageSize))?.totals.lazy ?? 0;
}
