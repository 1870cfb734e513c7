/** The edits of crit-edit by their options. */
import { commEdit, hostEdit, ignoreEdit, limitEdit, numberEdit } from './edits/fields.ts';
import { dropEdit } from './edits/drop.ts';
import { pathEdit } from './edits/path.ts';
import { portEdit } from './edits/port.ts';
import type { Edit } from './edit.ts';

// prettier-ignore
export type EditName =
  | 'drop' | 'port' | 'path' | 'hostname' | 'domainname' | 'comm' | 'limit' | 'oom-score' | 'nice' | 'ignore';

type Make = (values: readonly string[]) => Edit;

/** In the order in which they are done where several change the same message. */
const MAKERS: Readonly<Record<EditName, Make>> = {
  drop: dropEdit,
  port: portEdit,
  path: pathEdit,
  hostname: (values) => hostEdit('hostname', values),
  domainname: (values) => hostEdit('domainname', values),
  comm: commEdit,
  limit: limitEdit,
  'oom-score': (values) => numberEdit('oom-score', values),
  nice: (values) => numberEdit('nice', values),
  ignore: ignoreEdit,
};

/** What is to be changed: the values of each option, as crit-edit takes them; a flag has none. */
export type Edits = { readonly [name in EditName]?: string | readonly string[] | true };

export const EDIT_NAMES: readonly EditName[] = Object.keys(MAKERS).filter(isEditName);

function isEditName(name: string): name is EditName {
  return Object.hasOwn(MAKERS, name);
}

/** New edits, which know nothing yet. Throws a CritError with code "usage" where a value is none that its option takes. */
export function makeEdits(edits: Edits): Edit[] {
  return EDIT_NAMES.flatMap((name) => {
    const given = edits[name];
    if (given === undefined) return [];
    const values = given === true ? [] : typeof given === 'string' ? [given] : given;
    return [MAKERS[name](values)];
  });
}
