/** `hvbench validate`: how often does the gate raise a false alarm here, and what does it find? */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { UserError } from '../../errors.ts';
import { writeOrSay } from '../../files.ts';
import { pickCpus } from '../../host/affinity.ts';
import { probeHost } from '../../host/probe.ts';
import type { Availability } from '../../hypervisors/hypervisor.ts';
import { takeCpu } from '../../library/confirm.ts';
import { partsOf } from '../../parts.ts';
import { describeHostClass, hostClassOf } from '../../results/host-class.ts';
import { conditions } from '../../validate/conditions.ts';
import { gateErrorRates } from '../../validate/error-rates.ts';
import { printable } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { renderValidation, type ValidationReport } from './markdown.ts';
import { splitPage } from './page.ts';
import { measurePool, type PoolRun } from './pool.ts';

/** What is measured unless told: all of the CPU, and of memory one workload of each kind. */
export const WORKLOADS = [
  ...['integer', 'sha256', 'sieve', 'quicksort', 'lz77', 'interpreter', 'tak', 'spectral-norm', 'matmul'],
  ...['stream-copy', 'chase-l2', 'random-update', 'first-touch'],
];
/**
 * Unless told, those of them that can run here: some that run the code directly or with hardware assist, and some that
 * translate it; some that are one thread on the measuring CPU, and some that are several processes. Each takes a quarter
 * of an hour.
 */
export const HYPERVISORS = ['kvm', 'v86', 'uml', 'qemu-tcg'];
/** Names of the marks; `prove` is what the command was called first. */
const MARKS = ['validation', 'prove'] as const;
const FIRST_LAUNCHES = 3;
const SETTINGS = { minEffect: 0.01, alpha: 0.05, budgetSeconds: 60 };

export interface ValidateFlags {
  readonly out: string;
  /** A/Bs instead of gates. */
  readonly ab?: boolean;
  /** A/As, of all kinds together. */
  readonly runs?: number;
  /** Of each A/B, seconds. */
  readonly budget?: number;
  readonly workload?: readonly string[];
  readonly hypervisor?: readonly string[];
  /** A tenth of the measuring and of the gates: shows that it works, and says little. */
  readonly quick?: boolean;
  readonly seed?: number;
  /** The CPU that measures. */
  readonly cpu?: number;
  readonly wait?: boolean;
  /** A Markdown file in which the part between the marks is replaced. */
  readonly write?: string;
}

/** Throws UserError where a run cannot be made, or the file to write has no marks. */
export async function validate(flags: ValidateFlags, signal: AbortSignal): Promise<void> {
  const folder = flags.out;
  const seed = flags.seed ?? 1;
  const launches = flags.quick ? FIRST_LAUNCHES + 2 : FIRST_LAUNCHES + 10;
  const config: Config = {
    profile: 'standard',
    workloads: [...(flags.workload ?? WORKLOADS)],
    // A gate judges guests: the control takes no part in it.
    hypervisors: [...(flags.hypervisor ?? (await usable(HYPERVISORS)).map(({ id }) => id))],
    ...(flags.cpu !== undefined && { cpu: flags.cpu }),
  };
  const cpus = await pickCpus(partsOf().host, flags.cpu);
  const page = flags.write === undefined ? null : splitPage(flags.write, MARKS);
  const progress = createProgress();
  let runs: PoolRun[];
  let giveBack = () => {};
  try {
    const { listen } = progress;
    giveBack = await takeCpu(cpus.benchCpu, { listen, signal, wait: flags.wait ?? false });
    const say = (text: string) => process.stderr.write(`${printable(text)}\n`);
    const fewer = flags.quick ? 10 : 1;
    runs = await measurePool({ folder, fewer, launches, seed, config, cpus, say, signal, listen });
  } finally {
    giveBack();
    progress.stop();
  }
  const [first] = runs;
  if (!first) throw new UserError('no run could be made');
  const errorRates = await gateErrorRates(
    runs.map(({ condition, result, seconds }) => ({ condition: condition.id, result, seconds })),
    {
      ...SETTINGS,
      seed,
      firstLaunches: FIRST_LAUNCHES,
      gates: flags.quick ? 20 : 400,
      gatesPerRow: flags.quick ? 10 : 100,
      checkpoint: async () => {
        // Signals are only seen between turns of the event loop.
        await setImmediate();
        if (signal.aborted) throw new UserError('interrupted; repeat the command to judge what was measured');
      },
      onKind: (title) => process.stderr.write(`judging: ${title}\n`),
    },
  );
  const { host, tool } = first.result;
  const report: ValidationReport = {
    ...errorRates,
    createdAt: new Date().toISOString(),
    tool: tool.version,
    host: [`${describeHostClass(hostClassOf(host))}; ${host.cpu.cpus} CPUs, Linux ${host.kernel}.`],
    settings: { ...SETTINGS, firstLaunches: FIRST_LAUNCHES, launches, seed },
    pool: conditions.flatMap(({ id, title }) => {
      const own = runs.filter(({ condition }) => condition.id === id);
      const made = own.reduce((sum, { result }) => sum + launchesOf(result.launches), 0);
      return own.length === 0 ? [] : [{ title, runs: own.length, launches: made }];
    }),
  };
  const text = renderValidation(report);
  process.stdout.write(text);
  const write = (path: string, content: string) =>
    writeOrSay(path, content, path, 'its runs are kept: free up space, then repeat the command to continue');
  write(join(folder, 'validation.json'), `${JSON.stringify(report, null, 1)}\n`);
  write(join(folder, 'validation.md'), text);
  if (page && flags.write !== undefined) write(flags.write, `${page.before}${text}${page.after}`);
}

/** Those of these drivers that can run here. */
export async function usable(ids: readonly string[]): Promise<Availability[]> {
  const { hypervisors, host: computer } = partsOf();
  const host = await probeHost(computer);
  const chosen = hypervisors.filter(({ id }) => ids.includes(id));
  const found = await Promise.all(
    chosen.map((driver) => driver.probe(computer, { record: host, kernels: {} })),
  );
  return found.filter(({ available }) => available);
}

/** A launch is recorded for each ISA. */
function launchesOf(records: readonly { readonly index: number }[]): number {
  return new Set(records.map(({ index }) => index)).size;
}
