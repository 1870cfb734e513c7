/** Profiles of AppArmor and contexts of SELinux that this kernel does not have. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

const MEND = 'crit-edit --lsm-profile none';

export function* findProfiles({ images, processes }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const module = images.firstIfThere('inventory.img', 'INVENTORY')?.lsmtype;
  if (module !== 'APPARMOR' && module !== 'SELINUX') return;
  const isHere = host.hasSys(module === 'APPARMOR' ? 'kernel/security/apparmor' : 'fs/selinux');
  // Policies of a namespace of AppArmor's own are in the checkpoint.
  const loaded = images.has('apparmor.img') ? '' : host.sysText('kernel/security/apparmor/profiles');
  const told = new Set<string>();
  for (const process of processes) {
    const creds = ifReadable(() => (process.isGone ? undefined : process.readCredentials()));
    const profile = creds?.lsm_profile === undefined ? '' : textOf(creds.lsm_profile);
    if (profile === '' || profile === 'unconfined' || told.has(profile)) continue;
    told.add(profile);
    const of = {
      severity: 'error',
      kind: 'lsm',
      image: `core-${process.pid}.img`,
      id: process.pid,
      there: profile,
    } as const;
    const name = module === 'APPARMOR' ? 'AppArmor' : 'SELinux';
    if (!isHere) {
      const criu = 'mismatched lsm types and lsm profile specified';
      yield { ...of, message: `it has ${profile} of ${name}, which this kernel does not have`, criu, mend: MEND };
    } else if (module === 'APPARMOR' && loaded !== '' && !hasProfile(loaded, profile)) {
      const message = `the profile ${profile} of AppArmor is not loaded`;
      yield { ...of, message, criu: "can't write lsm profile", mend: `apparmor_parser of it, or ${MEND}` };
    }
  }
}

/** A line is `NAME (MODE)`; of stacked profiles, each must be there. */
function hasProfile(loaded: string, profile: string): boolean {
  const names = new Set(loaded.split('\n').map((line) => line.replace(/ \([^()]*\)$/, '')));
  return profile
    .split('//&')
    .map((each) => each.replace(/ \([^()]*\)$/, ''))
    .every((each) => each.startsWith(':') || each === 'unconfined' || names.has(each));
}
