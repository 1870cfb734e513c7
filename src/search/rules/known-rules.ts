/**
 * Kinds of secrets that are known by how they look.
 *
 * The formats are facts that the services themselves document; which of them are worth looking for, and with which entropy, is
 * after the rules of gitleaks (https://github.com/gitleaks/gitleaks, MIT licence).
 */
import type { Rule } from './rule.ts';

/** What nobody would call a secret: examples of documents, places to fill in. */
const NO_SECRET = {
  target: 'secret',
  patterns: ['^[\\w-]*(?:EXAMPLE|example)[\\w-]*$', '^\\$\\{?\\w+\\}?$', '^<[^>]*>$', '^%\\w+%$', '^\\*+$'],
  words: ['xxxxxx', '123456789012', 'abcdefghijkl', 'changeme', 'your-', 'your_', 'placeholder', 'redacted'],
} as const;

/** A token that begins with a text of its own. */
function token(id: string, what: string, prefixes: string | readonly string[], pattern: string, entropy = 2.5): Rule {
  const keywords = typeof prefixes === 'string' ? [prefixes] : prefixes;
  return { id, description: what, keywords, pattern, entropy, allow: [NO_SECRET] };
}

/** A value that looks like many others, behind the name of what it is for: `ALGOLIA_API_KEY=..`, `"algolia_key": ".."`. */
function assigned(id: string, what: string, names: readonly string[], value: string, entropy = 3): Rule {
  const pattern = `(?i)(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})[\\w .-]{0,24}["'\\x60]?[ \\t]{0,3}(?:=>|:=|=|:)[ \\t]{0,3}["'\\x60]?(${value})(?:[^\\w+/=-]|$)`;
  return { id, description: what, keywords: names, pattern, entropy, allow: [NO_SECRET] };
}

const HEX32 = '[0-9a-f]{32}';
const HEX40 = '[0-9a-f]{40}';
const HEX64 = '[0-9a-f]{64}';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const KEYS_AND_CREDENTIALS: readonly Rule[] = [
  {
    id: 'private-key',
    description: 'a private key in PEM',
    keywords: ['private key'],
    pattern: '-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----[^-]{40,}-----END',
  },
  token('age-key', 'a secret key of age', 'age-secret-key-1', '\\bAGE-SECRET-KEY-1[A-Z0-9]{58}\\b'),
  {
    id: 'jwt',
    description: 'a JSON web token',
    keywords: ['.eyj'],
    pattern: '\\beyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{16,}',
    entropy: 3,
    allow: [NO_SECRET],
  },
  {
    id: 'url-password',
    description: 'a password in a URL or a connection string',
    keywords: ['://'],
    pattern:
      '\\b[A-Za-z][A-Za-z0-9+.-]{1,24}://[^\\s:@/\'"<>\\0]{0,64}:([^\\s@/\'"<>\\0\\x7f-\\xff]{3,128})@[\\w.\\[-]',
    entropy: 0.1,
    allow: [
      NO_SECRET,
      { target: 'secret', patterns: ['^(?:password|pass|passwd|pw|pwd|secret|token)$', '^[%{$*]'], words: [] },
    ],
  },
  {
    id: 'connection-string',
    description: 'a password in a connection string of keys and values',
    keywords: ['password=', 'pwd=', 'accountkey=', 'sharedaccesskey='],
    pattern: '(?i)(?:;|\\b)(?:password|pwd|accountkey|sharedaccesskey)=([^;\\s"\'&\\0]{6,128});',
    entropy: 2,
    allow: [NO_SECRET],
  },
  {
    id: 'env-password',
    description: 'a variable that is named as a secret',
    keywords: [
      'password=',
      'passwd=',
      'secret=',
      'token=',
      'api_key=',
      'apikey=',
      'secret_key=',
      'access_key=',
      'private_key=',
    ],
    pattern:
      '\\b(?:[A-Z][A-Z0-9]*_){0,6}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_KEY|APIKEY|SECRET_KEY|ACCESS_KEY|PRIVATE_KEY)=(?:"([^"\\0\\n]{6,200})"|([^\\s\\0"\'`;&|]{6,200}))',
    entropy: 2,
    allow: [
      NO_SECRET,
      {
        target: 'secret',
        patterns: ['^/', '^(?:true|false|null|none|disabled|enabled)$', '^[a-z_]+\\(', '^[$%{]'],
        words: [],
      },
    ],
  },
  {
    id: 'basic-authorization',
    description: 'a user and a password in an HTTP header',
    keywords: ['authorization: basic '],
    pattern: '(?i)authorization: basic ([a-z0-9+/]{8,512}={0,2})',
    allow: [NO_SECRET],
  },
  {
    id: 'bearer-authorization',
    description: 'a token in an HTTP header',
    keywords: ['authorization: bearer '],
    pattern: '(?i)authorization: bearer ([\\w.~+/-]{16,2048}=*)',
    entropy: 3,
    allow: [NO_SECRET],
  },
  {
    id: 'docker-auth',
    description: 'credentials of a registry in a configuration of Docker or Podman',
    keywords: ['"auth"'],
    pattern: '"auth"\\s{0,4}:\\s{0,4}"([A-Za-z0-9+/]{12,512}={0,2})"',
    entropy: 2.5,
  },
  {
    id: 'shadow-hash',
    description: 'the hash of a password of a Unix account',
    keywords: ['$6$', '$y$', '$5$', '$2a$', '$2y$', '$2b$'],
    pattern: ':(\\$(?:6|5|y|2[aby])\\$[./A-Za-z0-9$=,]{30,200}):',
  },
];

