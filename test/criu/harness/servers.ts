/** Servers of others, which hold texts in their memory as such servers do. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { capture } from '../setup/capture.ts';
import { until } from './until.ts';

export interface Server {
  /** The program that is needed. */
  readonly program: string;
  /** Starts it in a folder with texts in its memory, and about so many MiB of other text; gives its pid. */
  start(home: string, texts: readonly string[], mib: number): Promise<number>;
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${program}`]).status === 0;
}

/** Each holds the texts, and random text in base64. */
const PYTHON = `
import sys, json, os, base64
texts, mib = json.load(open(sys.argv[1])), int(sys.argv[2])
held = [bytes(t, 'latin1').decode('latin1') for t in texts]
padding = [base64.encodebytes(os.urandom(776000)).decode() for _ in range(mib)]
open('ready', 'w').close()
while True: os.read(os.open('wait', os.O_RDONLY), 1)
`;
const NODE = `
const fs = require('node:fs'), crypto = require('node:crypto');
globalThis.held = JSON.parse(fs.readFileSync(process.argv[2], 'utf8')).map((text) => ' '.repeat(7) + text).map((text) => text.slice(7));
globalThis.padding = [];
for (let i = 0; i < Number(process.argv[3]); i++) {
  padding.push(Buffer.from(crypto.randomBytes(786000).toString('base64')));
}
fs.writeFileSync('ready', '');
setInterval(() => {}, 1e9);
`;

/** As a daemon of its own session, in the folder, without a terminal. */
async function daemon(home: string, line: string): Promise<number> {
  const command = `cd "$0"; exec setsid ${line} < /dev/null > /dev/null 2>&1`;
  const started = await capture('bash', ['-c', `bash -c '${command}' "$0" > /dev/null 2>&1 & echo $!`, home], {
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, HOME: home },
  });
  return Number(started);
}

async function ready(home: string, file = 'ready'): Promise<void> {
  await until(`${home}/${file}`, () => existsSync(join(home, file)), 120);
}

/** Sends commands to redis, each when the one before is answered. */
async function redisCommands(path: string, commands: Iterable<readonly string[]>): Promise<void> {
  const socket = connect(path);
  try {
    for (const words of commands) {
      const answer = once(socket, 'data');
      socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
      await answer;
    }
  } finally {
    socket.destroy();
  }
}

function* stored(texts: readonly string[], mib: number): Generator<readonly string[], void, undefined> {
  for (const [n, text] of texts.entries()) yield ['SET', `key${n}`, text];
  for (let n = 0; n < mib; n++) yield ['SET', `pad${n}`, randomBytes(786_000).toString('base64')];
}

export const SERVERS: Readonly<Record<string, Server>> = {
  redis: {
    program: 'redis-server',
    async start(home, texts, mib) {
      const pid = await daemon(home, 'redis-server --port 0 --unixsocket ready --save "" --appendonly no');
      await ready(home);
      await redisCommands(join(home, 'ready'), stored(texts, mib));
      return pid;
    },
  },
  nginx: {
    program: 'nginx',
    async start(home, texts) {
      const locations = texts.map((text, n) => `location = /${n} { return 200 "${text}"; }`).join('\n');
      writeFileSync(
        join(home, 'nginx.conf'),
        `daemon off; user root; pid nginx.pid; error_log error.log; worker_processes 2; events {}
         http { access_log off; server { listen unix:${home}/ready; ${locations} } }`,
      );
      for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'])
        mkdirSync(join(home, name), { recursive: true });
      const pid = await daemon(home, 'nginx -p . -c nginx.conf -e error.log');
      await ready(home);
      return pid;
    },
  },
  node: {
    program: 'node',
    async start(home, texts, mib) {
      writeFileSync(join(home, 'texts.json'), JSON.stringify(texts));
      writeFileSync(join(home, 'server.cjs'), NODE);
      const pid = await daemon(home, `${process.execPath} --max-old-space-size=512 server.cjs texts.json ${mib}`);
      await ready(home);
      return pid;
    },
  },
  python: {
    program: '/usr/bin/python3',
    async start(home, texts, mib) {
      writeFileSync(join(home, 'texts.json'), JSON.stringify(texts));
      writeFileSync(join(home, 'server.py'), PYTHON);
      await capture('mkfifo', [join(home, 'wait')]);
      const pid = await daemon(home, `/usr/bin/python3 server.py texts.json ${mib}`);
      await ready(home);
      return pid;
    },
  },
};
