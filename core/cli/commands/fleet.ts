/** `hvbench fleet`: the same run on many hosts, and what each of its verbs can be told. */
import { type Command, Option } from 'commander';
import { BACK_ENDS } from '../../fleet/back-end.ts';
import { count, PLUGINS, path } from '../arguments.ts';
import { endInOrder, interrupt } from '../interrupt.ts';
import type { End } from './end.ts';

const EXAMPLES = `
Examples:
  hvbench fleet submit --on slurm --nodelist 'n[1-8]' --time 30 --out fleet -- run --suite cpu
  hvbench fleet submit --on slurm --nodes 8 --constraint genoa --out fleet -- run --suite cpu
  hvbench fleet submit --on ssh --hosts hosts.txt --out fleet -- run --suite cpu
  until hvbench fleet status fleet; [ $? -ne 2 ]; do sleep 60; done
  hvbench fleet collect fleet`;

const STATUS_CODES = `
Exit codes: 0 if all hosts are done, 1 if one failed, was lost or had a finding, 2 as long as some
still run or wait, or cannot be asked.`;

const COLLECT_CODES = `
Exit codes: 0 if all hosts are in the result, 1 if some are not, or had a finding, 2 if none is.`;

export function addFleet(command: Command, end: End): void {
  const fleet = command
    .command('fleet')
    .description('the same run on many hosts, by Slurm, SSH or Kubernetes, put together')
    .addHelpText('after', EXAMPLES);
  addSubmit(fleet, command, end);
  fleet
    .command('status <dir>')
    .description('show how far each host is')
    .option('--json', 'print all hosts as JSON on standard output')
    .addHelpText('after', STATUS_CODES)
    .action(async (dir, flags) => {
      end(await (await import('../fleet/status.ts')).status(dir, flags, interrupt));
    });
  fleet
    .command('collect <dir>')
    .description('put together what there is so far, each host once; may be repeated')
    .option(...PLUGINS, path)
    .option('--json', 'print the merged result as JSON on standard output')
    .addHelpText('after', COLLECT_CODES)
    .action(async (dir, flags) => {
      end(await (await import('../fleet/collect.ts')).collect(dir, flags, interrupt));
    });
  fleet
    .command('cancel <dir>')
    .description('end what still runs; what was measured is kept')
    .action(async (dir) => (await import('../fleet/cancel.ts')).cancel(dir, interrupt));
}

function addSubmit(fleet: Command, command: Command, end: End): void {
  fleet
    .command('submit <command...>')
    .passThroughOptions()
    .description('begin it: hvbench fleet submit --on NAME --out DIR [options] -- run …')
    .addOption(new Option('--on <name>', 'who runs it').choices(BACK_ENDS).makeOptionMandatory())
    .requiredOption(
      '--out <dir>',
      'folder of the fleet; with Slurm on a file system that its nodes share',
      path,
    )
    .option(
      '--hvbench <command>',
      'what is called hvbench there (default: this one with Slurm, else hvbench)',
    )
    .option('--nodes <number>', 'Slurm, Kubernetes: so many hosts', count)
    .option('--nodelist <names>', 'Slurm: these nodes, each once, such as n1,n[4-7]')
    .option('--constraint <features>', 'Slurm: nodes with these features')
    .option('--partition <names>', 'Slurm: nodes of this partition')
    .option('--time <limit>', 'Slurm: time limit for each host, as sbatch takes it')
    .option('--hosts <file>', 'SSH: a file with one [USER@]HOST[:PORT] a line; # begins a comment')
    .option('--image <name>', 'Kubernetes: an image with hvbench')
    .option('--claim <name>', 'Kubernetes: a PersistentVolumeClaim that all nodes can write')
    .option('--cpus <number>', 'Kubernetes: whole CPUs of each pod', count)
    .option('--memory <mib>', 'Kubernetes: memory of each pod in MiB', count)
    .option('--kvm-resource <name>', 'Kubernetes: what a device plugin offers /dev/kvm as')
    .addHelpText('after', EXAMPLES)
    .action(async (argv, flags) => {
      endInOrder();
      const run = command.commands.find((one) => one.name() === 'run') as Command;
      end(await (await import('../fleet/submit.ts')).submit(argv, flags, run, interrupt));
    });
}
