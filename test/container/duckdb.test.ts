import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** A package of some size, which is there only where somebody has installed it. */
const PACKAGE = '@duckdb/node-api';

test('the query of the document runs in DuckDB', async (t) => {
  let api: { DuckDBInstance: { create(): Promise<{ connect(): Promise<Connection> }> } };
  try {
    api = await import(PACKAGE);
  } catch {
    t.skip(`${PACKAGE} is not installed`);
    return;
  }
  const lines = join(temporary(t), 'lines.ndjson');
  await shell('crit-cat "$1" > "$2"', [fixture('archives/podman-counter.tar'), lines]);
  const text = readFileSync(new URL('../../docs/containers.md', import.meta.url), 'utf8');
  const query = /^SELECT[^`]*/m.exec(text)?.[0].replace('lines.ndjson', lines) ?? '';
  const connection = await (await api.DuckDBInstance.create()).connect();
  const rows = (await connection.runAndReadAll(query)).getRowObjects();
  assert.deepEqual(
    rows.map(({ image, entries }) => [image, Number(entries)]),
    [
      ['checkpoint/mountpoints-13.img', 28],
      ['checkpoint/files.img', 10],
      ['checkpoint/fdinfo-2.img', 7],
    ],
  );
});

interface Connection {
  runAndReadAll(query: string): Promise<{ getRowObjects(): Record<string, unknown>[] }>;
}
