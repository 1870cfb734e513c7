import { CritError } from '../error.ts';

/** A value that does not fit its field, with the path to the field: `tc.rlimits.rlimits[3].cur`. */
export class FieldError extends CritError {
  readonly path: string;
  readonly #what: string;

  constructor(what: string, path = '') {
    super('value', path === '' ? what : `${path}: ${what}`);
    this.#what = what;
    this.path = path;
  }

  /** The same with the name of the field, or the `[index]`, that holds this one before its path. */
  within(outer: string): FieldError {
    const path = this.path === '' || this.path.startsWith('[') ? outer + this.path : `${outer}.${this.path}`;
    return new FieldError(this.#what, path);
  }
}
