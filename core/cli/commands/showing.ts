/** Commands that show, compare or keep what was found, and what each can be told. */
import { type Command, Option } from 'commander';
import {
  COMPARISON_FORMAT_NAMES,
  EXITS_FORMAT_NAMES,
  HISTORY_FORMAT_NAMES,
  PREDICTION_FORMAT_NAMES,
  REPORT_NAMES,
} from '../../../reports/names.ts';
import {
  CONFIG,
  COUNTS,
  CPU,
  count,
  formatOption,
  ISA,
  KERNEL,
  MACHINE,
  names,
  PLUGINS,
  path,
  positive,
  SUITES,
  VARIANT,
  WAIT,
} from '../arguments.ts';
import { endInOrder, interrupt } from '../interrupt.ts';
import type { End } from './end.ts';

export function addDoctor(command: Command): void {
  command
    .command('doctor')
    .description('show what can run here, and how to enable the rest')
    .option(...VARIANT)
    .option(...MACHINE)
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...flags }) => (await import('../doctor.ts')).doctor({ json, ...flags }));
}

export function addList(command: Command): void {
  command
    .command('list')
    .description('list suites, workloads and hypervisors')
    .option(...VARIANT)
    .option(...PLUGINS, path)
    .option('--json', 'print JSON')
    .action(async ({ json = false, ...flags }) => (await import('../list.ts')).list({ json, ...flags }));
}

export function addGuest(command: Command): void {
  command
    .command('guest')
    .description('show the Linux kernels that guests boot; fetch missing ones from Debian or Ubuntu')
    .option(...ISA)
    .option(...KERNEL)
    .option('--refresh', 'fetch newer kernels, even if there already is one')
    .option('--json', 'print JSON')
    .action(async (flags) => {
      endInOrder();
      const { guest } = await import('../guest.ts');
      await guest(flags, interrupt);
    });
}

export function addClaims(command: Command): void {
  command
    .command('claims [dir]')
    .description('list what others claim of the cost of virtualization; judge it by the result in a folder')
    .option(...COUNTS, path)
    .option(...CONFIG, path)
    .option('--json', 'print JSON')
    .action(async (dir, flags) => (await import('../claims.ts')).claims(dir, flags));
}

export function addReport(command: Command): void {
  command
    .command('report <dir>')
    .description('write all reports again from result.json')
    .option('--format <names>', `formats, separated by commas: ${REPORT_NAMES.join(', ')}`, names)
    .option(...COUNTS, path)
    .option(...PLUGINS, path)
    .option('--json', 'print the result as JSON on standard output')
    .action(async (dir, flags) => (await import('../report.ts')).report(dir, flags));
}

export function addCompare(command: Command): void {
  command
    .command('compare <a> <b> [more...]')
    .description('compare results with A; each is the folder of a run or its result.json')
    .option('--margin <percent>', 'ignore changes up to this (default: 1)', positive)
    .addOption(formatOption(COMPARISON_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the comparison as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (a, b, more, flags) => (await import('../compare.ts')).compare([a, b, ...more], flags));
}

export function addSite(command: Command, end: End): void {
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
      end(await (await import('../site.ts')).site(paths, flags));
    });
}

export function addExits(command: Command): void {
  command
    .command('exits <results...>')
    .description(
      'show what guests leave the CPU for: exits per operation and iteration, results side by side',
    )
    .option('--suite <names>', 'suites, separated by commas (default: all)', names)
    .addOption(formatOption(EXITS_FORMAT_NAMES))
    .option('--json', 'print the counts as JSON on standard output')
    .option(...PLUGINS, path)
    .action(async (results, flags) => (await import('../exits.ts')).exits(results, flags));
}

export function addPredict(command: Command): void {
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
    .action(async (result, flags) => (await import('../predict.ts')).predict(result, flags));
}

export function addHistory(command: Command): void {
  const history = command.command('history').description('results over time, and when they changed');
  history
    .command('add <results...>')
    .description('append results; each is the folder of a run or its result.json')
    .option('--dir <dir>', 'folder of the histories, one file per host class (default: history)')
    .option('--commit <id>', 'commit that was measured (default: the one that Git has checked out)')
    .option('--label <text>', 'a note on the result')
    .option(...PLUGINS, path)
    .action(async (results, flags) => (await import('../history.ts')).historyAdd(results, flags));
  history
    .command('show')
    .description('show each row and metric over time, and its changes')
    .option('--dir <dir>', 'folder of the histories (default: history)')
    .option('--class <id>', 'host class, by the start of its id (default: all)')
    .option(...SUITES)
    .option(
      '--workload <names>',
      'workloads, or other names of rows (cpuid, warm), separated by commas',
      names,
    )
    .option('--hypervisor <names>', 'hypervisors, separated by commas', names)
    .option(...ISA)
    .option('--metric <names>', 'metrics, separated by commas; overhead is that of workloads', names)
    .option('--last <number>', 'number of latest results to show (default: 200)', count)
    .addOption(formatOption(HISTORY_FORMAT_NAMES))
    .addOption(new Option('--out <file>').hideHelp())
    .option('--json', 'print the histories as JSON on standard output')
    .action(async (flags) => (await import('../history.ts')).historyShow(flags));
}

export function addSelf(command: Command): void {
  command
    .command('self')
    .description("measure hvbench's own costs: an exit to its VMM, empty batches, statistics")
    .option('--reports', 'also time the reports, for ten thousand to a million samples')
    .option('--launches <dir>', 'measure nothing: where the time of the launches in the folder of a run went')
    .option('--fleet <dir>', 'only time merging: of 1 to 1,000 results like that in the folder of a run')
    .option(...CPU)
    .option('--json', 'print JSON')
    .option(...WAIT)
    .action(async ({ json = false, reports = false, launches, fleet, wait = false, cpu }) =>
      (await import('../self.ts')).self({ json, reports, launches, fleet, wait, cpu }),
    );
}
