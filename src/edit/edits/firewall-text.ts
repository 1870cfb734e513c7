/** Addresses in the rules of a firewall, as iptables-save, ip6tables-save and nft list them. */
import { CritError } from '../../error.ts';
import { addressOf, addressText } from './address-map.ts';

/** Gives the address in the place of another; undefined where that stays. */
type Map = (address: Buffer) => Buffer | undefined;

/** Runs of what addresses consist of, between what cannot be part of a word. A range has a dash between its ends. */
const WORDS = /(?<![\w.:])[\da-f.:]+(?![\w])(?:-[\da-f.:]+(?![\w]))?/gi;
/** An address with a port behind it. */
const WITH_PORT = /^(\d+\.\d+\.\d+\.\d+)(:\d*)$/;

export function isFirewallText(image: string): boolean {
  return /(?:^|\/)(?:ip6?tables|nftables)-\d+\.img$/.test(image);
}

/** The bytes with other addresses. Throws a CritError where one end of a range of addresses would move without the other. */
export function replaceInRules(bytes: Buffer, map: Map, onChange: (old: string, now: string) => void): Buffer {
  // Other bytes than those of ASCII are left as they are.
  const text = bytes.toString('latin1');
  const changed = text.replace(WORDS, (word) => {
    const ends = word.split('-');
    const others = ends.map((end) => mapped(end, map));
    if (others.every((other) => other === undefined)) return word;
    if (others.includes(undefined))
      throw new CritError('value', `a rule has the range ${word}, of which only one end is given another address`);
    const now = others.join('-');
    onChange(word, now);
    return now;
  });
  return Buffer.from(changed, 'latin1');
}

function mapped(word: string, map: Map): string | undefined {
  const [, address = word, port = ''] = WITH_PORT.exec(word) ?? [];
  if (!address.includes('.') && !address.includes(':')) return undefined;
  const bytes = addressOf(address);
  const other = bytes && map(bytes);
  return other && addressText(other) + port;
}
