/** Images to documents and back, as the tests call it. */
import { CRIT, CRIT_PRETTY } from '../../src/codec/style.ts';
import { Output } from '../../src/codec/output.ts';
import { DocumentDecoder } from '../../src/document/document-decoder.ts';
import { DocumentEncoder } from '../../src/document/document-encoder.ts';
import { PartSink } from '../../src/image/part-sink.ts';

export interface DocumentForm {
  readonly pretty?: boolean;
  readonly onlySizes?: boolean;
  /** Bytes that are pushed at once; all of them otherwise. */
  readonly step?: number;
  readonly onWarning?: (message: string) => void;
}

/** The document of an image of that name. */
export function documentOf(name: string, image: Uint8Array, form: DocumentForm = {}): string {
  const { pretty = false, onlySizes = false, step = image.length, onWarning = () => {} } = form;
  const output = new Output();
  const decoder = new DocumentDecoder(output, {
    name,
    style: pretty ? CRIT_PRETTY : CRIT,
    onlySizes,
    onWarning: (warning) => onWarning(warning.message),
  });
  for (let at = 0; at < image.length; at += step) decoder.push(image.subarray(at, at + step));
  decoder.end();
  return output.view().toString('latin1');
}

/** The image of a document. */
export function imageOf(document: string | Uint8Array, step?: number): Buffer {
  const text = Buffer.from(document);
  const sink = new PartSink();
  const encoder = new DocumentEncoder(sink);
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += step ?? text.length) {
    encoder.push(text.subarray(at, at + (step ?? text.length)));
    parts.push(...sink.take());
  }
  encoder.end();
  return Buffer.concat([...parts, ...sink.take()]);
}
