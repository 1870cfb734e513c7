import { readFileSync } from 'node:fs';

/** Put in by the bundler. */
declare const CRIT_PIPE_VERSION: string;

/** The version of the package. */
export function version(): string {
  return typeof CRIT_PIPE_VERSION === 'string' ? CRIT_PIPE_VERSION : versionInSource();
}

function versionInSource(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return String(found);
}
