/** Commands that measure, and what each can be told. */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { AB_FORMAT_NAMES, EXEC_FORMAT_NAMES, GATE_FORMAT_NAMES } from '../../../reports/names.ts';
import { UserError } from '../../errors.ts';
import {
  CONFIG,
  CPU,
  count,
  formatOption,
  HYPERVISORS,
  ISA,
  KERNEL,
  MACHINE,
  MACHINES,
  MIN_EFFECT,
  NATIVE,
  names,
  PLUGINS,
  path,
  positive,
  profileOption,
  SEED,
  SUITES,
  VARIANT,
  WAIT,
  WORKLOADS,
  whole,
} from '../arguments.ts';
import { endInOrder, interrupt } from '../interrupt.ts';
import { exportTo, outputsIn } from '../outputs.ts';
import type { End } from './end.ts';

export function addRun(command: Command, end: End): void {
  command
    .command('run')
    .description('measure, then write the result, tables, charts and an HTML report')
    .option(...SUITES)
    .option(...WORKLOADS)
    .option(...HYPERVISORS)
    .option(...VARIANT)
    .option(...MACHINE)
    .option(...NATIVE)
    .option(...ISA)
    .addOption(profileOption())
    .option('--budget <seconds>', 'maximum measuring time', positive)
    .option('--precision <percent>', 'stop when the 95 % CI of every overhead is within ± this', positive)
    .option(...KERNEL)
    .option(...MACHINES)
    .option(...CPU)
    .option(...SEED)
    .option('--out <dir>', 'folder for the results (default: results/<UTC time>)', path)
    .option('--resume <dir>', 'continue an interrupted run', path)
    .option(...CONFIG, path)
    .option('--json', 'print the result as JSON on standard output')
    .option(...WAIT)
    .action(async (flags) => {
      endInOrder();
      await loadApart();
      const { run } = await import('../run.ts');
      end(await run(flags, interrupt));
    });
}

export function addGate(command: Command, end: End): void {
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
    .option(...MIN_EFFECT)
    .option(
      '--max-drift <percent>',
      'fail if updates moved the baseline further from its anchor (default: 5)',
      positive,
    )
    .option('--no-confirm', 'judge this result alone, without measuring suspects again (metrics never are)')
    .option('--pass-without-baseline', 'exit with 0 if the baseline lacks this host class')
    .option(...SUITES)
    .option(...WORKLOADS)
    .option(...HYPERVISORS)
    .option(...VARIANT)
    .option(...ISA)
    .addOption(profileOption())
    .option('--budget <seconds>', 'maximum measuring time (default: 60)', positive)
    .option(...CPU)
    .option(...SEED)
    .option('--out <dir>', 'folder for new measurements (default: results/<UTC time>)')
    .option(...CONFIG, path)
    .addOption(formatOption(GATE_FORMAT_NAMES))
    .addOption(
      new Option('--report <name[=file]>').argParser(outputsIn(GATE_FORMAT_NAMES, '--report')).hideHelp(),
    )
    .option('--json', 'print the outcome as JSON on standard output')
    .option(...WAIT)
    .action(async (dirs, flags) => {
      endInOrder();
      await loadApart();
      const { gate } = await import('../gate/gate.ts');
      end(await gate(dirs, flags, interrupt));
    });
}

export function addAb(command: Command, end: End): void {
  command
    .command('ab')
    .description(
      'fail if one hypervisor, or build of one (--variant), is worse than another; measures both side by side',
    )
    .requiredOption('--base <name>', 'hypervisor or variant to compare with')
    .requiredOption('--candidate <name>', 'hypervisor or variant to judge')
    .option(...VARIANT)
    .option('--suite <names>', 'suites, separated by commas (default: cpu)', names)
    .option(...WORKLOADS)
    .option(...ISA)
    .option('--budget <seconds>', 'maximum measuring time (default: 60)', positive)
    .option(...MIN_EFFECT)
    .option('--no-confirm', 'measure everything until the end, with one look at it then')
    .option('--bisect', 'exit with 125 if something is undecided or cannot run, for git bisect run')
    .option(...KERNEL)
    .option(...MACHINES)
    .option(...CPU)
    .option(...SEED)
    .option('--out <dir>', 'folder for the results (default: results/<UTC time>)', path)
    .option(...CONFIG, path)
    .addOption(formatOption(AB_FORMAT_NAMES))
    .option('--json', 'print the outcome as JSON on standard output')
    .option(...WAIT)
    .action(async (flags) => {
      endInOrder();
      await loadApart();
      const { ab } = await import('../ab/ab.ts');
      end(await ab(flags, interrupt));
    });
}

