#!/usr/bin/env node
/**
 * The command: parses arguments, hands over to one file a command, and turns errors into exit codes. Each of these files
 * is loaded when its command is called: whoever asks for the version does not wait for all of hvbench.
 */
import './node-version.ts';
// Before anything else: an interrupt must find its handler.
import './interrupt.ts';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  COMPARISON_FORMAT_NAMES,
  EXEC_FORMAT_NAMES,
  GATE_FORMAT_NAMES,
  HISTORY_FORMAT_NAMES,
  REPORT_NAMES,
} from '../../reports/names.ts';
import { profiles } from '../config/profiles.ts';
import { UnkeptError, UserError } from '../errors.ts';
import { refusalLine } from '../files.ts';
import { ISAS } from '../model/isa.ts';
import { packageVersion } from '../package.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { endInOrder, interrupt, isReaderGone } from './interrupt.ts';
import { exportTo, outputsIn } from './outputs.ts';
import { printable } from './printable.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) ends neither a measurement nor the writing of its files.
    if (isReaderGone(code)) return;
    if (stream === process.stdout) say(`cannot write to standard output: ${code ?? message}`);
    process.exit(exitCodes.cannot);
  });
}

const KERNEL = [
  'a Linux kernel (bzImage) for guests of its ISA; may be repeated',
  (file: string, earlier: string[] = []) => [...earlier, file],
] as const;

const CONFIG = ['--config <file>', 'configuration (default: bench.config.ts, if there is one)'] as const;
const PLUGINS = [
  '--config <file>',
  'configuration whose plugins count (default: as of hvbench run)',
] as const;

const WAIT = ['wait without limit while another hvbench measures on the same CPU (otherwise 60 s)'] as const;

let isOver = false;
// Nothing is left to do, and yet it waits: Node would end it with a code of its own.
process.on('beforeExit', () => {
  if (isOver) return;
  say('waiting for something that never comes: does the configuration await such?');
  process.exit(exitCodes.cannot);
});

let exitCode: ExitCode = exitCodes.done;
const program = build();
try {
  await program.parseAsync();
  if (interrupt.aborted) exitCode = exitCodes.interrupted;
} catch (error) {
  exitCode = explain(error);
}
isOver = true;
process.exitCode = exitCode;

