#!/usr/bin/env node
/**
 * The command: parses arguments, hands over to one file a command, and turns errors into exit codes. Each of these files
 * is loaded when its command is called: whoever asks for the version does not wait for all of hvbench.
 */
import './node-version.ts';
// Before anything else: an interrupt must find its handler.
import './interrupt.ts';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option, type OutputConfiguration } from 'commander';
import {
  AB_FORMAT_NAMES,
  COMPARISON_FORMAT_NAMES,
  EXEC_FORMAT_NAMES,
  EXITS_FORMAT_NAMES,
  GATE_FORMAT_NAMES,
  HISTORY_FORMAT_NAMES,
  PREDICTION_FORMAT_NAMES,
  REPORT_NAMES,
} from '../../reports/names.ts';
import { profiles } from '../config/profiles.ts';
import { UnkeptError, UserError } from '../errors.ts';
import { refusalLine } from '../files.ts';
import { ISAS } from '../model/isa.ts';
import { packageVersion } from '../package.ts';
import { exitCodes } from './exit.ts';
import { endInOrder, interrupt, isReaderGone } from './interrupt.ts';
import { exportTo, outputsIn } from './outputs.ts';
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

const KERNEL = [
  'a Linux kernel (bzImage) for guests of its ISA; repeat it for each ISA',
  (file: string, earlier: string[] = []) => [...earlier, file],
] as const;

const CONFIG = ['--config <file>', 'configuration file (default: bench.config.ts, if it exists)'] as const;
const PLUGINS = ['--config <file>', 'configuration file with plugins (default: as for hvbench run)'] as const;

const COUNTS = [
  '--exits <dir>',
  'predict of claims that cannot be tested here, by a result whose exits were counted with shadow paging',
] as const;
const VARIANT = [
  '--variant <name=hypervisor[,option=value…]>',
  'another build of a hypervisor, or one that is told otherwise; may be repeated',
  (line: string, earlier: string[] = []) => [...earlier, line],
] as const;

const WAIT = ['wait without limit if another hvbench measures on the same CPU (default: 60 s)'] as const;

const CPU = [
  '--cpu <number>',
  'CPU that measures (default: the last one that may be used; isolated ones first)',
  whole,
] as const;

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
if (exitCode === exitCodes.cannot && process.argv[2] === 'ab' && process.argv.includes('--bisect'))
  exitCode = exitCodes.untestable;
