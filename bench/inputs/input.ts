import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CHUNK = 1 << 20;

/** A file or directory that is made when it is first needed and kept for the next run. */
export interface Input {
  readonly path: string;
  make(): void;
}

/** The input at that path: write() makes it under another name, so that half an input is never taken for a whole one. */
export function input(path: string, write: (temporary: string) => void): Input {
  return {
    path,
    make() {
      if (existsSync(path)) return;
      mkdirSync(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}.part`;
      write(temporary);
      renameSync(temporary, path);
    },
  };
}

/** Writes a file from pieces, gathered into chunks of 1 MiB. */
export function writeFile(path: string, pieces: Iterable<Uint8Array | string>): void {
  // The mode of CRIU's own, of which a line says nothing.
  const file = openSync(path, 'w', 0o600);
  const chunk = Buffer.allocUnsafe(CHUNK);
  let used = 0;
  const flush = (): void => {
    writeAll(file, chunk.subarray(0, used));
    used = 0;
  };
  for (const piece of pieces) {
    const length = typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
    if (used + length > CHUNK) flush();
    if (length > CHUNK) writeAll(file, Buffer.from(piece));
    else if (typeof piece === 'string') used += chunk.write(piece, used);
    else {
      chunk.set(piece, used);
      used += length;
    }
  }
  flush();
  closeSync(file);
}

/** Writes a sparse file of that size with the piece at the start of every `step` bytes. */
export function writeSparseFile(path: string, size: number, step: number, piece: Uint8Array): void {
  const file = openSync(path, 'w', 0o600);
  ftruncateSync(file, size);
  for (let at = 0; at < size; at += step) writeSync(file, piece, 0, piece.length, at);
  closeSync(file);
}

/** Writes a directory of files. */
export function writeDirectory(path: string, files: Readonly<Record<string, Iterable<Uint8Array>>>): void {
  mkdirSync(path, { recursive: true });
  for (const [name, pieces] of Object.entries(files)) writeFile(join(path, name), pieces);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
