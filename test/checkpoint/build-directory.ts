import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporary } from '../temporary.ts';
import { imageOf } from '../document/document.ts';

/** A directory of images, given as the entries of their documents by name and magic: `'pstree.img PSTREE'`. */
export function buildDirectory(t: TestContext, images: Readonly<Record<string, readonly object[]>>): string {
  const directory = join(temporary(t), 'checkpoint');
  mkdirSync(directory);
  for (const [key, entries] of Object.entries(images)) {
    const [name = '', magic = ''] = key.split(' ');
    writeFileSync(join(directory, name), imageOf(JSON.stringify({ magic, entries })));
  }
  return directory;
}

/** An entry of pstree.img. */
export function task(pid: number, ppid: number): object {
  return { pid, ppid, pgid: pid, sid: pid, threads: [pid] };
}

/** The images of a process that show as little as they can: its core, and the rest as given. */
export function core(pid: number, comm: string, state = 1): Record<string, readonly object[]> {
  const tc = { task_state: state, exit_code: 0, personality: 0, flags: 0, blk_sigset: 0, comm };
  return { [`core-${pid}.img CORE`]: [{ mtype: 'X86_64', tc }] };
}

/** The memory of a process: an entry of mm-PID.img. */
export function mm(vmas: readonly object[] | undefined, more: object = {}): object {
  const zero = Object.fromEntries(
    [
      'mm_start_code',
      'mm_end_code',
      'mm_start_data',
      'mm_end_data',
      'mm_start_stack',
      'mm_start_brk',
      'mm_brk',
      'mm_arg_start',
      'mm_arg_end',
      'mm_env_start',
      'mm_env_end',
      'exe_file_id',
    ].map((field) => [field, 0]),
  );
  return { ...zero, ...more, ...(vmas && { vmas }) };
}

/** A memory area. */
export function vma(start: number, end: number, status: number, more: object = {}): object {
  return { start, end, pgoff: 0, shmid: 0, prot: 3, flags: 2, status, fd: -1, ...more };
}
