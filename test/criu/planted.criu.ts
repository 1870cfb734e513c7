/**
 * Keys of thirty kinds in the memory of servers of others: all are found. What is found in the same servers without them is counted
 * and told. `npm run test:planted` does it with a GiB of memory.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { dump, releases } from './harness/criu.ts';
import { plantedKeys } from './harness/planted.ts';
import { scratchFolder } from './harness/scratch.ts';
import { isInstalled, SERVERS, type Server } from './harness/servers.ts';
import { shell } from './harness/shell.ts';
import type { Programs } from './setup/release.ts';

const MIB = Number(process.env['CRIT_PIPE_PLANTED_MIB'] ?? 0);
const KEYS = plantedKeys();

/** What `crit-grep --all --secrets` finds in a dump of a server that holds some texts: rule and secret of each. */
async function foundIn(
  t: TestContext,
  programs: Programs,
  server: Server,
  name: string,
  texts: readonly string[],
): Promise<{ rule: string; secret: string }[]> {
  const scene = scratchFolder(t);
  const home = join(scene, 'home');
  mkdirSync(home);
  const pid = await server.start(home, texts, MIB);
  t.after(() => {
    if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
  });
  await dump(programs, { pid, home }, join(scene, 'dump'), ['--ext-unix-sk', '--ghost-limit', '64M']);
  const size = await shell(scene, 'du -m dump | cut -f1');
  const started = performance.now();
  const lines = await shell(scene, 'crit-grep --all --secrets --json --show dump || test $? = 1');
  t.diagnostic(`${name}: a dump of ${size.trim()} MiB, ${Math.round(performance.now() - started)} ms`);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      return { rule: String(Reflect.get(Object(value), 'rule')), secret: String(Reflect.get(Object(value), 'secret')) };
    });
}

// What is in memory does not depend on who dumps it.
for (const available of releases().slice(0, 1)) {
  const { release, programs } = available;
  for (const [name, server] of Object.entries(SERVERS)) {
    const skip =
      programs === undefined ? available.skip : isInstalled(server.program) ? undefined : `no ${server.program} here`;
    test(
      `${KEYS.length} keys in the memory of ${name}, CRIU ${programs?.version ?? release.name}`,
      { skip },
      async (t) => {
        if (programs === undefined) return;
        const found = await foundIn(
          t,
          programs,
          server,
          name,
          KEYS.map(({ text }) => text),
        );
        const missed = KEYS.filter(
          (key) => !found.some(({ rule, secret }) => rule === key.rule && secret === key.secret),
        );
        assert.deepEqual(
          missed.map(({ rule, text }) => `${rule}: ${text}`),
          [],
        );

        const alarms = new Map<string, number>();
        for (const { rule, secret } of await foundIn(t, programs, server, `${name}, without keys`, [])) {
          const alarm = `${rule}: ${JSON.stringify(secret.slice(0, 60))}`;
          alarms.set(alarm, (alarms.get(alarm) ?? 0) + 1);
        }
        const total = [...alarms.values()].reduce((sum, count) => sum + count, 0);
        t.diagnostic(`${name}: ${total} false alarms`);
        for (const [alarm, count] of alarms) t.diagnostic(`${count} x ${alarm}`);
      },
    );
  }
}
