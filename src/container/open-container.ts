import { statSync } from 'node:fs';
import { placed } from '../error.ts';
import { lookUp } from '../files/walk.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { ByteSource } from './byte-source.ts';
import type { Container } from './container.ts';
import { DETECT_SIZE, detectFormat } from './detect-format.ts';
import { DirectoryContainer, type DirectoryOptions } from './directory/directory-container.ts';
import { FileContainer } from './file-container.ts';
import { isImageLayout } from './oci/is-image-layout.ts';

export interface ContainerOptions extends DirectoryOptions, ArchiveLimits {
  /** The name of a file that is none of a container, in place of the one that it has. */
  readonly name?: string | undefined;
}

/**
 * Opens whatever holds images, by its path; `-` is standard input. Throws a CritError for what cannot be opened, and for what
 * begins like an archive and is none. The code for archives is loaded when there is one.
 */
export async function openContainer(path: string, options: ContainerOptions = {}): Promise<Container> {
  if (path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    if (!isImageLayout(path)) return new DirectoryContainer(path, options);
    const { openImageLayout } = await import('./oci/oci-layout.ts');
    return openImageLayout(path, options);
  }
  const name = options.name ?? (path === '-' ? '-' : lookUp(path).name);
  let source: ByteSource;
  try {
    source = new ByteSource(path, options.onRead);
  } catch (error) {
    throw placed(error, { image: path });
  }
  try {
    const format = detectFormat(name, await source.first(DETECT_SIZE));
    if (!format && path === '-') return new FileContainer(source, name, undefined);
    if (!format) return new FileContainer(source, name, path, await options.contents?.(path));
    const { openArchive } = await import('./open-archive.ts');
    const opened = await openArchive(source, format, { maxWindow: options.maxWindow });
    return 'file' in opened ? new FileContainer(source, name, undefined, opened.file) : opened;
  } catch (error) {
    await source.close();
    throw placed(error, { image: name });
  }
}
