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

  /**
   * Log ratios of a row against native's row of the same workload, in the rounds that both took part in. None at all
   * where either lacks a figure in one of these: without the rounds that came out shortest, the others would say too much.
   */
  logRatios(name: RowName, clock: Clock): LaunchValues[] {
    const native = this.row({ ...name, hypervisor: 'native' });
    const launches: LaunchValues[] = [];
    for (const [launch, samples] of this.row(name)) {
      const others = new Map(countedRounds(native.get(launch) ?? []).map((sample) => [sample.round, sample]));
      const values: number[] = [];
      for (const sample of countedRounds(samples)) {
        const other = others.get(sample.round);
        if (!other) continue;
        const [own, reference] = [this.perIteration(sample, clock), this.perIteration(other, clock)];
        if (own === null || reference === null) return [];
        values.push(Math.log(own / reference));
      }
      if (values.length > 0) launches.push({ launch, values });
    }
    return launches;
  }

  /** Logs of a row's own times; none at all where a round lacks its figure. */
  logTimes(name: RowName, clock: Clock): LaunchValues[] {
    const launches: LaunchValues[] = [];
    for (const [launch, samples] of this.row(name)) {
      const times = countedRounds(samples).map((sample) => this.perIteration(sample, clock));
      if (!times.every((ns) => ns !== null)) return [];
      launches.push({ launch, values: times.map(Math.log) });
    }
    return launches;
  }

  /**
   * Wall or CPU time of one iteration, ns: of the batch between its marks less the empty batch; of wall time, where the
   * machine's counter refines, what that counted. Null where nothing is left: such a batch has no figure.
   *
   * CPU time is never taken from a clock that goes on while a machine waits for its CPU, such as a counter.
   */
  perIteration(sample: Sample, clock: Clock): number | null {
    const ns =
      clock === 'cpu'
        ? sample.cpuNs - sample.emptyCpuNs
        : (this.#refine(sample) ?? sample.wallNs - sample.emptyWallNs);
    return ns > 0 ? ns / sample.iterations : null;
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
