import type { Finding } from '../../../check/finding.ts';
import { safeText } from '../../io/terminal.ts';

/** A line for a finding, and below it what CRIU says and what mends it. */
export function* checkText(findings: Iterable<Finding>): Generator<string, void, undefined> {
  for (const { severity, kind, image, message, criu, mend, line } of findings) {
    yield safeText(`${severity}: ${kind}: ${image === undefined ? '' : `${image}: `}${message}`);
    if (criu !== undefined) yield safeText(`    CRIU${line === undefined ? '' : `, line ${line}`}: ${criu}`);
    if (mend !== undefined) yield safeText(`    mend: ${mend}`);
  }
}