export function addValidate(command: Command): void {
  // `prove` is its former name.
  for (const name of ['validate', 'prove'])
    command
      .command(name, { hidden: name === 'prove' })
      .description(
        "measure the gate's error rates on this computer, with many gates cut from real runs (an hour)",
      )
      .option('--ab', 'those of hvbench ab instead, by A/As and slower candidates (half an hour)')
      .option('--runs <number>', 'with --ab: how many A/As, of all hypervisors together (default: 20)', count)
      .option('--budget <seconds>', 'with --ab: maximum measuring time of each (default: 60)', positive)
      .option('--quick', 'a tenth of it: a check that it works, not a validation')
      .option(...WORKLOADS)
      .option(...HYPERVISORS)
      .option(...CPU)
      .option('--seed <number>', 'seed for the random order (default: 1)', whole)
      .option(
        '--out <dir>',
        `folder for its runs, continued if it has some (default: results/${name}; with --ab results/validate-ab)`,
      )
      .option('--write <file>', 'replace the text between the marks in a Markdown file')
      .option(...WAIT)
      .action(async (flags) => {
        endInOrder();
        const { ab, runs, budget } = flags;
        if (!ab && (runs !== undefined || budget !== undefined))
          throw new UserError('--runs and --budget are for validate --ab: add --ab');
        if (ab) {
          const { validateAb } = await import('../validate/ab.ts');
          await validateAb({ out: join('results', 'validate-ab'), ...flags }, interrupt);
        } else {
          const { validate } = await import('../validate/validate.ts');
          await validate({ out: join('results', name), ...flags }, interrupt);
        }
      });
}

export function addExec(command: Command, end: End): void {
  command
    .command('exec <command...>')
    .passThroughOptions()
    .description('measure any command, natively and in each Linux guest: hvbench exec [options] -- COMMAND')
    .option(...HYPERVISORS)
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
    .option(...KERNEL)
    .option(...CPU)
    .option(...SEED)
    .option('--out <dir>', 'keep journal and result in this folder, for hvbench report', path)
    .option(...PLUGINS, path)
    .addOption(formatOption(EXEC_FORMAT_NAMES))
    .addOption(new Option('--export-json <file>').argParser(exportTo('json', '--export-json')).hideHelp())
    .addOption(new Option('--export-csv <file>').argParser(exportTo('csv', '--export-csv')).hideHelp())
    .addOption(
      new Option('--export-markdown <file>').argParser(exportTo('markdown', '--export-markdown')).hideHelp(),
    )
    .option('--json', 'print the result as JSON on standard output')
    .option(...WAIT)
    .action(async (argv, flags) => {
      endInOrder();
      await loadApart();
      const { exec } = await import('../exec.ts');
      end(await exec(argv, flags, interrupt));
    });
}

export function addEmulate(command: Command, end: End): void {
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
    .option('--cpus <number>', 'CPUs of the emulated computer (default: 2; 1 with QEMU before 8.1)', count)
    .option('--memory <mib>', 'its memory in MiB', count, 4096)
    .option('--limit <seconds>', 'time limit for the command', positive, 3600)
    .option('--kernel <file>', 'its Linux kernel, with modules in /lib/modules (default: fetched)', path)
    .option(...WAIT)
    .action(async (argv, flags) => {
      endInOrder();
      await loadApart();
      const { emulate } = await import('../emulate.ts');
      const names = command.commands.map((one) => one.name());
      end(await emulate(argv, flags, names, interrupt));
    });
}

/** What has many files of its own: Node.js opens those of one import all at once, and a limit may be small. */
async function loadApart(): Promise<void> {
  await import('zod');
}
