/** Samples in the shape that estimates need: by row, then by launch. */
import type { LaunchValues } from '../stats/index.ts';
import { type ClockRecord, compareClocks } from './clocks.ts';
import type { JournalRow, Sample } from './journal.ts';

export type Clock = 'wall' | 'cpu';

/** Samples of one row, by launch. */
export type RowSamples = ReadonlyMap<number, readonly Sample[]>;

/** One launch of the machines of one ISA and platform. */
type LaunchName = Pick<Sample, 'launch' | 'isa' | 'platform'>;

export type RowName = Pick<JournalRow, 'isa' | 'suite' | 'workload' | 'hypervisor'>;

/** Collects samples as they come. */
export class SampleTable {
  readonly #rows = new Map<string, Map<number, Sample[]>>();
  readonly #launches = new Map<string, Sample[]>();
  readonly #clocks = new Map<string, ClockRecord[]>();

  add(sample: Sample): void {
    const launchName = launchKey(sample);
    this.#clocks.delete(launchName);
    const together = this.#launches.get(launchName) ?? [];
    this.#launches.set(launchName, together);
    together.push(sample);
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
    const native = this.row({ ...name, hypervisor: 'native' });
    const launches: LaunchValues[] = [];
    for (const [launch, samples] of this.row(name)) {
      const others = new Map(countedRounds(native.get(launch) ?? []).map((sample) => [sample.round, sample]));
      const values = countedRounds(samples).flatMap((sample) => {
        const other = others.get(sample.round);
        return other ? [Math.log(this.perIteration(sample, clock) / this.perIteration(other, clock))] : [];
      });
      if (values.length > 0) launches.push({ launch, values });
    }
    return launches;
  }

  /** Logs of a row's own times. */
  logTimes(name: RowName, clock: Clock): LaunchValues[] {
    return [...this.row(name)].map(([launch, samples]) => ({
      launch,
      values: countedRounds(samples).map((sample) => Math.log(this.perIteration(sample, clock))),
    }));
  }

  /**
   * Wall or CPU time of one iteration, ns. Where the machine's counter refines, what it counted; else the
   * batch between its marks less the empty batch. At least a picosecond, so that a log exists.
   */
  perIteration(sample: Sample, clock: Clock): number {
    const refined = this.#refine(sample);
    const wallNs = refined ?? sample.wallNs - sample.emptyWallNs;
    // What lies between mark and batch is executed, not waited for: wall time there is CPU time.
    const surroundings = refined === null ? sample.emptyCpuNs : sample.wallNs - refined;
    return Math.max((clock === 'wall' ? wallNs : sample.cpuNs - surroundings) / sample.iterations, 1e-3);
  }

  #refine(sample: Sample): number | null {
    const key = launchKey(sample);
    const clocks = this.#clocks.get(key) ?? compareClocks(this.#launches.get(key) ?? []);
    this.#clocks.set(key, clocks);
    const clock = clocks.find(({ hypervisor }) => hypervisor === sample.hypervisor);
    const ns = clock?.refines ? sample.ticks / clock.ticksPerNs : 0;
    // A counter that went further than the host's clock between the marks cannot be the same.
    return ns > 0 && ns <= sample.wallNs * 1.001 ? ns : null;
  }
}

function launchKey({ launch, isa, platform }: LaunchName): string {
  return `${launch} ${isa} ${platform}`;
}

export function rowKey({ isa, suite, workload, hypervisor }: RowName): string {
  return [isa, suite, workload, hypervisor].join(' ');
}

/** The samples that count, without cold ones and warm-up. */
export function countedRounds(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ phase }) => phase === 'round');
}
