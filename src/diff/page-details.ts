/** What is told of single pages: bytes that changed, text that came and went. */
import { addressOf, formatAddress } from '../checkpoint/vma.ts';
import { changedBytes, newStrings } from './changed-bytes.ts';
import type { PageEvent } from './compare-pages.ts';
import type { Difference } from './difference.ts';

const NOTHING = Buffer.alloc(0);

/** Of a page that is not the same on both sides. */
export function* pageDetails(
  { what, page, before, after }: PageEvent,
  pageSize: number,
  wanted: { readonly bytes: boolean; readonly strings: boolean },
): Generator<Omit<Difference, 'name'>, void, undefined> {
  const address = addressOf(page, pageSize);
  if (wanted.bytes && what === 'changed') {
    for (const { at, before: was, after: is } of changedBytes(before, after)) {
      const place = formatAddress(address + BigInt(at));
      yield {
        change: 'changed',
        kind: 'bytes',
        address: place,
        before: was.toString('hex'),
        after: is.toString('hex'),
      };
    }
  }
  if (!wanted.strings) return;
  const was = what === 'added' ? NOTHING : before;
  const is = what === 'removed' ? NOTHING : after;
  const about = { kind: 'strings', address: formatAddress(address) } as const;
  for (const text of newStrings(is, was)) yield { ...about, change: 'removed', before: text };
  for (const text of newStrings(was, is)) yield { ...about, change: 'added', after: text };
}
