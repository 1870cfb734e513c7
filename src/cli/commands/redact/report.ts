import { OutputFile } from '../../../files/output-file.ts';
import type { ImageSink } from '../../../image/image-sink.ts';
import type { Redaction } from '../../../redact/redactor.ts';

/** A file of lines of JSON, one for each place that was overwritten, which appears when all is done. */
export class Report {
  readonly #file: OutputFile;
  readonly #sink: ImageSink;

  /** Throws a CritError where a file is in the way. */
  constructor(path: string, force: boolean) {
    this.#file = new OutputFile(path, { force });
    this.#sink = this.#file.image(path);
  }

  add({ place, offset, rule, length }: Redaction): void {
    const { image, magic, entry, member, field, pid, area, vaddr } = place;
    const record = { image, magic, entry, member, field, pid, area, vaddr, offset, rule, length };
    this.#sink.write(Buffer.from(`${JSON.stringify(record)}\n`));
  }

  commit(): void {
    this.#sink.end();
    this.#file.commit();
  }

  /** Removes what was written, unless it was committed. */
  abort(): void {
    this.#file.abort();
  }
}
