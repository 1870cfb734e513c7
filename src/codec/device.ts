/** Device numbers as "major:minor". The kernel's form has 20 bits of minor; the C library's (`odev`) is makedev(3)'s. */

export function formatDevice(device: number, odev: boolean): string {
  if (!odev) return `${device >>> 20}:${device & 0xfffff}`;
  return `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;
}

/** The number of a device, or undefined where the text is none or does not fit. */
export function parseDevice(text: string, odev: boolean): number | undefined {
  const parts = /^(\d{1,7}):(\d{1,7})$/.exec(text);
  if (!parts) return undefined;
  const major = Number(parts[1]);
  const minor = Number(parts[2]);
  if (major > 0xfff || minor > 0xfffff) return undefined;
  if (!odev) return ((major << 20) | minor) >>> 0;
  return ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0;
}