function build(): Command {
  const command = new Command('hvbench')
    .description(
      'What does virtualization cost on this computer? The same machine code native, hosted and hardware-assisted.',
    )
    .version(packageVersion())
    .option('--debug', 'show where an error comes from')
    // Options of hvbench stand before the command, and those of exec before what it runs: the rest is for that.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError();

  command
    .command('doctor')
    .description('what can run here, and how to get what cannot')
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, config }) => (await import('./doctor.ts')).doctor({ json, config }));

  command
    .command('list')
    .description('suites, workloads, hypervisors')
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, config }) => (await import('./list.ts')).list({ json, config }));

  command
    .command('guest')
    .description('the Linux kernels that guests boot; fetches those that are missing from Debian or Ubuntu')
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .option('--kernel <file>', ...KERNEL)
    .option('--refresh', 'fetch what is newer, even where there is a kernel')
    .option('--json', 'print JSON')
    .action(async (flags) => {
      endInOrder();
      const { guest } = await import('./guest.ts');
      await guest(flags, interrupt);
    });

  command
    .command('run')
    .description('measure, and write results, charts and a page')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option('--workload <names>', 'workloads, separated by commas', names)
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native is always there', names)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .addOption(new Option('--profile <name>', 'how thoroughly').choices(Object.keys(profiles)))
    .option('--budget <seconds>', 'seconds of measuring at most', positive)
    .option('--precision <percent>', "wanted half-width of an overhead's interval", positive)
    .option('--kernel <file>', ...KERNEL)
    .option('--machines <number>', 'most machines at once, for the suites density and consolidation', count)
    .option('--seed <number>', 'decides the order of everything', whole)
    .option('--out <dir>', 'where results go (default: results/<UTC time>)', path)
    .option('--resume <dir>', 'go on with an interrupted run', path)
    .option(...CONFIG, path)
    .option('--json', 'print the result as JSON on standard output')
    .option('--wait', ...WAIT)
    .action(async (flags) => {
      endInOrder();
      await loadApart();
      const { run } = await import('./run.ts');
      exitCode = await run(flags, interrupt);
    });

  command
    .command('report <dir>')
    .description('every report again, from result.json alone')
    .option('--format <names>', `of ${REPORT_NAMES.join(', ')}, separated by commas`, names)
    .option(...PLUGINS, path)
    .option('--json', 'print the result as JSON on standard output')
    .action(async (dir, flags) => (await import('./report.ts')).report(dir, flags));

  command
    .command('compare <a> <b> [more...]')
    .description('results side by side: what changed since A; each is a folder of a run, or its result.json')
    .option('--margin <percent>', 'changes up to this count as none (default: 1)', positive)
    .addOption(formatOption(COMPARISON_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the comparison as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (a, b, more, flags) => (await import('./compare.ts')).compare([a, b, ...more], flags));

  command
    .command('gate [dirs...]')
    .description('is it worse than the baseline? Measures by itself, or judges the folder of a run')
    .requiredOption('--baseline <file>', 'what an earlier --update wrote')
    .option('--update', 'write the baseline of this host class instead, from these runs or a new one')
    .option('--strict', 'fail also if a row or a metric is undecided or cannot be judged')
    .option('--min-effect <percent>', 'changes up to this do not count (default: 1)', positive)
    .option('--no-confirm', 'judge by the one result, without measuring suspects again; metrics never are')
    .option('--pass-without-baseline', 'exit with 0 where the baseline knows no such host class')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option('--workload <names>', 'workloads, separated by commas', names)
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native is always there', names)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .addOption(new Option('--profile <name>', 'how thoroughly').choices(Object.keys(profiles)))
    .option('--budget <seconds>', 'seconds of measuring at most (default: 60)', positive)
    .option('--seed <number>', 'decides the order of everything', whole)
    .option('--out <dir>', 'where its own measurements go (default: results/<UTC time>)')
    .option(...CONFIG, path)
    .addOption(formatOption(GATE_FORMAT_NAMES))
    .addOption(
      new Option('--report <name[=file]>').argParser(outputsIn(GATE_FORMAT_NAMES, '--report')).hideHelp(),
    )
    .option('--json', 'print the outcome as JSON on standard output')
    .option('--wait', ...WAIT)
    .action(async (dirs, flags) => {
      endInOrder();
      await loadApart();
      const { gate } = await import('./gate/gate.ts');
      exitCode = await gate(dirs, flags, interrupt);
    });

  // `prove` is what it was called first.
  for (const name of ['validate', 'prove'])
    command
      .command(name, { hidden: name === 'prove' })
      .description("the gate's error rates on this computer: many gates cut from real runs (an hour)")
      .option('--quick', 'a tenth of it: shows that it works, and says little')
      .option('--workload <names>', 'workloads, separated by commas', names)
      .option('--hypervisor <names>', 'hypervisors, separated by commas; native is always there', names)
      .option('--seed <number>', 'decides the order of everything (default: 1)', whole)
      .option('--out <dir>', `where its runs are kept, and gone on with (default: results/${name})`)
      .option('--write <file>', 'replace what stands between the marks of a Markdown file')
      .option('--wait', ...WAIT)
      .action(async (flags) => {
        endInOrder();
        const { validate } = await import('./validate/validate.ts');
        await validate({ out: join('results', name), ...flags }, interrupt);
      });

  command
    .command('exec <command...>')
    .passThroughOptions()
    .description('any command, native and in each Linux guest: hvbench exec [options] -- COMMAND')
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native is always there', names)
    .option('--setup <command>', 'run by a shell in each machine before it is measured')
    .option('--prepare <command>', 'run by a shell before each run')
    .option('--warmup <number>', 'runs of each launch that do not count', whole, 1)
    .option('--runs <number>', 'runs that count, in each machine (100000 at most)', count)
    .option('--budget <seconds>', 'seconds of measuring, where --runs says nothing (default: 60)', positive)
    .option('--timeout <seconds>', 'how long one run may take', positive, 300)
    .option('--memory <mib>', 'memory of each guest, MiB', count, 1024)
    .option('--share <names>', 'what native commands get of this computer: net, ipc', names)
    .option('--keep-capabilities', 'let the command do all that its user may, mount and trace for instance')
    .option('--ignore-failure', 'measure a command that exits with another code than 0')
    .option('--metric <regex>', 'compare a figure in the output as well: its first group')
    .option('--kernel <file>', ...KERNEL)
    .option('--seed <number>', 'decides the order of everything', whole)
    .option('--out <dir>', 'keep the journal and the result there, for hvbench report', path)
    .option(...PLUGINS, path)
    .addOption(formatOption(EXEC_FORMAT_NAMES))
    .addOption(new Option('--export-json <file>').argParser(exportTo('json', '--export-json')).hideHelp())
    .addOption(new Option('--export-csv <file>').argParser(exportTo('csv', '--export-csv')).hideHelp())
    .addOption(
      new Option('--export-markdown <file>').argParser(exportTo('markdown', '--export-markdown')).hideHelp(),
    )
    .option('--json', 'print the result as JSON on standard output')
    .option('--wait', ...WAIT)
    .action(async (argv, flags) => {
      endInOrder();
      await loadApart();
      const { exec } = await import('./exec.ts');
      exitCode = await exec(argv, flags, interrupt);
    });

  const history = command
    .command('history')
    .description('results over time: what each row was, and when it changed for good');
  history
    .command('add <results...>')
    .description('append results; each is a folder of a run, or its result.json')
    .option('--dir <dir>', 'where histories are, a file for each host class (default: history)')
    .option('--commit <id>', 'what was measured (default: what Git has checked out here)')
    .option('--label <text>', 'a note to it')
    .option(...PLUGINS, path)
    .action(async (results, flags) => (await import('./history.ts')).historyAdd(results, flags));
  history
    .command('show')
    .description('each row and metric over time, and its changes')
    .option('--dir <dir>', 'where histories are (default: history)')
    .option('--class <id>', 'one host class, by the beginning of its id (default: all)')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option('--workload <names>', 'workloads, or what else a row is named by (cpuid, warm)', names)
    .option('--hypervisor <names>', 'hypervisors, separated by commas', names)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .option('--metric <names>', 'metrics, separated by commas; overhead is that of workloads', names)
    .option('--last <number>', 'results to look at, the latest (default: 200)', count)
    .addOption(formatOption(HISTORY_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the histories as JSON on standard output')
    .action(async (flags) => (await import('./history.ts')).historyShow(flags));

  command
    .command('self')
    .description("measure hvbench's own costs: an exit through its VMM, empty batches, statistics")
    .option('--reports', 'also what reports take, of ten thousand to a million samples')
    .option('--json', 'print JSON')
    .option('--wait', ...WAIT)
    .action(async ({ json = false, reports = false, wait = false }) =>
      (await import('./self.ts')).self({ json, reports, wait }),
    );

  for (const sub of command.commands)
    sub
      .addOption(new Option('--debug').hideHelp())
      .exitOverride()
      .configureOutput({ outputError: () => {} });
  return command;
}

function explain(error: unknown): ExitCode {
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
  // What an interrupt broke off is no news, but what could not be kept is.
  if (interrupt.aborted) {
    if (refused !== null) say(refused);
    return exitCodes.interrupted;
  }
  say(
    error instanceof UserError
      ? error.message
      : (refused ?? `internal error: ${(error as Error)?.message ?? error}; --debug tells where`),
  );
  if ([program, ...program.commands].some((one) => one.opts().debug))
    process.stderr.write(`${(error as Error)?.stack}\n`);
  return exitCodes.cannot;
}

function say(message: string): void {
  process.stderr.write(`hvbench: ${printable(message)}\n`);
}

/** The same of every command that shows what it found. */
function formatOption(known: readonly string[]): Option {
  return new Option(
    '--format <name[=file]>',
    `of ${known.join(', ')}; with a file it is written there, else to standard output; may be repeated`,
  ).argParser(outputsIn(known));
}

/** An option that is repeated names more. */
function names(text: string, earlier: string[] = []): string[] {
  const named = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (named.length === 0) throw new InvalidArgumentError('It names nothing.');
  return [...earlier, ...named];
}

function isas(text: string, earlier: string[] = []): string[] {
  const named = names(text, earlier);
  const known: readonly string[] = ISAS;
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Unknown ISA '${unknown}': there is ${known.join(', ')}.`);
  return named;
}

function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must name something.');
  return text;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  }
  return value;
}

/** What has many files of its own: Node.js opens those of one import all at once, and a limit may be small. */
async function loadApart(): Promise<void> {
  await import('zod');
}
