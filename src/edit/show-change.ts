/** Changes as text for people. */
import { formatAddress } from '../codec/address.ts';
import { show } from '../codec/parse-value.ts';
import type { Change } from './edit.ts';

/** `files.img: entry 3: reg.name: "/a" to "/b"` */
export function changeText(change: Change): string {
  const { image, entry, field } = change;
  const place = entry === undefined ? image : `${image}: entry ${entry}`;
  if (field === 'image') return `${image}: ${change.new === undefined ? 'left out' : `becomes ${show(change.new)}`}`;
  const [old, now] = [change.old, change.new].map((value) => valueText(field, value));
  return `${place}: ${field}: ${old} to ${now}`;
}

function valueText(field: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  const isAddress = /(^|\.)(src|dst)_addr$/.test(field);
  if (isAddress && Array.isArray(value)) {
    const words = value.filter((word) => typeof word === 'number');
    if (words.length === 1 || words.length === 4) return formatAddress(words);
  }
  return show(value);
}
