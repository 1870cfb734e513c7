/** Edits of lines in this process. */
import { PartSink } from '../../src/image/part-sink.ts';
import { Packer } from '../../src/line/packer.ts';
import { Output } from '../../src/codec/output.ts';
import type { Change } from '../../src/edit/edit.ts';
import { makeEdits, type Edits } from '../../src/edit/edits.ts';
import { LineEditor, type LineEditorOptions } from '../../src/edit/line-editor.ts';
import { LineLearner } from '../../src/edit/line-learner.ts';
import { formatLines, imageLines, parseLines, type TestLine } from '../lines.ts';

export interface Edited {
  readonly text: string;
  readonly lines: TestLine[];
  readonly changes: readonly Change[];
}

/** Lines as they come through crit-edit as a filter; with `twice`, as they do where a checkpoint is named itself. */
export function edited(
  lines: readonly object[] | string,
  edits: Edits,
  options: LineEditorOptions & { twice?: boolean } = {},
): Edited {
  const text = Buffer.from(typeof lines === 'string' ? lines : formatLines(lines));
  const output = new Output();
  const changes: Change[] = [];
  const made = makeEdits(edits);
  if (options.twice === true) {
    const learner = new LineLearner(made);
    learner.push(text);
    learner.end();
  }
  const editor = new LineEditor(output, made, {
    ...options,
    hasLearned: options.twice === true,
    onChange: (change) => changes.push(change),
  });
  editor.push(text);
  editor.end();
  const result = output.take().toString();
  return { text: result, lines: parseLines(result), changes };
}

/** The bytes of the one image that lines are. */
export function packed({ text }: Edited): Buffer {
  const sink = new PartSink();
  const packer = new Packer(sink);
  packer.push(Buffer.from(text));
  packer.end();
  return Buffer.concat([...sink.take()].map((part) => Buffer.from(part)));
}

/** Entries of an image, in lines. */
export function entriesOf(image: string, magic: string, ...all: readonly object[]): object[] {
  return imageLines(image, magic, ...all.map((entry) => ({ entry })));
}

/** The entries among lines. */
export function entries(lines: readonly TestLine[]): Record<string, unknown>[] {
  return lines.flatMap(({ entry }) => (entry ? [entry] : []));
}

export const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };

/** The entry of an open file. */
export function regular(id: number, name: string, more: object = {}): object {
  return { type: 'REG', id, reg: { id, flags: 0, pos: 0, fown: FOWN, name, ...more } };
}

const OPTS = {
  so_sndbuf: 1,
  so_rcvbuf: 1,
  so_snd_tmo_sec: 0,
  so_snd_tmo_usec: 0,
  so_rcv_tmo_sec: 0,
  so_rcv_tmo_usec: 0,
};

/** The entry of an internet socket. */
export function socket(id: number, isk: object): object {
  return {
    type: 'INETSK',
    id,
    isk: { id, ino: id, family: 2, type: 1, proto: 6, flags: 2, backlog: 0, fown: FOWN, opts: OPTS, ns_id: 1, ...isk },
  };
}

/** The entry of a unix socket. */
export function unixSocket(id: number, name: Buffer, more: object = {}): object {
  const usk = { type: 1, state: 10, flags: 2, uflags: 0, backlog: 1, peer: 0, fown: FOWN, opts: OPTS };
  return { type: 'UNIXSK', id, usk: { id, ino: id, ...usk, name: name.toString('base64'), ...more } };
}

/** What is at a path in a value. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (each, key) => (typeof each === 'object' && each !== null ? Reflect.get(each, key) : undefined),
    value,
  );
}
