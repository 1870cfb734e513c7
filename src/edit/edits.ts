/** The edits of crit-edit by their options. */
import { commEdit, hostEdit, ignoreEdit, limitEdit, numberEdit } from './edits/fields.ts';
import { dropEdit } from './edits/drop.ts';
import { pathEdit } from './edits/path.ts';
import { portEdit } from './edits/port.ts';
import { addressEdit } from './edits/address.ts';
import { cgroupEdit, noCgroupEdit } from './edits/cgroup.ts';
import { externalEdit, ttyEdit } from './edits/external.ts';
import { mapEdit, ownerEdit } from './edits/owner.ts';
import { asRootEdit, pidEdit, pidOffsetEdit } from './edits/pid.ts';
import { argsEdit, envEdit } from './edits/process-strings.ts';
import { lsmEdit, noSeccompEdit } from './edits/security.ts';
import { setEdit } from './edits/set.ts';
import { closeEdit } from './edits/tcp.ts';
import type { Edit } from './edit.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';

// prettier-ignore
export type EditName =
  | 'drop' | 'close-tcp' | 'listen-only' | 'port' | 'address' | 'path' | 'external' | 'tty' | 'ignore' | 'pid' | 'pid-offset'
  | 'as-root-of' | 'uid' | 'gid' | 'map' | 'hostname' | 'domainname' | 'comm' | 'env' | 'args' | 'cgroup' | 'no-cgroup'
  | 'limit' | 'oom-score' | 'nice' | 'no-seccomp' | 'lsm-profile' | 'set';

type Make = (values: readonly string[], schema: ImageSchema) => Edit;

/** In the order in which they are done where several change the same message. */
const MAKERS: Readonly<Record<EditName, Make>> = {
  drop: dropEdit,
  'close-tcp': () => closeEdit('close-tcp'),
  'listen-only': () => closeEdit('listen-only'),
  port: portEdit,
  address: addressEdit,
  path: pathEdit,
  external: externalEdit,
  tty: ttyEdit,
  ignore: ignoreEdit,
  pid: pidEdit,
  'pid-offset': pidOffsetEdit,
  'as-root-of': asRootEdit,
  uid: (values) => ownerEdit('uid', values),
  gid: (values) => ownerEdit('gid', values),
  map: mapEdit,
  hostname: (values) => hostEdit('hostname', values),
  domainname: (values) => hostEdit('domainname', values),
  comm: commEdit,
  env: envEdit,
  args: argsEdit,
  cgroup: cgroupEdit,
  'no-cgroup': noCgroupEdit,
  limit: limitEdit,
  'oom-score': (values) => numberEdit('oom-score', values),
  nice: (values) => numberEdit('nice', values),
  'no-seccomp': noSeccompEdit,
  'lsm-profile': lsmEdit,
  set: setEdit,
};

/** What is to be changed: the values of each option, as crit-edit takes them; a flag has none. */
export type Edits = { readonly [name in EditName]?: string | readonly string[] | true };

export const EDIT_NAMES: readonly EditName[] = Object.keys(MAKERS).filter(isEditName);

function isEditName(name: string): name is EditName {
  return Object.hasOwn(MAKERS, name);
}

/** New edits, which know nothing yet. Throws a CritError with code "usage" where a value is none that its option takes. */
export function makeEdits(edits: Edits, schema: ImageSchema = BUILT_IN): Edit[] {
  return EDIT_NAMES.flatMap((name) => {
    const given = edits[name];
    if (given === undefined) return [];
    const values = given === true ? [] : typeof given === 'string' ? [given] : given;
    return [MAKERS[name](values, schema)];
  });
}
