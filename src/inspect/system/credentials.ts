/** What processes may do: users, groups, capabilities, seccomp, profiles. */
import { capabilityNames, capabilitySet } from '../../checkpoint/capabilities.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { CoreEntry, CredsEntry } from '../../schema/generated/messages.ts';

/** Credentials, and who has just these. */
export interface Credentials {
  /** Processes by their main thread, and other threads where they differ from it. */
  readonly pids: readonly number[];
  readonly threads: readonly number[];
  readonly user: Ids;
  readonly group: Ids;
  readonly groups: readonly number[];
  readonly capabilities: Capabilities;
  /** SECBIT_* of prctl(2). */
  readonly secureBits: number;
  readonly noNewPrivileges: boolean;
  /** disabled, strict, filter */
  readonly seccomp: string;
  /** How many filters there are, one behind another. */
  readonly seccompFilters: number;
  /** Of AppArmor or SELinux. */
  readonly profile?: string;
}

export interface Ids {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
  readonly fileSystem: number;
}

/** By name: CAP_CHOWN, .. */
export interface Capabilities {
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly bounding: readonly string[];
  readonly ambient: readonly string[];
}

type Facts = Omit<Credentials, 'pids' | 'threads'>;

/** Each set of credentials once, in the order of those who have them. */
export function credentialsOf(checkpoint: Checkpoint): Credentials[] {
  const filters = filterCounts(checkpoint);
  const found = new Map<string, Facts & { pids: number[]; threads: number[] }>();
  for (const process of checkpoint.processes) {
    if (ifReadable(() => process.isGone) !== false) continue;
    const creds = ifReadable(() => process.readCredentials());
    const core = ifReadable(() => process.readCore());
    if (!creds || !core) continue;
    const main = factsOf(creds, core, filters);
    const key = JSON.stringify(main);
    placeOf(found, key, main).pids.push(process.pid);
    if (process.threads.length < 2) continue;
    ifReadable(() => {
      for (const { tid, core: own } of process.readThreads()) {
        if (tid === process.pid || !own.thread_core?.creds) continue;
        const facts = factsOf(own.thread_core.creds, own, filters);
        const other = JSON.stringify(facts);
        if (other !== key) placeOf(found, other, facts).threads.push(tid);
      }
    });
  }
  return [...found.values()];
}

function placeOf<T>(
  found: Map<string, T & { pids: number[]; threads: number[] }>,
  key: string,
  facts: T,
): { pids: number[]; threads: number[] } {
  const known = found.get(key);
  if (known) return known;
  const made = { pids: [], threads: [], ...facts };
  found.set(key, made);
  return made;
}

function factsOf(creds: CredsEntry, { tc, thread_core }: CoreEntry, filters: readonly number[]): Facts {
  const { groups = [], cap_eff = [], cap_prm = [], cap_inh = [], cap_bnd = [], cap_amb = [], secbits } = creds;
  const names = (words: readonly number[]): string[] => capabilityNames(capabilitySet(words));
  const mode = thread_core?.seccomp_mode ?? tc?.old_seccomp_mode ?? 'disabled';
  const last = thread_core?.seccomp_filter ?? tc?.old_seccomp_filter;
  const profile = creds.lsm_profile === undefined ? '' : textOf(creds.lsm_profile);
  return {
    user: { real: creds.uid, effective: creds.euid, saved: creds.suid, fileSystem: creds.fsuid },
    group: { real: creds.gid, effective: creds.egid, saved: creds.sgid, fileSystem: creds.fsgid },
    groups,
    capabilities: {
      effective: names(cap_eff),
      permitted: names(cap_prm),
      inheritable: names(cap_inh),
      bounding: names(cap_bnd),
      ambient: names(cap_amb),
    },
    secureBits: secbits,
    noNewPrivileges: (creds.no_new_privs ?? 0) !== 0,
    seccomp: String(mode),
    seccompFilters: mode === 'filter' && last !== undefined ? (filters[last] ?? 0) : 0,
    ...(profile !== '' && { profile }),
  };
}

/** How long the chain is that ends with each filter: one names the one that was there before it, which stands before it. */
function filterCounts({ images }: Checkpoint): readonly number[] {
  const counts: number[] = [];
  const all = ifReadable(() => images.firstIfThere('seccomp.img', 'SECCOMP'))?.seccomp_filters ?? [];
  for (const { prev } of all) counts.push(1 + (prev === undefined ? 0 : (counts[prev] ?? 0)));
  return counts;
}
