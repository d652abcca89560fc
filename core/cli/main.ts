#!/usr/bin/env node
/**
 * The command: parses arguments, hands over to one file a command, and turns errors into exit codes. Each of these files
 * is loaded when its command is called: whoever asks for the version does not wait for all of hvbench.
 */
import './node-version.ts';
// Before anything else: an interrupt must find its handler.
import './interrupt.ts';
import { Command, CommanderError, Option, type OutputConfiguration } from 'commander';
import { UnkeptError, UserError } from '../errors.ts';
import { refusalLine } from '../files.ts';
import { packageVersion } from '../package.ts';
import { addFleet } from './commands/fleet.ts';
import { addAb, addEmulate, addExec, addGate, addRun, addValidate } from './commands/measuring.ts';
import {
  addClaims,
  addCompare,
  addDoctor,
  addExits,
  addGuest,
  addHistory,
  addList,
  addPredict,
  addReport,
  addSelf,
  addSite,
} from './commands/showing.ts';
import { endForCertain } from './end-for-certain.ts';
import { exitCodes } from './exit.ts';
import { interrupt, isReaderGone } from './interrupt.ts';
import { printable } from './printable.ts';
import { helpWidth } from './terminal.ts';

const OUTPUT: OutputConfiguration = {
  outputError: () => {},
  getOutHelpWidth: () => helpWidth(process.stdout),
  getErrHelpWidth: () => helpWidth(process.stderr),
};

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) ends neither a measurement nor the writing of its files.
    if (isReaderGone(code)) return;
    if (stream === process.stdout) say(`cannot write to standard output: ${code ?? message}`);
    process.exit(exitCodes.cannot);
  });
}

let isOver = false;
// Nothing is left to do, yet something is awaited: Node would exit with its own code.
process.on('beforeExit', () => {
  if (isOver) return;
  say('the command waits for something that never happens: check what the configuration awaits');
  process.exit(exitCodes.cannot);
});

let exitCode: number = exitCodes.done;
const program = build();
try {
  await program.parseAsync();
  if (interrupt.aborted) exitCode = exitCodes.interrupted;
} catch (error) {
  exitCode = explain(error);
}
isOver = true;
// Any other code below 128 tells `git bisect run` that the commit is bad.
const [named] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
if (exitCode === exitCodes.cannot && named === 'ab' && process.argv.includes('--bisect'))
  exitCode = exitCodes.untestable;
endForCertain(exitCode);

function build(): Command {
  const command = new Command('hvbench')
    .description(
      'Measure what virtualization costs on this computer: the same machine code, native and in hypervisors.',
    )
    .version(packageVersion())
    .option('--debug', 'print the stack of an error')
    // Options of hvbench stand before the command, and those of exec before what it runs: the rest is for that.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(OUTPUT)
    .showSuggestionAfterError();

  const end = (code: number) => {
    exitCode = code;
  };
  addDoctor(command);
  addList(command);
  addGuest(command);
  addRun(command, end);
  addClaims(command);
  addReport(command);
  addCompare(command);
  addSite(command, end);
  addExits(command);
  addPredict(command);
  addGate(command, end);
  addAb(command, end);
  addValidate(command);
  addExec(command, end);
  addEmulate(command, end);
  addFleet(command, end);
  addHistory(command);
  addSelf(command);

  for (const sub of command.commands)
    sub.addOption(new Option('--debug').hideHelp()).exitOverride().configureOutput(OUTPUT);
  return command;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    // Without a command, help has been printed: it says all there is to say.
    if (error.code !== 'commander.help')
      say(
        error.message
          .replace(/^error: /, '')
          .split('\n')
          .join(' '),
      );
    return exitCodes.cannot;
  }
  const refused = error instanceof UnkeptError ? error.message : refusalLine(error);
  // An interrupt needs no error, but a file that could not be written does.
  if (interrupt.aborted) {
    if (refused !== null) say(refused);
    return exitCodes.interrupted;
  }
  say(
    error instanceof UserError
      ? error.message
      : (refused ?? `internal error: ${(error as Error)?.message ?? error}; --debug prints the stack`),
  );
  if ([program, ...program.commands].some((one) => one.opts().debug))
    process.stderr.write(`${(error as Error)?.stack}\n`);
  return exitCodes.cannot;
}

function say(message: string): void {
  process.stderr.write(`hvbench: ${printable(message)}\n`);
}
