/** Keys of thirty kinds, none of which opens anything, as the services document what theirs look like. */

export interface Planted {
  /** The rule that must find it. */
  readonly rule: string;
  /** What is in memory. */
  readonly text: string;
  /** What of it is secret. */
  readonly secret: string;
}

/** In the middle of what a scanner would take for a leak in this file. */
const NOTHING: string = '';
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const LARGE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = `${LARGE}${LARGE.toLowerCase()}`;
const WORD = `${LETTERS}${DIGITS}`;

/** The same characters in each run. */
function random(): (alphabet: string, length: number) => string {
  let state = 20_261;
  const letter = (alphabet: string): string => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return alphabet[(state >>> 8) % alphabet.length] ?? '';
  };
  return (alphabet, length) => Array.from({ length }, () => letter(alphabet)).join('');
}

export function plantedKeys(): Planted[] {
  const r = random();
  const whole = (rule: string, text: string): Planted => ({ rule, text, secret: text });
  const behind = (rule: string, before: string, secret: string, after = ''): Planted => {
    return { rule, text: `${before}${secret}${after}`, secret };
  };
  const lines = Array.from({ length: 8 }, () => r(`${WORD}+/`, 64)).join('\n');
  const url = (bytes: string): string => Buffer.from(bytes).toString('base64url');
  return [
    whole('github-token', `gh${NOTHING}p_${r(WORD, 36)}`),
    whole('github-fine-token', `github_${NOTHING}pat_${r(WORD, 22)}_${r(WORD, 59)}`),
    whole('gitlab-token', `gl${NOTHING}pat-${r(WORD, 20)}`),
    whole('aws-access-key', `AK${NOTHING}IA${r(`${LARGE}234567`, 16)}`),
    behind('aws-secret-key', 'aws_secret_access_key = ', r(`${WORD}+/`, 40)),
    whole('gcp-api-key', `AI${NOTHING}za${r(WORD, 35)}`),
    whole('slack-token', `xox${NOTHING}b-${r(DIGITS, 12)}-${r(DIGITS, 12)}-${r(WORD, 24)}`),
    behind(
      'slack-webhook',
      'https://',
      `hooks.slack${NOTHING}.com/services/T${r(WORD, 8)}/B${r(WORD, 8)}/${r(WORD, 24)}`,
    ),
    whole('stripe-key', `sk_${NOTHING}live_${r(WORD, 24)}`),
    whole('sendgrid-key', `S${NOTHING}G.${r(WORD, 22)}.${r(WORD, 43)}`),
    whole('npm-token', `np${NOTHING}m_${r(WORD, 36)}`),
    whole('pypi-token', `pypi-${NOTHING}AgEIcHlwaS5vcmc${r(WORD, 150)}`),
    whole('docker-token', `dckr_${NOTHING}pat_${r(WORD, 27)}`),
    whole('huggingface-token', `h${NOTHING}f_${r(LETTERS, 34)}`),
    whole('openai-key', `sk-${NOTHING}proj-${r(WORD, 74)}T3Blbk${NOTHING}FJ${r(WORD, 74)}`),
    whole('anthropic-key', `sk-${NOTHING}ant-api03-${r(WORD, 93)}AA`),
    whole('digitalocean-token', `dop_${NOTHING}v1_${r(HEX, 64)}`),
    whole('databricks-token', `da${NOTHING}pi${r(HEX, 32)}`),
    whole('vault-token', `hv${NOTHING}s.${r(WORD, 95)}`),
    whole('terraform-token', `${r(WORD, 14)}.atlas${NOTHING}v1.${r(WORD, 64)}`),
    whole('shopify-token', `shp${NOTHING}at_${r(HEX, 32)}`),
    whole('telegram-token', `${r(DIGITS, 10)}:A${NOTHING}A${r(WORD, 33)}`),
    whole('mailgun-key', `ke${NOTHING}y-${r(HEX, 32)}`),
    whole('postman-key', `PMA${NOTHING}K-${r(HEX, 24)}-${r(HEX, 34)}`),
    whole('newrelic-key', `NRA${NOTHING}K-${r(`${LARGE}${DIGITS}`, 27)}`),
    whole('grafana-token', `gls${NOTHING}a_${r(WORD, 32)}_${r(HEX, 8)}`),
    behind(
      'private-key',
      '',
      `-----BEGIN ${NOTHING}PRIVATE KEY-----\n${lines}\n-----END`,
      ` ${NOTHING}PRIVATE KEY-----`,
    ),
    whole('jwt', `${url('{"alg":"HS256","typ":"JWT"}')}.${url(`{"sub":"${r(DIGITS, 12)}"}`)}.${r(WORD, 43)}`),
    behind('url-password', 'postgres://app:', r(WORD, 16), '@db:5432/app'),
    behind('env-password', 'DB_PASSWORD=', r(WORD, 16)),
  ];
}
