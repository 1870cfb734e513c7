/** Edits that people make of dumps by hand: the restored program sees each, and nothing else has changed. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { assertAgreesWithCrit } from './harness/crit.ts';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget, type Target } from './harness/target.ts';
import { whyNoInternet } from './harness/targets.ts';
import { mountHierarchy, removeGroups } from './setup/cgroups.ts';
import { recipe } from './recipes.ts';
import { workFolder } from './setup/platform.ts';
import type { Programs } from './setup/release.ts';

interface Edit {
  /** Its name among the recipes, which make the folder `edited` of the folder `dump` in a shell. */
  what: string;
  /** What the restored program then sees otherwise. */
  sees: Readonly<Record<string, string>>;
  environment?: Readonly<Record<string, string>>;
  options?: readonly string[];
  whyNot?: (programs: Programs) => string | undefined;
  /** What is done between the start and the dump; gives why it cannot be done here. */
  prepare?: (t: TestContext, target: Target) => string | undefined;
}

const EDITS: readonly Edit[] = [
  {
    what: 'another path for the open log',
    sees: { log: 'moved.log' },
  },
  {
    what: 'another TCP port to listen on',
    sees: { port: '7002' },
    environment: { PORT: '7001' },
    options: ['--tcp-established', '--network-lock', 'nftables'],
    whyNot: whyNoInternet,
  },
  {
    what: 'another environment variable',
    sees: { FRUIT: 'peach' },
  },
  {
    what: 'another string in memory',
    sees: { greeting: 'HELLO from after the pipe!' },
  },
  {
    what: 'another process name',
    sees: { name: 'caf\u00e9' },
  },
  {
    what: 'another cgroup path',
    sees: { cgroup: 'after' },
    options: ['--manage-cgroups=soft'],
    prepare: enterGroup,
  },
  {
    what: 'a lower limit of open files',
    sees: { files: '500' },
  },
];

/** What the service sees where nothing was edited. */
const UNEDITED: Readonly<Record<string, string>> = {
  log: 'service.log',
  FRUIT: 'apple',
  greeting: 'hello from before the dump',
  last: 'last!',
  name: 'service',
  files: '1000',
  'most files': '2000',
};

function enterGroup(t: TestContext, target: Target): string | undefined {
  const hierarchy = join(workFolder(), 'cgroups');
  if (!mountHierarchy(hierarchy)) return 'this kernel has no named cgroup hierarchies';
  t.after(() => removeGroups(hierarchy));
  mkdirSync(join(hierarchy, 'before'));
  writeFileSync(join(hierarchy, 'before', 'cgroup.procs'), `${target.pid}`);
  return undefined;
}

for (const available of releases()) {
  const { release, programs } = available;
  for (const { what, sees, environment, options = [], whyNot, prepare } of EDITS) {
    const skip = programs === undefined ? available.skip : whyNot?.(programs);
    test(`${what}, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'service', { FRUIT: 'apple', ...environment });
      const reason = prepare?.(t, target);
      if (reason !== undefined) return t.skip(reason);
      await dump(programs, target, join(scene, 'dump'), options);
      await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
      await shell(scene, recipe(what));
      await restore(programs, join(scene, 'edited'), options);
      const { saw } = await assertIntact(target);
      for (const [name, value] of Object.entries({ ...UNEDITED, ...sees })) {
        assert.equal(saw.get(name)?.split('/').at(-1), value, name);
      }
    });
  }
}
