import type { ExtraSize } from '../image/extra/extra-size.ts';
import { QueueWalker } from '../image/extra/message-queue.ts';

/** Measures an extra that is not shown: the size that `crit show --nopl` gives, which leaves padding out. */
export class PayloadSize {
  readonly #walker: QueueWalker | undefined;
  #size: number;

  constructor(size: ExtraSize) {
    this.#size = size.kind === 'bytes' ? size.parts.reduce((sum, part) => sum + part, 0) : 0;
    if (size.kind !== 'messages') return;
    this.#walker = new QueueWalker(size.count, {
      onHeader: (header) => (this.#size += header.length),
      onText: (bytes) => (this.#size += bytes.length),
      onPadding: () => {},
      onMessageEnd: () => {},
    });
  }

  push(bytes: Uint8Array): void {
    this.#walker?.push(bytes);
  }

  /** The size as text: "1.2KB". */
  text(): string {
    return formatSize(this.#size);
  }
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** One digit behind the point where there is a rest, rounded half to even, as Python's %.1f does. */
function formatSize(size: number): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && size >= 1024 ** (unit + 1)) unit++;
  const divisor = 1024 ** unit;
  const name = `${UNITS[unit] ?? ''}B`;
  if (size % divisor === 0) return `${size / divisor}${name}`;
  const whole = Math.floor(size / divisor);
  const rest = (size - whole * divisor) * 10;
  const digit = Math.floor(rest / divisor);
  const twice = 2 * (rest - digit * divisor);
  const isUp = twice > divisor || (twice === divisor && digit % 2 === 1);
  const tenths = whole * 10 + digit + (isUp ? 1 : 0);
  return `${Math.floor(tenths / 10)}.${tenths % 10}${name}`;
}
