/** The lines of entries: their texts are scanned, and what they tell of memory is kept. */
import { editableEntry, givenEntry } from '../edit/entry-value.ts';
import type { LineHead, LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { MessageType } from '../schema/schema.ts';
import { changedExtra, holdsTexts, scanEntry, type OnText } from './entry-texts.ts';
import type { Search } from './image-bytes.ts';
import type { Place } from './place.ts';

/** Keys that any entry can have, and that hold bytes. */
const WITH_BYTES = /"(?:@unknown|wire|extra)":/;

export class EntryVisitor {
  readonly #search: Search;
  readonly #holdsTexts = new Map<MessageType, boolean>();

  constructor(search: Search) {
    this.#search = search;
  }

  /** What stands in the place of a line; undefined where it passes as it came. */
  take(line: LineView, head: LineHead, type: MessageType, place: Place): LineValue | undefined {
    const { memory } = this.#search;
    const { magic } = head;
    if (memory && magic === 'MM') {
      const text = line.text();
      memory.guide.mm(place, text, () => JSON.stringify(editableEntry(line, head, type).entry));
    }
    const isTold = memory !== undefined && memory.guide.takes(magic);
    if (!isTold && !this.#holds(type) && !WITH_BYTES.test(line.text())) return undefined;
    const { scanner, onFound, arePlain = false } = this.#search;
    const { value, entry } = arePlain ? givenEntry(line, head) : editableEntry(line, head, type);
    const onText: OnText = (bytes, field, isString) => {
      const onHit = (hit: Parameters<typeof onFound>[2]): boolean => onFound({ ...place, field }, hit.start, hit);
      if (isString) scanner.scanString(bytes, onHit);
      else scanner.scanText(bytes, onHit);
    };
    const isGuided = isTold && memory.guide.entry(place, entry);
    const isEntryChanged = scanEntry(type, entry, onText) || isGuided;
    const extra = changedExtra(value['extra'], onText);
    // The bytes of an entry that is written in another way; without them it is written as CRIU writes it.
    const isWireChanged = changedExtra(value['wire'], onText, 'wire') !== undefined;
    if (!isEntryChanged && extra === undefined && !isWireChanged) return undefined;
    const { at, wire } = value;
    const kept = isEntryChanged || isWireChanged ? undefined : wire;
    return { image: head.image, magic, entry, extra: extra ?? value['extra'], at, wire: kept };
  }

  #holds(type: MessageType): boolean {
    let holds = this.#holdsTexts.get(type);
    if (holds === undefined) this.#holdsTexts.set(type, (holds = holdsTexts(type)));
    return holds;
  }
}
