/** Plugins that a restore needs, where CRIU looks for them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

/** Where builds of CRIU look; CRIU_LIBS_DIR says another place. */
const DIRECTORIES = ['usr/lib/criu', 'usr/local/lib/criu', 'usr/lib64/criu', 'usr/libexec/criu'];

export function* findPlugins({ images }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const wanted = images.firstIfThere('inventory.img', 'INVENTORY')?.plugins_entry?.plugins ?? [];
  const named = process.env['CRIU_LIBS_DIR'];
  const directories = [...(named === undefined ? [] : [named]), ...DIRECTORIES.map((each) => join(host.top, each))];
  for (const plugin of wanted) {
    const name = textOf(plugin);
    if (name.includes('/') || directories.some((directory) => existsSync(join(directory, `${name}.so`)))) continue;
    yield {
      severity: 'error',
      kind: 'plugin',
      image: 'inventory.img',
      message: `it was dumped with the plugin ${name}, which is not here`,
      there: name,
      criu: `Missing required plugin: ${name}`,
      mend: `install it: ${DIRECTORIES.map((each) => `/${each}`).join(', ')} were looked into; criu restore --libdir DIR`,
    };
  }
}
