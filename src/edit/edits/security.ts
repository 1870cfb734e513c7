/** --no-seccomp, --lsm-profile */
import { wishOf, type Edit, type Spot } from '../edit.ts';
import { wrong } from '../pair.ts';

export function noSeccompEdit(): Edit {
  const wish = wishOf('no-seccomp', '');
  const without =
    (...fields: string[]) =>
    (spot: Spot): void => {
      for (const field of fields) {
        const value = spot.message[field];
        if (value === undefined) continue;
        if (value !== 'disabled') wish.isMet = true;
        spot.set(field, undefined);
      }
    };
  return {
    option: 'no-seccomp',
    wishes: [wish],
    visits: {
      task_core_entry: without('old_seccomp_mode', 'old_seccomp_filter'),
      thread_core_entry: without('seccomp_mode', 'seccomp_filter'),
      seccomp_entry: without('seccomp_filters'),
    },
    found: () => 'no thread has a filter',
  };
}

/** The profile in the place of that which threads have; `none` takes it away. */
export function lsmEdit(values: readonly string[]): Edit {
  const value = values.at(-1) ?? '';
  const [, type = '', name = ''] = /^(apparmor|selinux):(.+)$/.exec(value) ?? [];
  if (value !== 'none' && name === '') throw wrong('lsm-profile', value, 'apparmor:NAME, selinux:CONTEXT or none');
  const wish = wishOf('lsm-profile', value);
  const isNone = value === 'none';
  return {
    option: 'lsm-profile',
    wishes: [wish],
    visits: {
      creds_entry(spot) {
        if (spot.message['lsm_profile'] === undefined) return;
        wish.isMet = true;
        spot.set('lsm_profile', isNone ? undefined : name);
        if (isNone) spot.set('lsm_sockcreate', undefined);
      },
      inventory_entry(spot) {
        const { lsmtype } = spot.message;
        if (lsmtype !== undefined && lsmtype !== 'NO_LSM') spot.set('lsmtype', isNone ? 'NO_LSM' : type.toUpperCase());
      },
    },
    // Profiles that CRIU would load, for nobody to have.
    rename: (image, magic) => (isNone && magic === 'APPARMOR' ? undefined : image),
    found: () => 'no thread has a profile',
  };
}
