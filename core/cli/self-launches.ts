/** Where the time of a run's launches went, by hypervisor and by what it did: `hvbench self --launches DIR`. */
import Table from 'cli-table3';
import { UserError } from '../errors.ts';
import { LAUNCH_PHASES, type LaunchPhase, type Result } from '../results/schema.ts';
import { printable } from './printable.ts';

/** Seconds. */
interface SpentTime {
  readonly hypervisor: string;
  readonly phases: Readonly<Record<LaunchPhase, number>>;
  readonly sum: number;
}

export interface LaunchCosts {
  readonly launches: number;
  /** In the order of the result. */
  readonly spent: readonly SpentTime[];
  /** Of measuring, seconds; what no machine spent of it is `rest`: order, journal, estimates. */
  readonly elapsed: number;
  readonly rest: number;
}

/** Throws UserError where the result does not say. */
export function launchCosts({ launches, stopped }: Result): LaunchCosts {
  const timed = launches.flatMap(({ spentSeconds }) => (spentSeconds ? [spentSeconds] : []));
  if (timed.length === 0)
    throw new UserError(
      'this result does not say where the time of its launches went: it has no workloads, or an earlier hvbench made it',
    );
  const ids = [...new Set(timed.flatMap((spent) => Object.keys(spent)))];
  const spent = ids.map((hypervisor): SpentTime => {
    const phases = Object.fromEntries(
      LAUNCH_PHASES.map((phase) => [phase, sum(timed.map((one) => one[hypervisor]?.[phase] ?? 0))]),
    ) as Record<LaunchPhase, number>;
    return { hypervisor, phases, sum: sum(Object.values(phases)) };
  });
  const elapsed = stopped.elapsedSeconds;
  return { launches: timed.length, spent, elapsed, rest: elapsed - sum(spent.map((one) => one.sum)) };
}

/** As a table, with a line for all. */
export function renderLaunchCosts({ launches, spent, elapsed, rest }: LaunchCosts): string {
  const table = new Table({
    head: [`seconds of ${launches} launches`, ...LAUNCH_PHASES, 'sum'],
    colAligns: ['left', ...LAUNCH_PHASES.map(() => 'right' as const), 'right'],
    style: { head: [], border: [] },
  });
  const figures = (phases: Readonly<Record<LaunchPhase, number>>) =>
    LAUNCH_PHASES.map((phase) => phases[phase].toFixed(1));
  for (const { hypervisor, phases, sum: all } of spent)
    table.push([printable(hypervisor), ...figures(phases), all.toFixed(1)]);
  const total = Object.fromEntries(
    LAUNCH_PHASES.map((phase) => [phase, sum(spent.map(({ phases }) => phases[phase]))]),
  ) as Record<LaunchPhase, number>;
  table.push(['all', ...figures(total), sum(Object.values(total)).toFixed(1)]);
  return `${table.toString()}\nMeasuring took ${elapsed.toFixed(1)} s, ${rest.toFixed(1)} s of it outside these.\n`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