const CLOUDS: readonly Rule[] = [
  token(
    'aws-access-key',
    'an access key ID of AWS',
    ['akia', 'asia', 'abia', 'acca'],
    '\\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b',
    3,
  ),
  assigned(
    'aws-secret-key',
    'a secret access key of AWS',
    ['aws_secret', 'secretaccesskey', 'secret_access_key', 'aws_session'],
    '[A-Za-z0-9/+]{40}',
    4,
  ),
  token(
    'aws-bedrock-key',
    'a key of Amazon Bedrock',
    ['bedrock-api-key-', 'absk'],
    '\\b(?:bedrock-api-key-[A-Za-z0-9+/=]{60,}|ABSK[A-Za-z0-9+/]{109,269}={0,2})',
    3,
  ),
  assigned(
    'azure-client-secret',
    'a client secret of Microsoft Entra',
    ['azure', 'client_secret', 'clientsecret'],
    '[a-zA-Z0-9_~.]{3}\\dQ~[a-zA-Z0-9_~.-]{31,34}',
    3,
  ),
  token('azure-sas', 'a shared access signature of Azure', 'sig=', '[?&]sig=([A-Za-z0-9%+/]{43,63}(?:%3D|=))', 3),
  token('gcp-api-key', 'an API key of Google', 'aiza', '\\b(AIza[\\w-]{35})(?:[^\\w-]|$)', 3),
  token('gcp-oauth-token', 'an OAuth token of Google', 'ya29.', '\\bya29\\.[\\w-]{30,}', 3),
  token('gcp-oauth-secret', 'an OAuth client secret of Google', 'gocspx-', '\\b(GOCSPX-[\\w-]{28})(?:[^\\w-]|$)', 3),
  assigned('gcp-private-key-id', 'the key ID of a service account of Google', ['private_key_id'], HEX40),
  token(
    'digitalocean-token',
    'a token of DigitalOcean',
    ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    '\\bdo[opr]_v1_[a-f0-9]{64}\\b',
    3,
  ),
  token('alibaba-access-key', 'an access key ID of Alibaba Cloud', 'ltai', '\\bLTAI(?i)[a-z0-9]{20}\\b', 3),
  assigned('alibaba-secret-key', 'a secret key of Alibaba Cloud', ['alibaba', 'aliyun'], '[a-z0-9]{30}'),
  token('tencent-secret-id', 'a secret ID of Tencent Cloud', 'akid', '\\bAKID[A-Za-z0-9]{32}\\b', 3),
  token(
    'yandex-token',
    'a token of Yandex Cloud',
    ['aqvn', 't1.9eu', 'ycaj'],
    '\\b(?:AQVN[\\w-]{35,38}|t1\\.9eu[\\w-]{10,}\\.[\\w-]{86}|YCAJ[\\w-]{36})',
    3,
  ),
  token(
    'ibm-cloud-key',
    'an API key of IBM Cloud',
    'ibm',
    '(?i)ibm[\\w .-]{0,24}["\']?\\s{0,3}[=:]\\s{0,3}["\']?([\\w-]{44})(?:[^\\w-]|$)',
    3.5,
  ),
  token('heroku-key', 'an API key of Heroku', 'hrku-', '\\bHRKU-AA[\\w-]{58}', 3),
  assigned('heroku-key-uuid', 'an API key of Heroku in its older form', ['heroku'], UUID),
  token(
    'fly-token',
    'a token of Fly.io',
    ['fo1_', 'fm1', 'fm2_'],
    '\\b(?:fo1_[\\w-]{43}|fm1[ar]_[A-Za-z0-9+/]{100,}={0,3}|fm2_[A-Za-z0-9+/]{100,}={0,3})',
    3,
  ),
  token('scalingo-token', 'a token of Scalingo', 'tk-us-', '\\b(tk-us-[\\w-]{48})(?:[^\\w-]|$)', 3),
  token('cloudflare-ca-key', 'an origin CA key of Cloudflare', 'v1.0-', '\\bv1\\.0-[a-f0-9]{24}-[a-f0-9]{146}\\b', 3),
  assigned('cloudflare-key', 'a key of Cloudflare', ['cloudflare', 'cf_api'], `(?:[\\w-]{40}|[a-f0-9]{37})`),
  token('databricks-token', 'a token of Databricks', 'dapi', '\\bdapi[a-f0-9]{32}(?:-\\d)?\\b', 3),
  token(
    'planetscale-token',
    'a token of PlanetScale',
    ['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'],
    '\\bpscale_(?:tkn|pw|oauth)_[\\w=.-]{32,64}',
    3,
  ),
  token(
    'supabase-token',
    'a token of Supabase',
    ['sbp_', 'sb_secret_'],
    '\\b((?:sbp_[a-f0-9]{40}|sb_secret_[\\w-]{31}))(?:[^\\w-]|$)',
    3,
  ),
  token('netlify-token', 'a token of Netlify', 'nfp_', '\\bnfp_[A-Za-z0-9]{36}\\b', 3),
  assigned('vercel-token', 'a token of Vercel', ['vercel'], '[A-Za-z0-9]{24}', 3.5),
  token('tailscale-key', 'a key of Tailscale', 'tskey-', '\\btskey-[a-z]+-[A-Za-z0-9]{8,}(?:-[A-Za-z0-9]{16,})?', 3),
  token(
    'kubernetes-bootstrap',
    'a bootstrap token of Kubernetes',
    'token',
    '(?i)token["\']?\\s{0,3}[:=]\\s{0,3}["\']?([a-z0-9]{6}\\.[a-z0-9]{16})\\b',
    3,
  ),
  token('openshift-token', 'a token of OpenShift', 'sha256~', '\\b(sha256~[\\w-]{43})(?:[^\\w-]|$)', 3.5),
  token('vault-token', 'a token of HashiCorp Vault', ['hvs.', 'hvb.', 'hvr.'], '\\bhv[sbr]\\.[\\w-]{24,300}', 3),
  token('terraform-token', 'a token of HCP Terraform', '.atlasv1.', '\\b[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{60,70}', 3),
  token(
    'doppler-token',
    'a token of Doppler',
    ['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'],
    '\\bdp\\.(?:pt|ct|sa|st(?:\\.[\\w-]{2,35})?)\\.[A-Za-z0-9]{40,44}\\b',
    3,
  ),
  token('infracost-key', 'a key of Infracost', 'ico-', '\\bico-[A-Za-z0-9]{32}\\b', 3),
  token('pulumi-token', 'a token of Pulumi', 'pul-', '\\bpul-[a-f0-9]{40}\\b', 3),
  token('prefect-token', 'a token of Prefect', 'pnu_', '\\bpnu_[a-zA-Z0-9]{36}\\b', 3),
  token(
    '1password-key',
    'a secret key of 1Password',
    'a3-',
    '\\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\\b',
    3,
  ),
  token(
    '1password-token',
    'a token of a service account of 1Password',
    'ops_eyj',
    '\\bops_eyJ[A-Za-z0-9+/]{250,}={0,3}',
    4,
  ),
  token(
    'harness-token',
    'a token of Harness',
    ['pat.', 'sat.'],
    '\\b[ps]at\\.[\\w-]{22}\\.[0-9a-f]{24}\\.[A-Za-z0-9]{20}\\b',
    3,
  ),
  token('clickhouse-key', 'a key of ClickHouse Cloud', '4b1d', '\\b4b1d[A-Za-z0-9]{38}\\b', 3),
  token(
    'artifactory-key',
    'a key of Artifactory',
    ['akcp', 'cmvmd'],
    '\\b(?:AKCp[A-Za-z0-9]{69}|cmVmd[A-Za-z0-9]{59})\\b',
    3.5,
  ),
  token('mongodb-atlas-key', 'a service account secret of MongoDB Atlas', 'mdb_sa_sk_', '\\bmdb_sa_sk_[\\w-]{40}', 3),
  token('elastic-cloud-key', 'a key of Elastic Cloud', 'essu_', '\\bessu_[A-Za-z0-9+/=]{40,120}', 3),
  token(
    'oracle-key-fingerprint',
    'an API key of Oracle Cloud beside its user',
    'ocid1.user.',
    '\\bocid1\\.user\\.oc1\\.\\.[a-z0-9]{60}\\b',
    3,
  ),
];

