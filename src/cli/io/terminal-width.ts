import { isTerminal } from './is-terminal.ts';
import { STANDARD_OUTPUT } from './output-lines.ts';

/** The columns of the terminal that standard output is; undefined where it is none, or does not say. */
export async function terminalWidth(): Promise<number | undefined> {
  return (await isTerminal(STANDARD_OUTPUT)) ? process.stdout.columns : undefined;
}
