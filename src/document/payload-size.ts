const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** A size as `crit show --nopl` gives it ("1.2KB"): one digit behind the point where there is a rest, rounded half to even, as Python's %.1f does. */
export function formatSize(size: number): string {
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