const CODE: readonly Rule[] = [
  token(
    'github-token',
    'a token of GitHub',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    '\\bgh[pousr]_[A-Za-z0-9]{36}',
    3,
  ),
  token('github-fine-token', 'a fine-grained token of GitHub', 'github_pat_', '\\bgithub_pat_\\w{82}\\b', 3),
  token(
    'gitlab-token',
    'a token of GitLab',
    ['glpat-', 'gldt-', 'glrt-', 'glft-', 'glimt-', 'glagent-', 'glsoat-', 'glcbt-', 'glptt-', 'gloas-', 'glffct-'],
    '\\bgl(?:pat|dt|rt|ft|imt|agent|soat|cbt|ptt|oas|ffct)-[\\w.-]{20,80}',
    3,
  ),
  token('gitlab-runner-token', 'a registration token of GitLab runners', 'gr1348941', '\\bGR1348941[\\w-]{20}', 3),
  token('atlassian-token', 'a token of Atlassian', 'atatt3', '\\bATATT3[A-Za-z0-9_=-]{186}', 3.5),
  assigned(
    'atlassian-key',
    'an older token of Atlassian',
    ['atlassian', 'confluence', 'jira'],
    '[a-z0-9]{20}[a-f0-9]{4}',
    3.5,
  ),
  assigned('bitbucket-key', 'a client secret of Bitbucket', ['bitbucket'], '[\\w=-]{32,64}', 3.5),
  token('npm-token', 'a token of npm', 'npm_', '\\bnpm_[A-Za-z0-9]{36}\\b', 3),
  token(
    'npm-auth',
    'a token in a configuration of npm',
    '_authtoken',
    '_authToken\\s{0,3}=\\s{0,3}([\\w-]{36,100})',
    3,
  ),
  token('pypi-token', 'a token of PyPI', 'pypi-ageichlwas5vcmc', '\\bpypi-AgEIcHlwaS5vcmc[\\w-]{50,1000}', 3),
  token('rubygems-token', 'a token of RubyGems', 'rubygems_', '\\brubygems_[a-f0-9]{48}\\b', 3),
  assigned('crates-token', 'a token of crates.io', ['cargo_registry', 'crates.io'], 'cio[A-Za-z0-9]{32}', 3.5),
  token('clojars-token', 'a token of Clojars', 'clojars_', '\\b(?i)CLOJARS_[a-z0-9]{60}\\b', 3),
  token('docker-token', 'a token of Docker Hub', ['dckr_pat_', 'dckr_oat_'], '\\bdckr_(?:pat|oat)_[\\w-]{27,32}', 3),
  token(
    'sourcegraph-token',
    'a token of Sourcegraph',
    'sgp_',
    '\\bsgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}\\b',
    3,
  ),
  token('buildkite-token', 'a token of Buildkite', ['bkua_', 'bkct_'], '\\bbk(?:ua|ct)_[a-z0-9]{40}\\b', 3),
  token(
    'circleci-token',
    'a token of CircleCI',
    ['ccipat_', 'ccipnt_'],
    '\\bCCIP(?:AT|NT)_[A-Za-z0-9]+_[a-f0-9]{40}\\b',
    3,
  ),
  assigned('codecov-token', 'a token of Codecov', ['codecov'], '[a-z0-9]{32}|' + UUID),
  assigned('travis-token', 'a token of Travis CI', ['travis'], '[\\w-]{22}', 3.5),
  assigned('droneci-token', 'a token of Drone', ['droneci', 'drone_token'], '[a-z0-9]{32}'),
  token('sonar-token', 'a token of SonarQube', ['squ_', 'sqp_', 'sqa_'], '\\bsq[upa]_[a-f0-9]{40}\\b', 3),
  assigned('snyk-token', 'a token of Snyk', ['snyk'], UUID),
  token('postman-key', 'a key of Postman', 'pmak-', '\\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\\b', 3),
  token('readme-key', 'a key of ReadMe', 'rdme_', '\\brdme_[a-z0-9]{70}\\b', 3),
  token('endorlabs-token', 'a token of Endor Labs', 'endr+', '\\b(endr\\+[\\w-]{16})(?:[^\\w-]|$)', 3),
  token('linear-key', 'a key of Linear', 'lin_api_', '\\blin_api_[A-Za-z0-9]{40}\\b', 3),
  token('notion-token', 'a token of Notion', 'ntn_', '\\bntn_\\d{11}[A-Za-z0-9]{35}\\b', 3),
  assigned('asana-secret', 'a client secret of Asana', ['asana'], '[a-z0-9]{32}'),
  assigned(
    'airtable-key',
    'a key of Airtable',
    ['airtable'],
    'pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}|key[A-Za-z0-9]{14}',
    3.5,
  ),
  token('figma-token', 'a token of Figma', 'figd_', '\\bfigd_[\\w-]{40}', 3),
  token('contentful-token', 'a token of Contentful', 'cfpat-', '\\bCFPAT-[\\w-]{43}', 3),
  assigned('contentful-delivery', 'a delivery token of Contentful', ['contentful'], '[\\w=-]{43}', 3.5),
];

