/** A value that does not fit its field, with the path to the field: `tc.rlimits.rlimits[3].cur`. */
export class FieldError extends Error {
  path: string;

  constructor(message: string, path = '') {
    super(message);
    this.path = path;
  }

  /** Puts the name of the field, or the `[index]`, that holds this one before its path. */
  within(outer: string): this {
    this.path = this.path === '' || this.path.startsWith('[') ? outer + this.path : `${outer}.${this.path}`;
    return this;
  }
}
