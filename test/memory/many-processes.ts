/** A checkpoint of many small processes, which have each what a process has. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage, numeric } from '../build-image.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from './build-checkpoint.ts';

const START = 0x10000;

/** Processes from pid 100 on, each the parent of the next; each has its pid as its argument, and descriptor 0 of its own. */
export function buildMany(directory: string, count: number): string {
  const pids = Array.from({ length: count }, (_, i) => 100 + i);
  const areas = [{ start: START, end: START + 2 * PAGE, kind: ANON_PRIVATE }];
  const argument = (pid: number): Buffer => {
    const data = Buffer.alloc(PAGE);
    data.write(`process ${pid}`);
    return data;
  };
  const args = [START, START + 16] as const;
  buildCheckpoint(directory, {
    processes: pids.map((pid) => ({ pid, name: `p${pid}`, areas, args, pages: [{ at: START, data: argument(pid) }] })),
    files: { 1: '/', 2: '/dev/null' },
  });
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(directory, name), bytes);
  const numbers = (...values: readonly number[]): Buffer =>
    Buffer.concat(values.map((value, i) => numeric(i + 1, value)));
  write(
    'pstree.img',
    buildImage(
      'PSTREE',
      pids.map((pid) => Buffer.concat([numbers(pid, pid === 100 ? 0 : pid - 1, pid, 100), numeric(5, pid)])),
    ),
  );
  for (const pid of pids) {
    write(`ids-${pid}.img`, buildImage('IDS', [numbers(pid, pid, 1, 1)]));
    write(`fs-${pid}.img`, buildImage('FS', [numbers(1, 1)]));
    write(`fdinfo-${pid}.img`, buildImage('FDINFO', [numbers(2, 0, 1, 0)]));
  }
  return directory;
}
