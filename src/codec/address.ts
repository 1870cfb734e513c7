/** IP addresses, held as one (IPv4) or four (IPv6) 32-bit words whose bytes are in network order. */

/** The text of an address: as inet_ntop(3) gives it, or without dots in IPv6, as CRIT's Python does. */
export function formatAddress(words: readonly number[], dotted: boolean = true): string {
  const bytes = words.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
  return bytes.length === 4 ? bytes.join('.') : formatIPv6(bytes, dotted);
}

function formatIPv6(bytes: number[], dotted: boolean): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  const zeros = longestZeros(groups);
  const mapped = zeros.start === 0 && zeros.length === 5 && groups[5] === 0xffff;
  const hasIPv4 = dotted && zeros.start === 0 && (zeros.length === 6 || mapped);
  const hex = groups.slice(0, hasIPv4 ? 6 : 8).map((group) => group.toString(16));
  const tail = hasIPv4 ? [bytes.slice(12).join('.')] : [];
  if (zeros.length < 2) return hex.join(':');
  const before = hex.slice(0, zeros.start);
  const after = [...hex.slice(zeros.start + zeros.length), ...tail];
  return `${before.join(':')}::${after.join(':')}`;
}

function longestZeros(groups: number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}

/** The words of an address, or undefined where the text is none. */
export function parseAddress(text: string): number[] | undefined {
  const bytes = text.includes(':') ? parseIPv6(text) : parseIPv4(text);
  if (!bytes) return undefined;
  const words: number[] = [];
  for (let i = 0; i < bytes.length; i += 4) {
    words.push(
      ((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24)) >>> 0,
    );
  }
  return words;
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map(Number);
}

function parseIPv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  // Only the end of an address may be in the form of IPv4.
  const [before, after] = halves.map((half, index) => groupBytes(half, index === halves.length - 1));
  if (!before) return undefined;
  if (halves.length === 1) return before.length === 16 ? before : undefined;
  if (!after || before.length + after.length > 14) return undefined;
  return [...before, ...Array.from({ length: 16 - before.length - after.length }, () => 0), ...after];
}

function groupBytes(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 255);
    else {
      const ipv4 = isEnd && index === groups.length - 1 ? parseIPv4(group) : undefined;
      if (!ipv4) return undefined;
      bytes.push(...ipv4);
    }
  }
  return bytes;
}