const MODELS: readonly Rule[] = [
  token(
    'openai-key',
    'a key of OpenAI',
    't3blbkfj',
    '\\bsk-(?:proj-|svcacct-|admin-)?[\\w-]{20,74}T3BlbkFJ[\\w-]{20,74}',
    3,
  ),
  token('anthropic-key', 'a key of Anthropic', 'sk-ant-', '\\bsk-ant-(?:api03|admin01|sid01|oat01)-[\\w-]{80,120}', 3),
  token(
    'huggingface-token',
    'a token of Hugging Face',
    ['hf_', 'api_org_'],
    '\\b(?:hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})\\b',
    3,
  ),
  token('perplexity-key', 'a key of Perplexity', 'pplx-', '\\bpplx-[A-Za-z0-9]{48}\\b', 3),
  token('groq-key', 'a key of Groq', 'gsk_', '\\bgsk_[A-Za-z0-9]{52}\\b', 3),
  token('xai-key', 'a key of xAI', 'xai-', '\\bxai-[A-Za-z0-9]{80}\\b', 3),
  token('replicate-token', 'a token of Replicate', 'r8_', '\\br8_[A-Za-z0-9]{37}\\b', 3),
  assigned('cohere-key', 'a key of Cohere', ['cohere', 'co_api_key'], '[A-Za-z0-9]{40}', 3.5),
  assigned('mistral-key', 'a key of Mistral', ['mistral'], '[A-Za-z0-9]{32}', 3.5),
  assigned('wandb-key', 'a key of Weights & Biases', ['wandb'], HEX40),
  token(
    'langsmith-key',
    'a key of LangSmith',
    ['lsv2_pt_', 'lsv2_sk_'],
    '\\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\\b',
    3,
  ),
  token('pinecone-key', 'a key of Pinecone', 'pcsk_', '\\bpcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}\\b', 3),
];

