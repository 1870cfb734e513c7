import type { Input } from './inputs/input.ts';

/** Tool and arguments. The tool is looked up: one of our commands, or a peer on PATH. */
export type Command = readonly [tool: string, ...rest: string[]];

/** Something that does the work of a row: commands joined by pipes. */
export interface Contender {
  /** How the table calls it. */
  name: string;
  commands: readonly Command[];
  /** What it needs beside the inputs of the row. */
  inputs?: readonly Input[];
  /** File at standard input; the empty file where absent. */
  stdin?: string;
  /** File for standard output; discarded where absent. */
  stdout?: string;
}

/** Least speed as a multiple of the peer's, or most time as a multiple of the peer's. */
export type Goal = { speed: number } | { time: number };

/** What a contender is compared with. */
export interface Peer extends Contender {
  goal?: Goal;
}

/** One measurement: ours against its peers, by turns. */
export interface Row {
  name: string;
  work: string;
  /** What must exist before it runs. */
  inputs: readonly Input[];
  ours: Contender;
  peers: readonly Peer[];
  /** The file whose size is the bytes that ours reads; absent where speed in bytes says nothing. */
  reads?: string;
  /** What ours must write to the output path, or else print. */
  expect?: string;
  /** Runs in each round, for short ones: 1 where absent. */
  repeats?: number;
}

/** The most memory that each of our processes may take, in MiB. */
export const MEMORY_GOAL = 120;
