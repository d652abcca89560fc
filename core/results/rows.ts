/** Samples in the shape that estimates need: by row, then by launch. */
import type { LaunchValues } from '../stats/index.ts';
import type { JournalRow, Sample } from './journal.ts';

export type Clock = 'wall' | 'cpu';

/** Samples of one row, by launch. */
export type RowSamples = ReadonlyMap<number, readonly Sample[]>;

export type RowName = Pick<JournalRow, 'isa' | 'suite' | 'workload' | 'hypervisor'>;

/** Collects samples as they come. */
export class SampleTable {
  readonly #rows = new Map<string, Map<number, Sample[]>>();

  add(sample: Sample): void {
    const key = rowKey(sample);
    const row = this.#rows.get(key) ?? new Map<number, Sample[]>();
    this.#rows.set(key, row);
    const launch = row.get(sample.launch) ?? [];
    row.set(sample.launch, launch);
    launch.push(sample);
  }

  row(name: RowName): RowSamples {
    return this.#rows.get(rowKey(name)) ?? new Map();
  }

  /** Log ratios of a row against native's row of the same workload. */
  logRatios(name: RowName, clock: Clock): LaunchValues[] {
    return logRatios(this.row(name), this.row({ ...name, hypervisor: 'native' }), clock);
  }

  /** Logs of a row's own times. */
  logTimes(name: RowName, clock: Clock): LaunchValues[] {
    return [...this.row(name)].map(([launch, samples]) => ({
      launch,
      values: countedRounds(samples).map((sample) => Math.log(perIteration(sample, clock))),
    }));
  }
}

export function rowKey({ isa, suite, workload, hypervisor }: RowName): string {
  return [isa, suite, workload, hypervisor].join(' ');
}

/** The samples that count, without cold ones and warm-up. */
export function countedRounds(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ phase }) => phase === 'round');
}

/** Wall or CPU time of one iteration, ns: the batch less the empty batch. At least a picosecond, so that a log exists. */
export function perIteration(sample: Sample, clock: Clock): number {
  const ns = clock === 'wall' ? sample.wallNs - sample.emptyWallNs : sample.cpuNs - sample.emptyCpuNs;
  return Math.max(ns / sample.iterations, 1e-3);
}

/** Log ratios guest/native of the rounds that both took part in, by launch. */
function logRatios(guest: RowSamples, native: RowSamples, clock: Clock): LaunchValues[] {
  const launches: LaunchValues[] = [];
  for (const [launch, samples] of guest) {
    const others = new Map(countedRounds(native.get(launch) ?? []).map((sample) => [sample.round, sample]));
    const values = countedRounds(samples).flatMap((sample) => {
      const other = others.get(sample.round);
      return other ? [Math.log(perIteration(sample, clock) / perIteration(other, clock))] : [];
    });
    if (values.length > 0) launches.push({ launch, values });
  }
  return launches;
}
