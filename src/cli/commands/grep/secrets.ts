/** Which secrets are known, and how those that were found are shown. */
import type { SecretMatch } from '../../../search/rules/compiled-rule.ts';
import type { Rule } from '../../../search/rules/rule.ts';
import { jsonText } from '../../io/start-text.ts';
import { safeBytes } from '../../io/terminal.ts';

/** Bytes of a secret that are shown, at most, and how many bytes it has for each of them, at least. */
const MOST_SHOWN = 4;
const SHARE_SHOWN = 4;

/** Lines of id, description, and a word on those that are used only where they are named. */
export function* listRules(rules: readonly Rule[]): Generator<string, void, undefined> {
  for (const { id, description, isBroad = false } of rules)
    yield `${[id, description, ...(isBroad ? ['(only with --rule)'] : [])].join('\t')}\n`;
}

/** Columns: the rule, and the secret or what it begins with. */
export function secretColumns({ rule, secret }: SecretMatch, bytes: Buffer, isOpen: boolean): string[] {
  const text = bytes.subarray(secret.start, secret.end);
  return [rule.id, isOpen ? safeBytes(text) : masked(text)];
}

/** For JSON; `secret_at` counts from the address of the match. */
export function secretValue({ start, rule, secret }: SecretMatch, bytes: Buffer, isOpen: boolean): object {
  const text = bytes.subarray(secret.start, secret.end);
  return {
    rule: rule.id,
    description: rule.description,
    secret_at: secret.start - start,
    secret_length: text.length,
    ...(isOpen ? { secret: jsonText(text) } : { masked: masked(text) }),
  };
}

/** Of short secrets less is shown, since less is left to guess. */
function masked(secret: Buffer): string {
  const shown = Math.min(MOST_SHOWN, Math.floor(secret.length / SHARE_SHOWN));
  return `${safeBytes(secret.subarray(0, shown))}... (${secret.length} bytes)`;
}
