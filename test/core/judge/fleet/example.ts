/** Made-up results of hosts whose overheads are known: nothing in them was ever measured. */
import { mergeFleet } from '../../../../core/judge/fleet/merge.ts';
import { FleetTable } from '../../../../core/judge/fleet/table.ts';
import type { Fleet, FleetFigure } from '../../../../core/results/fleet/schema.ts';
import { parseResult } from '../../../../core/results/read-result.ts';
import type { Interval, Measurement, Result } from '../../../../core/results/schema.ts';
import { suites } from '../../../../suites/index.ts';
import { smallResult } from '../compare/example.ts';

export interface HostExample {
  /** kvm's time ÷ native's, in each workload and in their mean. */
  readonly ratio?: number;
  /** The control's. */
  readonly control?: number;
  /** Half of the width of every interval, in logarithms. */
  readonly half?: number;
  /** Tells results apart that are equal otherwise. */
  readonly seed?: number;
  readonly change?: (measurement: Measurement) => Measurement;
  /** Of the whole, at last. */
  readonly finish?: (result: Result) => Result;
}

const small = smallResult();

const overheadOf = (ratio: number, half: number): Interval => ({
  estimate: ratio - 1,
  low: ratio * Math.exp(-half) - 1,
  high: ratio * Math.exp(half) - 1,
});

/** Two workloads of the suite cpu on native, control and kvm, with three launches. */
export function hostResult({
  ratio = 1.01,
  control = 1,
  half = 0.002,
  seed = 1,
  change = (measurement) => measurement,
  finish = (result) => result,
}: HostExample = {}): Result {
  const ratios: Readonly<Record<string, number>> = { control, kvm: ratio };
  const both = (hypervisor: string) => {
    const own = ratios[hypervisor];
    const overhead = own === undefined ? null : overheadOf(own, half);
    return { overhead, cpuOverhead: overhead };
  };
  const result: Result = {
    ...{ ...small, seed, rows: [] },
    measurements: small.measurements.map((one) => change({ ...one, ...both(one.hypervisor) })),
    suites: Object.keys(ratios).map((hypervisor) => ({
      ...{ suite: 'cpu', isa: 'x86_64', hypervisor, workloads: 2, ...both(hypervisor) },
    })),
  };
  return parseResult(finish(result), suites);
}

/** These results merged, of hosts called host-0 and so on. */
export function fleetOf(results: readonly Result[], table = new FleetTable()): Fleet {
  const hosts = results.map((result, place): Fleet['hosts'][number] => {
    const leftOut = table.add(place, result);
    return { name: `host-${place}`, state: 'done', hostClass: null, startedAt: result.startedAt, leftOut };
  });
  return mergeFleet(table, { hosts, publication: null });
}

/** A figure of the first class; the mean of kvm by wall-clock time unless told. */
export function figureOf(
  { classes }: Fleet,
  { workload = null as string | null, hypervisor = 'kvm', metric = 'time' } = {},
): FleetFigure {
  const found = classes[0]?.figures.find(
    (one) =>
      one.target.hypervisor === hypervisor &&
      one.metric === metric &&
      (workload === null ? one.workloads !== null : one.dimensions.workload === workload),
  );
  if (!found) throw new Error(`no figure of ${workload ?? 'the mean'} in ${hypervisor}`);
  return found;
}
