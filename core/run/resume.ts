/** How an earlier run is taken up: its configuration, and whether its samples are of the same work. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Config, checkKept } from '../config/config.ts';
import type { PluginName } from '../config/plugin.ts';
import { UserError } from '../errors.ts';
import { type CpuChoice, CpuRefusal, pickCpus } from '../host/affinity.ts';
import type { Host } from '../host/host.ts';
import { withVariants } from '../hypervisors/variant.ts';
import type { JournalEntry, JournalOperation, JournalRow, JournalSuiteMachine } from '../results/journal.ts';
import type { ComputerRecord } from '../results/schema.ts';
import { plannedOperations, plannedRows, suiteMachinesOf } from './names.ts';
import type { Parts } from './parts.ts';
import type { Plan } from './plan.ts';

/** The earlier run's configuration, seed included; flags given now may change only how long to go on. */
export function resumedConfig(
  now: Config,
  plugins: readonly PluginName[],
  earlier: readonly JournalEntry[],
  folder: string,
): Config {
  const head = earlier.find((entry) => entry.type === 'header');
  if (!head)
    throw new UserError(
      `${folder} holds no measurement to continue from: start a new run with --out ${folder}`,
    );
  const { budget, precision, cpu = head.plan.benchCpu } = now;
  if (cpu !== head.plan.benchCpu)
    throw new UserError(
      `${folder} was measured on CPU ${head.plan.benchCpu}, not ${cpu}: resume it with --cpu ${head.plan.benchCpu}, or start a new run`,
    );
  const { plugins: had = [], ...then } = checkKept(head.config, join(folder, 'samples.ndjson'));
  expectPlugins(had, plugins, folder);
  return { ...then, ...(budget !== undefined && { budget }), ...(precision !== undefined && { precision }) };
}

/**
 * The CPU that measures: the configuration's, or the one that measured before, since one result has one. Throws UserError if
 * it cannot.
 */
export async function cpusFor(
  host: Host,
  { cpu }: Config,
  earlier: readonly JournalEntry[],
  folder: string | undefined,
): Promise<CpuChoice> {
  const head = earlier.find((entry) => entry.type === 'header');
  if (!head) return await pickCpus(host, cpu);
  const { benchCpu, cpuChosen } = head.plan;
  const picked = await pickCpus(host);
  if (picked.benchCpu === benchCpu) return { ...picked, cpuChosen };
  try {
    return { ...(await pickCpus(host, benchCpu)), cpuChosen };
  } catch (error) {
    if (!(error instanceof CpuRefusal)) throw error;
    throw new UserError(
      `${folder} was measured on CPU ${benchCpu}, which ${error.why}: resume it where that is otherwise, or start a new run`,
    );
  }
}

/**
 * The parts with the variants of the earlier run, whatever is named now. Throws UserError if one of them is named now and is
 * another one.
 */
export function resumedParts<Has extends Pick<Parts, 'hypervisors' | 'variants'>>(
  parts: Has,
  { variants: had = {} }: Pick<Config, 'variants'>,
  folder: string,
): Has {
  const isOther = (name: string) =>
    parts.variants[name] !== undefined && !isDeepStrictEqual(parts.variants[name], had[name]);
  const other = Object.keys(had).find(isOther);
  if (other !== undefined)
    throw new UserError(
      `${folder} was measured with another variant ${other}: resume it without naming that, or start a new run`,
    );
  const missing = Object.entries(had).filter(([name]) => parts.variants[name] === undefined);
  return {
    ...parts,
    hypervisors: withVariants(parts.hypervisors, Object.fromEntries(missing)),
    variants: { ...parts.variants, ...had },
  };
}

/** Throws UserError if there are others than the run had. */
function expectPlugins(had: readonly PluginName[], now: readonly PluginName[], folder: string): void {
  const names = (plugins: readonly PluginName[]) => plugins.map(titleOf).sort().join(', ');
  if (names(had) === names(now)) return;
  const others = now.length > 0 ? `, not ${names(now)}` : '';
  throw new UserError(
    had.length > 0
      ? `${folder} was measured with ${names(had)}${others}: resume it with the configuration that has them, by --config`
      : `${folder} was measured without plugins${others}: resume it with a configuration that has none, by --config`,
  );
}

function titleOf({ name, version }: PluginName): string {
  return `plugin ${version === undefined ? name : `${name} ${version}`}`;
}

/** Samples of other code, or of another host, must not be mixed with new ones. */
export async function checkSameWork(
  earlier: readonly JournalEntry[],
  plan: Plan,
  folder: string,
): Promise<void> {
  const head = earlier.find((entry) => entry.type === 'header');
  const name = (row: JournalRow) =>
    [row.isa, row.suite, row.workload, row.hypervisor, row.digest, row.argument].join(' ');
  const operation = (one: JournalOperation) =>
    [one.isa, one.suite, one.operation, one.hypervisor, one.digest].join(' ');
  const suiteMachine = (one: JournalSuiteMachine) =>
    [one.isa, one.platform, one.suite, one.hypervisor, one.digest].join(' ');
  // A journal of an older version says nothing of suites with a method of their own.
  const machines = head?.studies ?? [];
  const machinesNow = machines.length > 0 ? await suiteMachinesOf(plan) : [];
  const then = [
    ...(head?.rows.map(name) ?? []),
    ...(head?.operations.map(operation) ?? []),
    ...machines.map(suiteMachine),
  ];
  const now = [
    ...plannedRows(plan).map(name),
    ...plannedOperations(plan).map(operation),
    ...machinesNow.map(suiteMachine),
  ];
  for (const { id, variant } of head?.hypervisors ?? []) {
    const now = plan.availabilities.find((one) => one.id === id)?.variant;
    if (variant && now && variant.program?.sha256 !== now.program?.sha256)
      throw new UserError(
        `${folder} cannot be resumed: the program of the variant ${id} has changed since; start a new run`,
      );
  }
  for (const { id, computer, available } of head?.hypervisors ?? []) {
    const here = plan.availabilities.find((one) => one.id === id);
    if (available && here?.available && !isSameComputer(computer, here.computer))
      throw new UserError(
        `${folder} cannot be resumed: ${id} was measured on another computer; name it again by --machine and --reference, or start a new run`,
      );
  }
  if (then.join('\n') === now.join('\n')) return;
  throw new UserError(
    `${folder} cannot be resumed: its workloads, their code or the hypervisors have changed since; start a new run`,
  );
}

/** As far as it shows: the same kernel on the same CPU. */
function isSameComputer(then: ComputerRecord | undefined, now: ComputerRecord | undefined): boolean {
  const told = (computer: ComputerRecord | undefined) =>
    computer && [computer.sameAsHost, computer.cpu, computer.memoryBytes, computer.kernel];
  return isDeepStrictEqual(told(then), told(now));
}

/** A gate's run, or one of an older version, had none: it goes on without. */
export function hadOperations(earlier: readonly JournalEntry[]): boolean {
  return earlier.some((entry) => entry.type === 'header' && entry.operations.length > 0);
}
