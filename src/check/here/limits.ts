/** Hard limits that only a process with CAP_SYS_RESOURCE may raise to what they were: CRIU leaves them lower without a word. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { capabilitiesIn, hasCapability, SYS_RESOURCE } from './capability-set.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

const UNLIMITED = 2n ** 64n - 1n;
/** By their numbers, as /proc/PID/limits and crit-edit have them: resource.h of Linux. */
// prettier-ignore
const LIMITS: readonly (readonly [inProc: string, name: string])[] = [
  ['Max cpu time', 'cpu'], ['Max file size', 'fsize'], ['Max data size', 'data'], ['Max stack size', 'stack'],
  ['Max core file size', 'core'], ['Max resident set', 'rss'], ['Max processes', 'nproc'], ['Max open files', 'nofile'],
  ['Max locked memory', 'memlock'], ['Max address space', 'as'], ['Max file locks', 'locks'],
  ['Max pending signals', 'sigpending'], ['Max msgqueue size', 'msgqueue'], ['Max nice priority', 'nice'],
  ['Max realtime priority', 'rtprio'], ['Max realtime timeout', 'rttime'],
];

export function* findLimits({ processes }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const effective = capabilitiesIn(host.status('CapEff'));
  if (effective === undefined || hasCapability(effective, SYS_RESOURCE)) return;
  const here = hardLimits(host.procText('self/limits'));
  for (const process of processes) {
    const core = ifReadable(() => (process.isGone ? undefined : process.readCore()));
    for (const [number, { max }] of (core?.tc?.rlimits?.rlimits ?? []).entries()) {
      const limit = here[number];
      const name = LIMITS[number]?.[1];
      const wanted = BigInt.asUintN(64, BigInt(max));
      if (limit === undefined || name === undefined || wanted <= limit) continue;
      yield {
        severity: 'note',
        kind: 'limit',
        image: `core-${process.pid}.img`,
        id: process.pid,
        message: `process ${process.pid} has the hard limit ${name} ${shown(wanted)}, which this user cannot raise above ${shown(limit)}`,
        there: shown(wanted),
        here: shown(limit),
        mend: `crit-edit --limit ${name}=${shown(limit)}, or criu with cap_sys_resource`,
      };
    }
  }
}

/** The hard limits of this process, by their numbers. */
function hardLimits(text: string): (bigint | undefined)[] {
  return LIMITS.map(([name]) => {
    const hard = new RegExp(`^${name} +\\S+ +(\\S+)`, 'm').exec(text)?.[1];
    return hard === undefined ? undefined : hard === 'unlimited' ? UNLIMITED : BigInt(hard);
  });
}

function shown(limit: bigint): string {
  return limit === UNLIMITED ? 'unlimited' : String(limit);
}
