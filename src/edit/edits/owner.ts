/** --uid OLD=NEW, --gid OLD=NEW, --map OLD=NEW */
import { wishOf, type Edit, type Spot } from '../edit.ts';
import { integerOf, listed, pairOf, wrong } from '../pair.ts';
import { isOfSpec } from './fields.ts';
import { GID_FIELDS, UID_FIELDS, type Fields } from '../presets.ts';

/** The largest id: the one above it stands for none. */
const MOST = 0xfffffffe;

export function ownerEdit(option: 'uid' | 'gid', values: readonly string[]): Edit {
  const rules = values.map((value) => {
    const [from, to] = pairOf(option, value, 'OLD=NEW').map((text) => integerOf(option, text, 0, MOST));
    return { wish: wishOf(option, value), from, to };
  });
  const seen = new Set<number>();
  const map = (id: unknown): unknown => {
    if (typeof id !== 'number') return id;
    if (seen.size < 1000) seen.add(id);
    const rule = rules.find(({ from }) => from === id);
    if (rule) rule.wish.isMet = true;
    return rule?.to ?? id;
  };
  return {
    option,
    wishes: rules.map(({ wish }) => wish),
    visits: visitsOf(option === 'uid' ? UID_FIELDS : GID_FIELDS, map),
    values(path, value) {
      const isUser = isOfSpec(path, 'process', 'user', option);
      const isGroup = option === 'gid' && isOfSpec(path.slice(0, -1), 'process', 'user', 'additionalGids');
      return isUser || isGroup ? map(value) : undefined;
    },
    found: () => `nothing has it; there is ${listed([...seen].sort((a, b) => a - b))}`,
  };
}

function visitsOf(fields: Fields, map: (id: unknown) => unknown): Record<string, (spot: Spot) => void> {
  return Object.fromEntries(
    Object.entries(fields).map(([message, names]) => [
      message,
      (spot: Spot) => {
        for (const name of names) {
          const value = spot.message[name];
          if (value !== undefined) spot.set(name, Array.isArray(value) ? value.map(map) : map(value));
        }
      },
    ]),
  );
}

/** Ids of the host that those of a user namespace stand for. */
export function mapEdit(values: readonly string[]): Edit {
  const form = '[uid:|gid:]OLD=NEW, where ids of the host begin,';
  const rules = values.map((value) => {
    const [, kind, pair = ''] = /^(?:(uid|gid):)?(.*)$/.exec(value) ?? [];
    const [from, to] = pairOf('map', pair, form).map((text) => integerOf('map', text, 0, MOST));
    if (from === undefined || to === undefined) throw wrong('map', value, form);
    return { wish: wishOf('map', value), kind, from, to };
  });
  const seen = new Set<string>();
  const moved = (kind: 'uid' | 'gid', extents: unknown): unknown[] =>
    (Array.isArray(extents) ? extents : []).map((extent: unknown) => {
      if (typeof extent !== 'object' || extent === null || !('lower_first' in extent)) return extent;
      seen.add(`${kind}:${String(extent.lower_first)}`);
      const rule = rules.find((each) => (each.kind ?? kind) === kind && each.from === extent.lower_first);
      if (!rule) return extent;
      rule.wish.isMet = true;
      return { ...extent, lower_first: rule.to };
    });
  return {
    option: 'map',
    wishes: rules.map(({ wish }) => wish),
    visits: {
      userns_entry(spot) {
        spot.set('uid_map', moved('uid', spot.message['uid_map']));
        spot.set('gid_map', moved('gid', spot.message['gid_map']));
      },
    },
    found: () =>
      seen.size > 0
        ? `no ids of the host begin there; they begin at ${listed(seen)}`
        : 'the checkpoint has no user namespace of its own',
  };
}
