import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { placed } from '../../../error.ts';
import { OutputFile } from '../../../files/output-file.ts';
import { stagingPath } from '../../../files/staging.ts';
import type { ImageSink } from '../../../image/image-sink.ts';
import type { Redaction } from '../../../redact/redactor.ts';

/** A file of lines of JSON, one for each place that was overwritten, which appears when all is done. */
export class Report {
  readonly #file: OutputFile;
  readonly #sink: ImageSink;
  readonly #path: string;
  /** What it replaced, until it is certain that it stays. */
  #kept: string | undefined;

  /** Throws a CritError where a file is in the way. */
  constructor(path: string, force: boolean) {
    this.#path = path;
    this.#file = new OutputFile(path, { force });
    this.#sink = this.#file.image(path);
  }

  add({ place, offset, rule, length }: Redaction): void {
    const { image, magic, entry, member, field, pid, area, vaddr } = place;
    const record = { image, magic, entry, member, field, pid, area, vaddr, offset, rule, length };
    this.#sink.write(Buffer.from(`${JSON.stringify(record)}\n`));
  }

  /** Puts it in its place. Throws a CritError, with nothing changed, where that cannot be done. */
  commit(): void {
    this.#sink.end();
    try {
      if (existsSync(this.#path)) {
        const kept = stagingPath(dirname(this.#path));
        linkSync(this.#path, kept);
        this.#kept = kept;
      }
    } catch (error) {
      throw placed(error, { image: this.#path });
    }
    this.#file.commit();
  }

  /** Takes it back after `commit`: what was there before is there again. */
  undo(): void {
    if (this.#kept === undefined) rmSync(this.#path, { force: true });
    else renameSync(this.#kept, this.#path);
  }

  /** Removes what was written, unless it was committed, and what nobody needs any more. */
  abort(): void {
    this.#file.abort();
    if (this.#kept !== undefined) rmSync(this.#kept, { force: true });
    this.#kept = undefined;
  }
}
