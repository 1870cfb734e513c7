import { isSystemError } from '../../error.ts';
import { parse, type Arguments } from './arguments.ts';
import { EXIT_DONE, EXIT_FAILED, typedName, type Command } from './command.ts';
import { Diagnostics } from '../io/diagnostics.ts';
import { help, shortHelp } from './help.ts';
import { isTerminal } from '../io/is-terminal.ts';
import { STANDARD_OPTIONS } from './option.ts';
import { version } from './version.ts';

const STANDARD_INPUT = 0;

/**
 * Runs a command as this process: arguments in, exit code out, errors printed. Never rejects.
 *
 * The process has failed until its command has come to its end: where nothing is left to wait for before that (a codec that
 * never calls back, say), Node ends the process as if all were done.
 */
export async function main(command: Command, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const diagnostics = new Diagnostics(typedName(command));
  process.exitCode = EXIT_FAILED;
  let hasEnded = false;
  process.on('exit', () => {
    if (!hasEnded) diagnostics.error(new Error('stopped before the end of its work'));
  });
  const fail = (error: unknown): void => {
    hasEnded = true;
    if (isClosedPipe(error)) process.exit(EXIT_DONE);
    diagnostics.error(error);
  };
  const failAtOnce = (error: unknown): never => {
    fail(error);
    process.exit();
  };
  process.on('uncaughtException', failAtOnce);
  try {
    process.exitCode = await execute(command, argv, diagnostics);
    hasEnded = true;
  } catch (error) {
    fail(error);
  }
}

async function execute(command: Command, argv: readonly string[], diagnostics: Diagnostics): Promise<number> {
  const args = parse(command, argv);
  const standard = STANDARD_OPTIONS.find((option) => args.flag(option.name));
  if (standard) {
    process.stdout.write(standard.name === 'help' ? help(command) : `${typedName(command)} ${version()}\n`);
    return EXIT_DONE;
  }
  if (readsStandardInput(command, args) && (await isTerminal(STANDARD_INPUT))) {
    diagnostics.print(shortHelp(command));
    return EXIT_FAILED;
  }
  return command.run(args, diagnostics);
}

/** Whether the command would, on a terminal, wait for someone to type an image. */
function readsStandardInput(command: Command, args: Arguments): boolean {
  const operand = command.operands.find((each) => each.stdin === true);
  if (!operand || (operand.unless !== undefined && args.given(operand.unless))) return false;
  const given = operand.many === true ? args.operands.length > 0 : args.operand(operand.name) !== undefined;
  return !given;
}

/** Whether the reader of our output has gone: that ends the work, and is no error. */
function isClosedPipe(error: unknown): boolean {
  return isSystemError(error) && error.code === 'EPIPE';
}
