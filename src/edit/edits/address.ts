/** --address OLD=NEW: addresses of sockets, at both ends, and in the dumps of a network namespace. */
import type { Edit, Spot } from '../edit.ts';
import { ADDRESS_FIELDS } from '../presets.ts';
import { AddressMap, addressBytes, addressOf, addressText, wordsOf } from './address-map.ts';
import { isConntrackImage, replaceInConnections } from './conntrack.ts';
import { isFirewallText, replaceInRules } from './firewall-text.ts';
import { isNetlinkImage, replaceAddresses } from './netlink.ts';

const INET = 2;

export function addressEdit(values: readonly string[]): Edit {
  const map = new AddressMap(values);
  const visits: Record<string, (spot: Spot) => void> = {};
  for (const [message, fields] of Object.entries(ADDRESS_FIELDS)) {
    visits[message] = (spot) => {
      for (const field of fields) {
        const words = spot.message[field];
        // Version 0.1 of CRIU wrote four words for IPv4 as well.
        const isShort = spot.message['family'] === INET || (Array.isArray(words) && words.length === 1);
        const address = addressBytes(words, isShort);
        const other = address && map.map(address);
        if (other && Array.isArray(words)) spot.set(field, [...wordsOf(other), ...words.slice(other.length / 4)]);
      }
    };
  }
  return {
    option: 'address',
    wishes: map.wishes,
    visits,
    raw: {
      takes: (image) => isNetlinkImage(image) || isFirewallText(image) || isConntrackImage(image),
      edit(image, bytes, report) {
        if (isFirewallText(image)) {
          return replaceInRules(
            bytes,
            (address) => map.map(address),
            (old, now) => report('address', 'rule', old, now),
          );
        }
        const copy = Buffer.from(bytes);
        const replaceAnd = (address: Buffer, field: string): Buffer | undefined => {
          const other = map.map(address);
          if (other) report('address', field, addressText(address), addressText(other));
          return other;
        };
        if (isConntrackImage(image)) replaceInConnections(image, copy, replaceAnd);
        else replaceAddresses(copy, (address, name, message) => replaceAnd(address, `${message} ${name}`));
        return copy;
      },
    },
    values(_path, value) {
      // Also with the length of its network.
      const [, text = '', length = ''] =
        typeof value === 'string' ? (/^([\d.]+|[\da-f:.]+)(\/\d+)?$/i.exec(value) ?? []) : [];
      const bytes = addressOf(text);
      const other = bytes && map.map(bytes);
      return other && `${addressText(other)}${length}`;
    },
    found: () => map.seen(),
  };
}