const MONEY: readonly Rule[] = [
  token(
    'stripe-key',
    'a key of Stripe',
    ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'sk_prod_', 'rk_prod_'],
    '\\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,99}',
    2,
  ),
  token('stripe-webhook-secret', 'a secret of Stripe webhooks', 'whsec_', '\\bwhsec_[A-Za-z0-9+/]{32,64}', 3),
  token(
    'square-token',
    'a token of Square',
    ['sq0atp-', 'sq0csp-', 'sq0idp-', 'eaaa'],
    '\\b(?:sq0(?:atp|csp|idp)-[\\w-]{22,43}|EAAA[\\w-]{60})',
    3,
  ),
  token(
    'paypal-braintree-token',
    'a token of Braintree',
    'access_token$',
    '\\baccess_token\\$(?:production|sandbox)\\$[a-z0-9]{16}\\$[a-f0-9]{32}\\b',
    3,
  ),
  token(
    'shopify-token',
    'a token of Shopify',
    ['shpat_', 'shpca_', 'shppa_', 'shpss_'],
    '\\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\\b',
    3,
  ),
  token('flutterwave-key', 'a key of Flutterwave', 'flwseck', '\\bFLWSECK(?:_TEST)?-[a-h0-9]{12,32}(?:-X)?', 2.5),
  token('easypost-key', 'a key of EasyPost', ['ezak', 'eztk'], '\\bEZ[AT]K[A-Za-z0-9]{54}\\b', 3),
  token('duffel-token', 'a token of Duffel', 'duffel_', '\\bduffel_(?:test|live)_[\\w=-]{43}', 3),
  token('shippo-token', 'a token of Shippo', 'shippo_', '\\bshippo_(?:live|test)_[a-fA-F0-9]{40}\\b', 3),
  token('gocardless-token', 'a token of GoCardless', 'live_', '(?i)gocardless[^\\n]{0,40}(live_[\\w=-]{40})', 3),
  assigned('plaid-secret', 'a secret of Plaid', ['plaid'], '[a-z0-9]{30}', 3),
  token(
    'plaid-token',
    'an access token of Plaid',
    'access-',
    `\\baccess-(?:sandbox|development|production)-${UUID}\\b`,
    3,
  ),
  assigned('coinbase-key', 'a key of Coinbase', ['coinbase'], '[\\w-]{64}', 3.5),
  assigned('kraken-key', 'a key of Kraken', ['kraken'], '[\\w/=+-]{80,90}', 4),
  assigned('finicity-secret', 'a secret of Finicity', ['finicity'], '[a-z0-9]{20,32}', 3),
];

