/** `crit` without a build: `node --import tsx src/cli/crit.ts COMMAND [ARGUMENT]...` */
import { program } from './program.ts';

program('crit');
