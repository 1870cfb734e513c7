/** What an archive may ask for, where it is not the usual. */
export interface ArchiveLimits {
  /** Bytes of the window of zstd data, which is memory; 32 MiB without it. */
  readonly maxWindow?: number | undefined;
  /** Bytes that are unpacked to TMPDIR; without it, those that are free there. */
  readonly maxUnpacked?: number | undefined;
}