const MESSAGES: readonly Rule[] = [
  token(
    'slack-token',
    'a token of Slack',
    ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xoxe.'],
    '\\b(?:xox[abeprs]-|xoxe\\.)(?:xox[bp]-)?[A-Za-z0-9-]{20,250}',
    3,
  ),
  token('slack-app-token', 'an app token of Slack', 'xapp-', '\\bxapp-\\d-[A-Z0-9]+-\\d+-[a-z0-9]{30,100}', 3),
  token(
    'slack-webhook',
    'a webhook of Slack',
    'hooks.slack.com/',
    '\\bhooks\\.slack\\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}',
    3,
  ),
  token(
    'discord-token',
    'a token of a Discord bot',
    'discord',
    '(?i)discord[^\\n]{0,40}[^\\w-]([MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38})',
    3,
  ),
  token(
    'discord-webhook',
    'a webhook of Discord',
    ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    '\\bdiscord(?:app)?\\.com/api/webhooks/\\d{17,20}/[\\w-]{60,70}',
    3,
  ),
  token('telegram-token', 'a token of a Telegram bot', ':aa', '\\b(\\d{8,10}:AA[\\w-]{33})(?:[^\\w-]|$)', 3),
  token(
    'teams-webhook',
    'a webhook of Microsoft Teams',
    'webhook.office.com/',
    `\\bwebhook\\.office\\.com/webhookb2/${UUID}@${UUID}/IncomingWebhook/[a-z0-9]{32}/${UUID}`,
    3,
  ),
  token('sendgrid-key', 'a key of SendGrid', 'sg.', '\\b(SG\\.[\\w-]{22}\\.[\\w-]{43})(?:[^\\w-]|$)', 3),
  token(
    'sendinblue-key',
    'a key of Brevo',
    ['xkeysib-', 'xsmtpsib-'],
    '\\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}\\b',
    3,
  ),
  token('mailgun-key', 'a key of Mailgun', 'key-', '\\bkey-[a-f0-9]{32}\\b', 3),
  assigned('mailchimp-key', 'a key of Mailchimp', ['mailchimp'], '[a-f0-9]{32}-us\\d{1,2}'),
  token(
    'postmark-token',
    'a token of Postmark',
    'postmark',
    `(?i)postmark[\\w .-]{0,24}["']?\\s{0,3}[=:]\\s{0,3}["']?(${UUID})\\b`,
    3,
  ),
  token('twilio-key', 'a key of Twilio', 'twilio', '(?i)twilio[^\\n]{0,60}[^\\w](SK[0-9a-f]{32}|[0-9a-f]{32})\\b', 3),
  assigned('messagebird-key', 'a key of MessageBird', ['messagebird', 'message_bird'], '[A-Za-z0-9]{25}', 3.5),
  assigned('intercom-key', 'a key of Intercom', ['intercom'], '[\\w=-]{60}', 3.5),
  token('zoho-token', 'a token of Zoho', '1000.', '\\b1000\\.[a-f0-9]{32}\\.[a-f0-9]{32}\\b', 3),
  token('hubspot-token', 'a token of HubSpot', ['pat-na', 'pat-eu'], `\\bpat-(?:na|eu)\\d-${UUID}\\b`, 3),
  token('typeform-token', 'a token of Typeform', 'tfp_', '\\btfp_[\\w.=-]{59}', 3),
  token('facebook-token', 'a token of Facebook', ['eaam', 'eaac'], '\\bEAA[MC][A-Za-z0-9]{100,}', 3),
  assigned('facebook-secret', 'a secret of Facebook', ['facebook'], HEX32),
  assigned('twitter-secret', 'a secret of X', ['twitter'], '[A-Za-z0-9]{35,50}', 4),
  token('twitter-bearer', 'a bearer token of X', 'aaaaaaaa', '\\bA{22}[A-Za-z0-9%]{80,100}', 3.5),
  assigned('linkedin-secret', 'a secret of LinkedIn', ['linkedin', 'linked_in'], '[A-Za-z0-9]{16}', 3.5),
  assigned('twitch-secret', 'a secret of Twitch', ['twitch'], '[a-z0-9]{30}', 3.5),
  assigned('zendesk-key', 'a key of Zendesk', ['zendesk'], '[A-Za-z0-9]{40}', 3.5),
  assigned('mattermost-token', 'a token of Mattermost', ['mattermost'], '[a-z0-9]{26}', 3.5),
  assigned('okta-token', 'a token of Okta', ['okta'], '00[\\w=-]{40}', 3.5),
  assigned('auth0-secret', 'a client secret of Auth0', ['auth0'], '[\\w-]{64}', 4),
];

