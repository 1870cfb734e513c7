/** How a message is written as JSON. */
export interface Style {
  /** Fields with a display option (proto/opts.proto) as people read them. */
  readonly human: boolean;
  /**
   * As Python's json module and CRIT write it: integers of any size as bare numbers, only ASCII, base64 broken into lines,
   * blanks behind separators. Together with `human` it is indented by four spaces.
   */
  readonly crit: boolean;
}

/** The lines of this package. */
export const PLAIN: Style = { human: false, crit: false };
/** Lines with `--human`. */
export const HUMAN: Style = { human: true, crit: false };
/** `crit decode` */
export const CRIT: Style = { human: false, crit: true };
/** `crit decode --pretty` */
export const CRIT_PRETTY: Style = { human: true, crit: true };
