import { createHash } from 'node:crypto';

/** Names that are held as they are: loading node:crypto would take longer than all else with them. */
const FEW = 256;
const FIRST_SLOTS = 1024;

/**
 * Names of images, of which there may be hundreds of thousands: where they are many, 64 bits of the hash of each. Two names for which they are equal
 * would count as one, which nobody comes upon by chance: 300,000 names do it once in a hundred million checkpoints.
 */
export class NameSet {
  /** All of them, as long as they are few. */
  #few: Set<string> | undefined = new Set();
  /** Two words for each slot; none is 0 and 0. */
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #size = 0;

  has(name: string): boolean {
    if (this.#few) return this.#few.has(name);
    const [high, low] = hashOf(name);
    return this.#slots[this.#find(high, low) + 1] !== 0;
  }

  /** False where the name is there already. */
  add(name: string): boolean {
    if (this.#few) {
      if (this.#few.has(name)) return false;
      if (this.#few.size < FEW) {
        this.#few.add(name);
        this.#size++;
        return true;
      }
      for (const each of this.#few) this.#put(...hashOf(each));
      this.#few = undefined;
    }
    if (!this.#put(...hashOf(name))) return false;
    this.#size++;
    // Two thirds of the slots are used at most.
    if (this.#size * 3 > this.#slots.length) this.#grow();
    return true;
  }

  get size(): number {
    return this.#size;
  }

  #put(high: number, low: number): boolean {
    const at = this.#find(high, low);
    if (this.#slots[at + 1] !== 0) return false;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    return true;
  }

  /** The slot of a hash, or the free one where it belongs. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = (high * 2) & mask;
    while (slots[at + 1] !== 0 && (slots[at] !== high || slots[at + 1] !== low)) at = (at + 2) & mask;
    return at;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at + 1] ?? 0;
      if (low !== 0) this.#put(old[at] ?? 0, low);
    }
  }
}

/** The low word is never 0. */
function hashOf(name: string): [high: number, low: number] {
  const hash = createHash('sha256').update(name).digest();
  return [hash.readUInt32LE(0), hash.readUInt32LE(4) || 1];
}
