/** What a process does about signals, and those that wait for it, as facts by the names of the signals. */
import type { CoreEntry, SaEntry, SignalQueueEntry } from '../schema/generated/messages.ts';
import { SIGNALS } from '../schema/signals.ts';

/** The images have no action for SIGKILL and SIGSTOP. */
const WITHOUT_ACTION: ReadonlySet<number> = new Set([9, 19]);
const WITHOUT_ACTION_ON_MIPS: ReadonlySet<number> = new Set([9, 23]);
const HANDLERS: ReadonlyMap<bigint, string> = new Map([
  [0n, 'default'],
  [1n, 'ignored'],
]);

export function* signalFacts({ mtype, tc, thread_core }: CoreEntry): Generator<[string, unknown], void, undefined> {
  const isMips = mtype === 'MIPS';
  const nameOf = (signal: number): string => (isMips ? undefined : SIGNALS[signal]) ?? `signal ${signal}`;
  let signal = 0;
  for (const action of tc?.sigactions ?? []) {
    signal++;
    if ((isMips ? WITHOUT_ACTION_ON_MIPS : WITHOUT_ACTION).has(signal)) signal++;
    yield [`sigactions.${nameOf(signal)}`, actionText(action)];
  }
  for (const [field, queue] of [
    ['signals_s', tc?.signals_s],
    ['signals_p', thread_core?.signals_p],
  ] as const) {
    yield* pending(field, queue, nameOf);
  }
}

/** What is done, and how where that is said; the address to return from it by where there is one. */
function actionText({ sigaction, compat_sigaction, ...how }: SaEntry): string {
  const parts = [HANDLERS.get(BigInt(sigaction)) ?? `handler ${hex(sigaction)}`];
  for (const [name, value] of Object.entries(how)) {
    if (!/^\d+$/.test(String(value))) parts.push(`${name} ${value}`);
    else if (BigInt(value) !== 0n) parts.push(`${name} ${hex(value)}`);
  }
  if (compat_sigaction === true) parts.push('by 32-bit code');
  return parts.join(', ');
}

/** Signals that wait, each with its siginfo. */
function* pending(
  field: string,
  queue: SignalQueueEntry | undefined,
  nameOf: (signal: number) => string,
): Generator<[string, unknown], void, undefined> {
  for (const [index, { siginfo }] of (queue?.signals ?? []).entries()) {
    const bytes = Buffer.from(siginfo, 'base64');
    const name = bytes.length < 4 ? 'no signal' : nameOf(bytes.readInt32LE(0));
    yield [`${field}[${index}]`, `${name} ${siginfo.replace(/A+=*$/, '')}`];
  }
}

function hex(value: number | string): string {
  return `0x${BigInt(value).toString(16)}`;
}
