/** What container engines keep beside the images in an archive: their own JSON about the container. */
import type { Edit, Report } from './edit.ts';
import { replaceValues } from './json-values.ts';

/** Podman and CRI-O: the container, the OCI specification, and the networks with their addresses. */
const NAMES: readonly string[] = ['config.dump', 'spec.dump', 'network.status'];

export function isEngineFile(image: string): boolean {
  return NAMES.includes(image.slice(image.lastIndexOf('/') + 1));
}

/** The bytes of such a file, edited; undefined where the edit does not change such files. */
export function editEngineFile({ option, values }: Edit, bytes: Buffer, report: Report): Buffer | undefined {
  if (!values) return undefined;
  const text = replaceValues(bytes.toString('utf8'), (path, value) => {
    const other = values(path, value);
    if (other !== undefined && other !== value) report(option, path.join('.'), value, other);
    return other;
  });
  return Buffer.from(text);
}