process.exitCode = exitCode;

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

  command
    .command('doctor')
    .description('show what can run here, and how to enable the rest')
    .option(...VARIANT)
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...flags }) => (await import('./doctor.ts')).doctor({ json, ...flags }));

  command
    .command('list')
    .description('list suites, workloads and hypervisors')
    .option(...VARIANT)
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...flags }) => (await import('./list.ts')).list({ json, ...flags }));

  command
    .command('guest')
    .description('show the Linux kernels that guests boot; fetch missing ones from Debian or Ubuntu')
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .option('--kernel <file>', ...KERNEL)
    .option('--refresh', 'fetch newer kernels, even if there already is one')
    .option('--json', 'print JSON')
    .action(async (flags) => {
      endInOrder();
      const { guest } = await import('./guest.ts');
      await guest(flags, interrupt);
    });

  command
    .command('run')
    .description('measure, then write the result, tables, charts and an HTML report')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option('--workload <names>', 'workloads, separated by commas', names)
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native always runs', names)
    .option(...VARIANT)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .addOption(
      new Option('--profile <name>', 'how thorough: more is slower, with narrower CIs').choices(
        Object.keys(profiles),
      ),
    )
    .option('--budget <seconds>', 'maximum measuring time', positive)
    .option('--precision <percent>', 'stop when the 95 % CI of every overhead is within ± this', positive)
    .option('--kernel <file>', ...KERNEL)
    .option(
      '--machines <number>',
      'maximum number of machines, for the suites density and consolidation',
      count,
    )
    .option(...CPU)
    .option('--seed <number>', 'seed for the random order', whole)
    .option('--out <dir>', 'folder for the results (default: results/<UTC time>)', path)
    .option('--resume <dir>', 'continue an interrupted run', path)
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
    .command('claims [dir]')
    .description('list what others claim of the cost of virtualization; judge it by the result in a folder')
    .option(...COUNTS, path)
    .option(...CONFIG, path)
    .option('--json', 'print JSON')
    .action(async (dir, flags) => (await import('./claims.ts')).claims(dir, flags));

  command
    .command('report <dir>')
    .description('write all reports again from result.json')
    .option('--format <names>', `formats, separated by commas: ${REPORT_NAMES.join(', ')}`, names)
    .option(...COUNTS, path)
    .option(...PLUGINS, path)
    .option('--json', 'print the result as JSON on standard output')
    .action(async (dir, flags) => (await import('./report.ts')).report(dir, flags));

  command
    .command('compare <a> <b> [more...]')
    .description('compare results with A; each is the folder of a run or its result.json')
    .option('--margin <percent>', 'ignore changes up to this (default: 1)', positive)
    .addOption(formatOption(COMPARISON_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the comparison as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (a, b, more, flags) => (await import('./compare.ts')).compare([a, b, ...more], flags));

  command
    .command('site <paths...>')
    .description(
      'make a site of many results, to publish; folders of runs, folders of these, or result.json files',
    )
    .requiredOption('--out <site>', 'folder of the site; one that is there is updated', path)
    .option('--approved', 'also take results whose licence restricts publishing: its owner has approved it')
    .option(...PLUGINS, path)
    .option('--json', 'print what was made as JSON on standard output')
    .action(async (paths, flags) => {
      exitCode = await (await import('./site.ts')).site(paths, flags);
    });

  command
    .command('exits <results...>')
    .description(
      'show what guests leave the CPU for: exits per operation and iteration, results side by side',
    )
    .option('--suite <names>', 'suites, separated by commas (default: all)', names)
    .addOption(formatOption(EXITS_FORMAT_NAMES))
    .option('--json', 'print the counts as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (results, flags) => (await import('./exits.ts')).exits(results, flags));

  command
    .command('predict <result>')
    .description('predict what hardware assist would cost its workloads on CPUs that are not here')
    .option('--exits <dir>', 'result in which exits were counted (default: this one)', path)
    .option('--hypervisor <name>', 'whose exits (default: the first that counts all)')
    .option('--cpu <names>', 'CPUs with published costs, separated by commas (default: all)', names)
    .option(
      '--costs <dir>',
      "a computer's own costs: a result of the suite privileged; may be repeated",
      (dir: string, earlier: string[] = []) => [...earlier, path(dir)],
    )
    .addOption(
      new Option('--clock <name>', "what turns cycles into time: the CPU's own clock, or this computer's")
        .choices(['own', 'host'])
        .default('own'),
    )
    .addOption(formatOption(PREDICTION_FORMAT_NAMES))
    .option('--json', 'print the prediction as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (result, flags) => (await import('./predict.ts')).predict(result, flags));

  command
    .command('gate [dirs...]')
    .description('fail if a result is worse than the baseline; measures now, or judges the folder of a run')
    .requiredOption('--baseline <file>', 'baseline that --update wrote')
    .option('--update', 'write the baseline for this host class instead, from these runs or a new one')
    .option(
      '--learn',
      'add an entry for a host class that the baseline lacks; judge by the entry if it has one',
    )
    .option('--accept', 'set a new anchor for what has drifted too far; measures nothing without --update')
    .option('--strict', 'also fail if a row or a metric is undecided or cannot be judged')
    .option('--min-effect <percent>', 'ignore changes up to this (default: 1)', positive)
    .option(
      '--max-drift <percent>',
      'fail if updates moved the baseline further from its anchor (default: 5)',
      positive,
    )
    .option('--no-confirm', 'judge this result alone, without measuring suspects again (metrics never are)')
    .option('--pass-without-baseline', 'exit with 0 if the baseline lacks this host class')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option('--workload <names>', 'workloads, separated by commas', names)
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native always runs', names)
    .option(...VARIANT)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .addOption(
      new Option('--profile <name>', 'how thorough: more is slower, with narrower CIs').choices(
        Object.keys(profiles),
      ),
    )
    .option('--budget <seconds>', 'maximum measuring time (default: 60)', positive)
    .option(...CPU)
    .option('--seed <number>', 'seed for the random order', whole)
    .option('--out <dir>', 'folder for new measurements (default: results/<UTC time>)')
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

  command
    .command('ab')
    .description(
      'fail if one hypervisor, or build of one (--variant), is worse than another; measures both side by side',
    )
    .requiredOption('--base <name>', 'hypervisor or variant to compare with')
    .requiredOption('--candidate <name>', 'hypervisor or variant to judge')
    .option(...VARIANT)
    .option('--suite <names>', 'suites, separated by commas (default: cpu)', names)
    .option('--workload <names>', 'workloads, separated by commas', names)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .option('--budget <seconds>', 'maximum measuring time (default: 60)', positive)
    .option('--min-effect <percent>', 'ignore changes up to this (default: 1)', positive)
    .option('--no-confirm', 'do not measure again what looks changed')
    .option('--bisect', 'exit with 125 if something is undecided or cannot run, for git bisect run')
    .option('--kernel <file>', ...KERNEL)
    .option(
      '--machines <number>',
      'maximum number of machines, for the suites density and consolidation',
      count,
    )
    .option(...CPU)
    .option('--seed <number>', 'seed for the random order', whole)
    .option('--out <dir>', 'folder for the results (default: results/<UTC time>)', path)
    .option(...CONFIG, path)
    .addOption(formatOption(AB_FORMAT_NAMES))
    .option('--json', 'print the outcome as JSON on standard output')
    .option('--wait', ...WAIT)
    .action(async (flags) => {
      endInOrder();
      await loadApart();
      const { ab } = await import('./ab/ab.ts');
      exitCode = await ab(flags, interrupt);
    });

  // `prove` is its former name.
  for (const name of ['validate', 'prove'])
    command
      .command(name, { hidden: name === 'prove' })
      .description(
        "measure the gate's error rates on this computer, with many gates cut from real runs (an hour)",
      )
      .option('--quick', 'a tenth of it: a check that it works, not a validation')
      .option('--workload <names>', 'workloads, separated by commas', names)
      .option('--hypervisor <names>', 'hypervisors, separated by commas; native always runs', names)
      .option(...CPU)
      .option('--seed <number>', 'seed for the random order (default: 1)', whole)
      .option('--out <dir>', `folder for its runs, continued if it has some (default: results/${name})`)
      .option('--write <file>', 'replace the text between the marks in a Markdown file')
      .option('--wait', ...WAIT)
      .action(async (flags) => {
        endInOrder();
        const { validate } = await import('./validate/validate.ts');
        await validate({ out: join('results', name), ...flags }, interrupt);
      });

  command
    .command('exec <command...>')
    .passThroughOptions()
    .description('measure any command, natively and in each Linux guest: hvbench exec [options] -- COMMAND')
    .option('--hypervisor <names>', 'hypervisors, separated by commas; native always runs', names)
    .option(...VARIANT)
    .option('--setup <command>', 'shell command to run once in each machine, before measuring')
    .option('--prepare <command>', 'shell command to run before each run')
    .option('--warmup <number>', 'runs at the start of each launch that do not count', whole, 1)
    .option('--runs <number>', 'runs that count, per machine (at most 100000)', count)
    .option('--budget <seconds>', 'measuring time without --runs (default: 60)', positive)
    .option('--timeout <seconds>', 'time limit for one run', positive, 300)
    .option('--memory <mib>', 'memory of each guest in MiB', count, 1024)
    .option('--share <names>', 'what native commands may use of this computer: net, ipc', names)
    .option('--keep-capabilities', 'keep the privileges of the user, such as mounting and tracing')
    .option('--ignore-failure', 'also measure a command that exits with a code other than 0')
    .option('--metric <regex>', 'also compare a number in the output: the first group of the pattern')
    .option('--kernel <file>', ...KERNEL)
    .option(...CPU)
    .option('--seed <number>', 'seed for the random order', whole)
    .option('--out <dir>', 'keep journal and result in this folder, for hvbench report', path)
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

  command
    .command('emulate <command...>')
    .passThroughOptions()
    .description(
      'run a command of hvbench in a computer with AMD-V, or Xen, that QEMU emulates: hvbench emulate [options] -- run …',
    )
    .addOption(
      new Option('--paging <name>', "paging of KVM's guests: shadow as on the first CPUs with AMD-V")
        .choices(['nested', 'shadow'])
        .default('nested'),
    )
    .addOption(
      new Option('--xen', 'boot Xen there, and run the command in its dom0, without KVM').conflicts('paging'),
    )
    .addOption(
      new Option('--xen-hypervisor <file>', 'the same with this Xen (default: fetched)')
        .argParser(path)
        .conflicts('paging'),
    )
    .option('--cpus <number>', 'CPUs of the emulated computer', count, 2)
    .option('--memory <mib>', 'its memory in MiB', count, 4096)
    .option('--limit <seconds>', 'time limit for the command', positive, 3600)
    .option('--kernel <file>', 'its Linux kernel, with modules in /lib/modules (default: fetched)', path)
    .option('--wait', ...WAIT)
    .action(async (argv, flags) => {
      endInOrder();
      await loadApart();
      const { emulate } = await import('./emulate.ts');
      const names = command.commands.map((one) => one.name());
      exitCode = await emulate(argv, flags, names, interrupt);
    });

  const history = command.command('history').description('results over time, and when they changed');
  history
    .command('add <results...>')
    .description('append results; each is the folder of a run or its result.json')
    .option('--dir <dir>', 'folder of the histories, one file per host class (default: history)')
    .option('--commit <id>', 'commit that was measured (default: the one that Git has checked out)')
    .option('--label <text>', 'a note on the result')
    .option(...PLUGINS, path)
    .action(async (results, flags) => (await import('./history.ts')).historyAdd(results, flags));
  history
    .command('show')
    .description('show each row and metric over time, and its changes')
    .option('--dir <dir>', 'folder of the histories (default: history)')
    .option('--class <id>', 'host class, by the start of its id (default: all)')
    .option('--suite <names>', 'suites, separated by commas', names)
    .option(
      '--workload <names>',
      'workloads, or other names of rows (cpuid, warm), separated by commas',
      names,
    )
    .option('--hypervisor <names>', 'hypervisors, separated by commas', names)
    .option('--isa <names>', 'x86_64, i386 or both', isas)
    .option('--metric <names>', 'metrics, separated by commas; overhead is that of workloads', names)
    .option('--last <number>', 'number of latest results to show (default: 200)', count)
    .addOption(formatOption(HISTORY_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the histories as JSON on standard output')
    .action(async (flags) => (await import('./history.ts')).historyShow(flags));

  command
    .command('self')
    .description("measure hvbench's own costs: an exit to its VMM, empty batches, statistics")
    .option('--reports', 'also time the reports, for ten thousand to a million samples')
    .option('--launches <dir>', 'measure nothing: where the time of the launches in the folder of a run went')
    .option(...CPU)
    .option('--json', 'print JSON')
    .option('--wait', ...WAIT)
    .action(async ({ json = false, reports = false, launches, wait = false, cpu }) =>
      (await import('./self.ts')).self({ json, reports, launches, wait, cpu }),
    );

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

/** The same of every command that shows what it found. */
function formatOption(known: readonly string[]): Option {
  return new Option(
    '--format <name[=file]>',
    `output format: ${known.join(', ')}; to a file, or to standard output; may be repeated`,
  ).argParser(outputsIn(known));
}

/** An option that is repeated names more. */
function names(text: string, earlier: string[] = []): string[] {
  const named = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (named.length === 0) throw new InvalidArgumentError('Name at least one.');
  return [...earlier, ...named];
}

function isas(text: string, earlier: string[] = []): string[] {
  const named = names(text, earlier);
  const known: readonly string[] = ISAS;
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Unknown ISA '${unknown}': use ${known.join(' or ')}.`);
  return named;
}

function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
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
