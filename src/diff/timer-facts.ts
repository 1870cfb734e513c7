/** Timers without the time that is left of them, which runs on: whether it runs is told instead. */
import type { Facts } from './facts.ts';

const LEFT = /^(.*\.)?v(?:sec|usec|nsec)$/;

export function withoutTimeLeft(facts: Facts): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of facts) {
    const match = LEFT.exec(name);
    if (!match) {
      found.set(name, value);
      continue;
    }
    const isRunning = `${match[1] ?? ''}running`;
    found.set(isRunning, found.get(isRunning) === true || Number(value) > 0);
  }
  return found;
}
