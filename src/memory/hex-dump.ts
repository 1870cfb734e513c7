/** Bytes as `hexdump -C` shows them, with their addresses. */

const LINE = 16;
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const TEXT: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.',
);

export class HexDump {
  /** The line that is not complete, and where it begins. */
  readonly #line: Buffer = Buffer.alloc(LINE);
  #length = 0;
  #address = 0n;
  /** The line before, to see repetitions. */
  readonly #last: Buffer = Buffer.alloc(LINE);
  #hasLast = false;
  #isRepeated = false;

  /** The lines that more bytes complete; where they do not follow the ones before, those end first. */
  push(address: bigint, bytes: Uint8Array): string {
    let text = '';
    if (address !== this.#address + BigInt(this.#length)) text += this.end();
    if (this.#length === 0) this.#address = address;
    for (let at = 0; at < bytes.length;) {
      const count = Math.min(LINE - this.#length, bytes.length - at);
      this.#line.set(bytes.subarray(at, at + count), this.#length);
      this.#length += count;
      at += count;
      if (this.#length === LINE) text += this.#take();
    }
    return text;
  }

  /** The line that is not complete, and the address behind the last byte. */
  end(): string {
    if (!this.#hasLast && this.#length === 0) return '';
    const text = this.#length > 0 ? this.#take() : '';
    const behind = `${address16(this.#address)}\n`;
    this.#hasLast = this.#isRepeated = false;
    return text + behind;
  }

  #take(): string {
    const line = this.#line;
    const length = this.#length;
    const isSame = this.#hasLast && length === LINE && line.equals(this.#last);
    const text = isSame ? (this.#isRepeated ? '' : '*\n') : this.#format(length);
    this.#isRepeated = isSame;
    line.copy(this.#last);
    this.#hasLast = true;
    this.#address += BigInt(length);
    this.#length = 0;
    return text;
  }

  #format(length: number): string {
    let hex = '';
    let plain = '';
    for (let i = 0; i < length; i++) {
      const byte = this.#line[i] ?? 0;
      hex += `${i % 8 === 0 ? ' ' : ''} ${HEX[byte]}`;
      plain += TEXT[byte];
    }
    return `${address16(this.#address)}${hex.padEnd(50)}  |${plain}|\n`;
  }
}

function address16(address: bigint): string {
  return address.toString(16).padStart(16, '0');
}
