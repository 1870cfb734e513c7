/** The version of the images, whichever CRIU is here. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Finding } from '../finding.ts';

/** The latest that CRIU 4.3 knows: that of images with compressed pages. */
const IMAGES_VERSION = 3;

export function* findVersion({ images }: Checkpoint): Generator<Finding, void, undefined> {
  const version = images.firstIfThere('inventory.img', 'INVENTORY')?.img_version;
  if (version === undefined || version <= IMAGES_VERSION) return;
  yield {
    severity: 'error',
    kind: 'version',
    image: 'inventory.img',
    message: `images of version ${version}; CRIU 4.3 knows those up to ${IMAGES_VERSION}`,
    there: version,
    here: IMAGES_VERSION,
    criu: `Not supported images version ${version}`,
    mend: 'a newer CRIU',
  };
}
