/** --external OLD=NEW, --tty OLD=NEW */
import { wishOf, type Edit, type Spot } from '../edit.ts';
import { integerOf, listed, pairOf } from '../pair.ts';
import { EXTERNAL_FIELDS } from '../presets.ts';
import { bytesOf } from '../text.ts';

/** The keys of what the restore is given from outside: mounts, namespaces, files. */
export function externalEdit(values: readonly string[]): Edit {
  const rules = values.map((value) => {
    const [from, to] = pairOf('external', value, 'OLD=NEW');
    return { wish: wishOf('external', value), from, to };
  });
  const seen = new Set<string>();
  const rename = (spot: Spot, field: string): void => {
    const value = spot.message[field];
    if (value === undefined) return;
    const key = bytesOf(value).toString('utf8');
    seen.add(key);
    const rule = rules.find(({ from }) => from === key);
    if (!rule) return;
    rule.wish.isMet = true;
    spot.set(field, rule.to);
  };
  const visits: Record<string, (spot: Spot) => void> = {
    reg_file_entry(spot) {
      if (spot.message['ext'] === true) rename(spot, 'name');
    },
  };
  for (const [message, fields] of Object.entries(EXTERNAL_FIELDS)) {
    visits[message] = (spot) => {
      for (const field of fields) rename(spot, field);
    };
  }
  return {
    option: 'external',
    wishes: rules.map(({ wish }) => wish),
    visits,
    found: () => (seen.size > 0 ? `no such key; there is ${listed(seen)}` : 'nothing comes from outside'),
  };
}

/** Major numbers of the slaves of pseudo terminals, 256 terminals each. */
const FIRST_PTS = 136;
const LAST_PTS = 143;

/** Pseudo terminals by their numbers in /dev/pts. */
export function ttyEdit(values: readonly string[]): Edit {
  const rules = values.map((value) => {
    const [from, to] = pairOf('tty', value, 'OLD=NEW').map((text) => integerOf('tty', text, 0, 2047));
    return { wish: wishOf('tty', value), from, to: to ?? 0 };
  });
  const seen = new Set<number>();
  return {
    option: 'tty',
    wishes: rules.map(({ wish }) => wish),
    visits: {
      tty_info_entry(spot) {
        const { pty, rdev } = spot.message;
        const index: unknown = typeof pty === 'object' && pty !== null ? Reflect.get(pty, 'index') : undefined;
        if (typeof index !== 'number') return;
        seen.add(index);
        const rule = rules.find(({ from }) => from === index);
        if (!rule) return;
        rule.wish.isMet = true;
        spot.set('pty', { ...Object(pty), index: rule.to });
        if (typeof rdev === 'number' && isSlave(rdev)) spot.set('rdev', deviceOf(rule.to));
      },
      reg_file_entry(spot) {
        const [, directory = '', index] = /^(.*\/pts\/)(\d+)$/.exec(String(spot.message['name'])) ?? [];
        const rule = rules.find(({ from }) => index !== undefined && from === Number(index));
        if (rule) spot.set('name', `${directory}${rule.to}`);
      },
    },
    found: () => (seen.size > 0 ? `no such terminal; there is ${listed(seen)}` : 'there is no pseudo terminal'),
  };
}

function isSlave(device: number): boolean {
  const major = (device >>> 8) & 0xfff;
  return major >= FIRST_PTS && major <= LAST_PTS;
}

/** As stat(2) gives the number: the lower eight bits of the minor number last. */
function deviceOf(index: number): number {
  return ((FIRST_PTS << 8) | (index & 0xff) | ((index & ~0xff) << 12)) >>> 0;
}
