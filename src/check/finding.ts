/** Something that would keep a checkpoint from being restored. */
export interface Finding {
  /** `error`: CRIU refuses; `warning`: it may, or programs may fail; `note`: what the restore needs beside the checkpoint. */
  readonly severity: Severity;
  /** What kind it is, as a stable word. */
  readonly kind: string;
  readonly message: string;
  readonly image?: string;
  /** The id of its entry, or its pid. */
  readonly id?: number;
  /** What the checkpoint says, and what is here. */
  readonly there?: string | number;
  readonly here?: string | number;
  /** The words of CRIU for it, without what differs each time; of a log, its whole line. */
  readonly criu?: string;
  /** What mends it. */
  readonly mend?: string;
  /** The number of the line in the log that says so. */
  readonly line?: number;
}

export type Severity = 'error' | 'warning' | 'note';

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note'];
