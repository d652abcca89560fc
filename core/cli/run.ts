/** `hvbench run`: measures, shows progress, prints the table and the verdicts. */
import { renderTerminal } from '../../reports/index.ts';
import { type Config, checkConfig, loadConfig } from '../config/config.ts';
import { bench, partsOf } from '../parts.ts';
import { type RunOutcome, Unwritten } from '../run/options.ts';
import type { Parts } from '../run/parts.ts';
import { useColour } from './colour.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type MachineFlag, type VariantFlag, withMachineFlags, withVariantFlags } from './parts.ts';
import { createProgress } from './progress.ts';
import { outputWidth } from './terminal.ts';
import { writtenLine } from './written.ts';

export interface RunFlags extends VariantFlag, MachineFlag {
  readonly suite?: string[];
  readonly workload?: string[];
  readonly hypervisor?: string[];
  readonly isa?: string[];
  readonly profile?: string;
  readonly budget?: number;
  readonly precision?: number;
  readonly seed?: number;
  readonly cpu?: number;
  readonly machines?: number;
  readonly kernel?: string[];
  readonly out?: string;
  readonly resume?: string;
  readonly wait?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

export async function run(flags: RunFlags, signal: AbortSignal): Promise<ExitCode> {
  const config = await configOf(flags);
  const parts = partsOf(config);
  const progress = createProgress();
  try {
    const outcome = await bench(
      config,
      {
        ...(flags.resume !== undefined && { resume: flags.resume }),
        wait: flags.wait ?? false,
        listen: progress.listen,
        signal,
      },
      parts,
    );
    progress.stop();
    show(outcome, parts, flags.json ?? false);
    return exitCodeOf(outcome);
  } catch (error) {
    progress.stop();
    // What was measured is shown all the same.
    if (error instanceof Unwritten) show(error.outcome, parts, flags.json ?? false, false);
    throw error;
  } finally {
    progress.stop();
  }
}

/** Prints a result, and the files that tell it; `whole`: none is missing. */
export function show(
  { result, folder, files }: RunOutcome,
  { suites }: Parts,
  json: boolean,
  whole = true,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  process.stdout.write(renderTerminal(result, { colour: useColour(), width: outputWidth() }, suites));
  if (whole || files.length > 0) process.stdout.write(writtenLine(folder, files));
}

function exitCodeOf({ result, unmeasured }: RunOutcome): ExitCode {
  if (result.stopped.reason === 'interrupted') return exitCodes.interrupted;
  return result.failures.length + unmeasured.length > 0 ? exitCodes.finding : exitCodes.done;
}

/** The configuration file, and what the flags say instead. Throws UserError. */
export async function configOf(flags: RunFlags): Promise<Config> {
  const file = await loadConfig(flags.config);
  const given = fromFlags(flags);
  // A workload that is named now may be of a suite that the file leaves out.
  const { suites, ...rest } = file;
  const told = { ...(given.workloads && !given.suites ? rest : file), ...given };
  return withMachineFlags(withVariantFlags(told, flags), flags);
}

function fromFlags({
  suite,
  workload,
  hypervisor,
  isa,
  profile,
  budget,
  precision,
  seed,
  cpu,
  machines,
  kernel,
  out,
}: RunFlags): Config {
  const given = {
    suites: suite,
    workloads: workload,
    hypervisors: hypervisor,
    isas: isa,
    profile,
    budget,
    precision,
    seed,
    cpu,
    machines,
    kernels: kernel,
    out,
  };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return checkConfig(Object.fromEntries(named), 'of the command line');
}