const WATCHING: readonly Rule[] = [
  token(
    'grafana-token',
    'a token of Grafana',
    ['glsa_', 'glc_'],
    '\\b(?:glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3})',
    3,
  ),
  token('grafana-key', 'an older key of Grafana', 'eyjrijoi', '\\beyJrIjoi[A-Za-z0-9]{70,400}={0,3}', 3),
  token(
    'newrelic-key',
    'a key of New Relic',
    ['nrak-', 'nrii-', 'nrjs-', 'nraa-'],
    '\\b(?:NRAK-[A-Z0-9]{27}|NRII-[\\w-]{32}|NRJS-[a-f0-9]{19}|NRAA-[a-f0-9]{27})\\b',
    3,
  ),
  assigned('datadog-key', 'a key of Datadog', ['datadog', 'dd_api_key', 'dd_app_key'], '[a-f0-9]{32}|[a-f0-9]{40}'),
  token(
    'dynatrace-token',
    'a token of Dynatrace',
    ['dt0c01.', 'dt0s01.', 'dt0s16.'],
    '\\bdt0(?:c01|s01|s16)\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}\\b',
    3,
  ),
  token(
    'sentry-token',
    'a token of Sentry',
    ['sntrys_', 'sntryu_'],
    '\\b(?:sntryu_[a-f0-9]{64}|sntrys_eyJ[A-Za-z0-9+/=_-]{80,400})',
    3,
  ),
  assigned('sentry-auth-token', 'an older token of Sentry', ['sentry'], HEX64),
  token('honeycomb-key', 'a key of Honeycomb', ['hcaik_', 'hcbik_', 'hcxik_'], '\\bhc[abx]ik_[a-z0-9]{58}\\b', 3),
  assigned('sumologic-key', 'an access key of Sumo Logic', ['sumologic', 'sumo_'], '[A-Za-z0-9]{64}', 3.5),
  assigned('launchdarkly-key', 'a key of LaunchDarkly', ['launchdarkly'], '[\\w=-]{40}', 3.5),
  token('launchdarkly-sdk-key', 'an SDK key of LaunchDarkly', ['sdk-', 'api-'], `\\b(?:sdk|api)-${UUID}\\b`, 3),
  assigned('pagerduty-key', 'a key of PagerDuty', ['pagerduty'], '[\\w+-]{20,32}', 3.5),
  token('octopus-key', 'a key of Octopus Deploy', 'api-', '\\bAPI-[A-Z0-9]{26}\\b', 3),
  token(
    'rollbar-token',
    'a token of Rollbar',
    'rollbar',
    '(?i)rollbar[\\w .-]{0,24}["\']?\\s{0,3}[=:]\\s{0,3}["\']?([a-f0-9]{32})\\b',
    3,
  ),
  token('mapbox-token', 'a secret token of Mapbox', 'sk.eyj', '\\bsk\\.eyJ[\\w-]{60,120}\\.[\\w-]{20,24}', 3),
  assigned('algolia-key', 'a key of Algolia', ['algolia'], '[a-z0-9]{32}', 3),
  assigned('fastly-token', 'a token of Fastly', ['fastly'], '[\\w=-]{32}', 3.5),
  assigned('dropbox-secret', 'a secret of Dropbox', ['dropbox'], '[a-z0-9]{15}', 3),
  token('dropbox-token', 'a token of Dropbox', 'sl.', '\\bsl\\.[\\w=-]{130,152}', 3.5),
  assigned('rapidapi-token', 'a token of RapidAPI', ['rapidapi'], '[\\w-]{50}', 3.5),
  token('frameio-token', 'a token of Frame.io', 'fio-u-', '\\bfio-u-[\\w=-]{64}', 3),
  token('maxmind-key', 'a licence key of MaxMind', '_mmk', '\\b[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\\b', 3),
  token('intra42-secret', 'a client secret of Intra42', 's-s4t2', '\\bs-s4t2(?:ud|af)-[a-f0-9]{64}\\b', 3),
  token('adobe-secret', 'a client secret of Adobe', 'p8e-', '\\bp8e-[a-zA-Z0-9]{32}\\b', 3),
];

/** Names of things that are usually secret, with a value that looks random: finds much, in heaps also what is none. */
const BROAD: readonly Rule[] = [
  {
    ...assigned(
      'generic-secret',
      'a value that looks random behind a name for secrets',
      ['secret', 'token', 'api_key', 'apikey', 'api-key', 'credential', 'password', 'passwd'],
      '[\\w.=+/-]{16,150}',
      3.8,
    ),
    isBroad: true,
  },
];

/** All that are known, the broad ones last. */
export const KNOWN_RULES: readonly Rule[] = [
  ...KEYS_AND_CREDENTIALS,
  ...CLOUDS,
  ...CODE,
  ...MODELS,
  ...MONEY,
  ...MESSAGES,
  ...WATCHING,
  ...BROAD,
];
