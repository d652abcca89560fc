/** CPUs whose exits have a price in time: published ones, and computers that were measured. */
import { isReference } from '../../model/role.ts';
import { footingOf } from '../../results/footing.ts';
import type { Isa, Result } from '../../results/schema.ts';
import { median } from '../../stats/index.ts';
import { ownUnitNs } from './own-costs.ts';
import type { CpuCosts } from './unit-costs.ts';

export interface Price {
  /** The reason of the exit; null for all that have no price of their own. */
  readonly reason: string | null;
  /** Null if it was measured in time. */
  readonly cycles: number | null;
  readonly range?: readonly [low: number, high: number];
  /** Which round trip it is. */
  readonly what: string;
  readonly source: string;
  /** Whether the figure is quoted from memory. */
  readonly recalled: boolean;
}

/** What an exit costs on one CPU. */
export interface PricedCpu {
  readonly id: string;
  readonly title: string;
  /** Whether it has hardware assist as it first came, without nested paging. */
  readonly firstGeneration: boolean;
  readonly prices: readonly Price[];
  /** What turned cycles into time, GHz; null if nothing did. */
  readonly clock: { readonly ghz: number; readonly source: string; readonly recalled: boolean } | null;
  /** Of one exit of that reason, ns; null if nobody measured it. */
  readonly ns: (reason: string, isa: Isa) => number | null;
}

/** Cycles of its time-stamp counter per ns, by its own native batches; null if no launch of the result has that. */
export function clockOf({ launches }: Pick<Result, 'launches'>): number | null {
  const rates = launches.flatMap(({ clocks }) =>
    clocks.filter(({ hypervisor }) => isReference(hypervisor)).map(({ ticksPerNs }) => ticksPerNs),
  );
  return rates.length > 0 ? median(rates) : null;
}

/**
 * Published costs, in time by the CPU's own clock, or by another one's (`ghz`) if that is asked for or the source names no
 * CPU. Without any clock no exit has a price.
 */
export function published(costs: CpuCosts, ghz: number | null, by: 'own' | 'host'): PricedCpu {
  const { id, cpu, year, any, byReason = {}, firstGeneration = false } = costs;
  const own = by === 'own' ? costs.ghz : null;
  const clock = own
    ? { ghz: own.value, source: own.source, recalled: own.recalled === true }
    : ghz === null
      ? null
      : { ghz, source: 'the time-stamp counter of this computer', recalled: false };
  const all = [...Object.entries(byReason), ...(any ? [[null, any] as const] : [])];
  return {
    ...{ id, title: `${cpu}, ${year}`, firstGeneration, clock },
    prices: all.map(([reason, { recalled = false, ...cost }]) => ({ reason, ...cost, recalled })),
    ns: (reason) => {
      const cost = (Object.hasOwn(byReason, reason) ? byReason[reason] : undefined) ?? any;
      return cost && clock ? cost.cycles / clock.ghz : null;
    },
  };
}

/** A hypervisor of a result that measured single operations; null if it did not, or if its CPU was emulated: then no time means anything. */
export function measuredCpu(result: Result, hypervisor: string, name: string): PricedCpu | null {
  const { operations, host } = result;
  const costed = operations.some((one) => one.hypervisor === hypervisor && one.nsPerOperation !== null);
  if (!costed || footingOf(host) === 'emulated') return null;
  return {
    ...{ id: name, title: `${hypervisor} on ${host.cpu.model}`, firstGeneration: false, clock: null },
    prices: [
      {
        ...{ reason: 'page-fault', cycles: null, recalled: false, source: MEASURED },
        what: 'fresh-page, less the native one',
      },
      {
        ...{ reason: null, cycles: null, recalled: false, source: MEASURED },
        what: 'out, mmio-read, cpuid …',
      },
    ],
    ns: (reason, isa) => ownUnitNs(operations, { hypervisor, isa }, reason),
  };
}

const MEASURED = 'single operations, measured';
