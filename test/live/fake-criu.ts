import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('fake-criu.py', import.meta.url));

/** What speaks as CRIU does, as the first words of a command. */
export const FAKE_CRIU = `python3 ${script}`;

/** Why it cannot be used here. */
export const noFakeCriu: string | false =
  spawnSync('python3', ['-c', 'import socket; socket.SCM_RIGHTS']).status === 0 ? false : 'python3 is not installed';

/** Images of a real dump. */
export const IMAGES = fileURLToPath(new URL('../fixtures/real/procs', import.meta.url));
