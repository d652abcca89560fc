/** Samples in the shape that estimates need: by row, then by launch. */
import { REFERENCE } from '../model/role.ts';
import type { LaunchValues } from '../stats/index.ts';
import { type ClockRecord, compareClocks } from './clocks.ts';
import type { JournalRow, Sample } from './journal.ts';
import { type KeptSample, SampleKeeper } from './kept-sample.ts';

export type Clock = 'wall' | 'cpu';

/** Samples of one row, by launch. */
export type RowSamples = ReadonlyMap<number, readonly Sample[]>;

/** One launch of the machines of one ISA and platform. */
type LaunchName = Pick<Sample, 'launch' | 'isa' | 'platform'>;

export type RowName = Pick<JournalRow, 'isa' | 'suite' | 'workload' | 'hypervisor'>;
/** A workload on one ISA. */
export type WorkloadName = Omit<RowName, 'hypervisor'>;

/** Collects samples as they come, and keeps them in little room. */
export class SampleTable {
  readonly #keeper = new SampleKeeper();
  readonly #rows = new Map<string, Map<number, KeptSample[]>>();
  readonly #launches = new Map<string, Sample[]>();
  readonly #clocks = new Map<string, ClockRecord[]>();
  /** The clocks that were asked for last: nearly always those that are asked for next. */
  #lately: { readonly of: LaunchName; readonly clocks: readonly ClockRecord[] } | null = null;

  add(sample: Sample): void {
    const launchName = launchKey(sample);
    this.#clocks.delete(launchName);
    this.#lately = null;
    const together = this.#launches.get(launchName) ?? [];
    this.#launches.set(launchName, together);
    const key = rowKey(sample);
    const row = this.#rows.get(key) ?? new Map<number, KeptSample[]>();
    this.#rows.set(key, row);
    const launch = row.get(sample.launch) ?? [];
    row.set(sample.launch, launch);
    const kept = this.#keeper.keep(sample, launch[0]);
    launch.push(kept);
    together.push(kept);
  }

  row(name: RowName): RowSamples {
    return this.#rows.get(rowKey(name)) ?? new Map();
  }

  /**
   * Log ratios of a row against native's row of the same workload, in the rounds that both took part in. None at all
   * where either lacks a figure in one of these: without the rounds that came out shortest, the others would say too much.
   */
  logRatios(name: RowName, clock: Clock): LaunchValues[] {
    const native = this.row({ ...name, hypervisor: REFERENCE });
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
   * machine's counter refines, what that counted. Null if nothing is left: such a batch has no figure.
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
    const clock = this.#clocksOf(sample).find(({ hypervisor }) => hypervisor === sample.hypervisor);
    const ns = clock?.refines ? sample.ticks / clock.ticksPerNs : 0;
    // A counter that went further than the host's clock between the marks cannot be the same.
    return ns > 0 && ns <= sample.wallNs * 1.001 ? ns : null;
  }

  #clocksOf(of: LaunchName): readonly ClockRecord[] {
    const lately = this.#lately;
    if (lately?.of.launch === of.launch && lately.of.isa === of.isa && lately.of.platform === of.platform)
      return lately.clocks;
    const key = launchKey(of);
    const clocks = this.#clocks.get(key) ?? compareClocks(this.#launches.get(key) ?? []);
    this.#clocks.set(key, clocks);
    this.#lately = { of, clocks };
    return clocks;
  }
}

/** Log ratios by row and clock, each found only once. Samples that are added later do not count. */
export function ratiosOf(table: SampleTable): (name: RowName, clock: Clock) => readonly LaunchValues[] {
  const found = new Map<string, readonly LaunchValues[]>();
  return (name, clock) => {
    const key = `${clock} ${rowKey(name)}`;
    const ratios = found.get(key) ?? table.logRatios(name, clock);
    found.set(key, ratios);
    return ratios;
  };
}

function launchKey({ launch, isa, platform }: LaunchName): string {
  return `${launch} ${isa} ${platform}`;
}

export function workloadKey({ isa, suite, workload }: WorkloadName): string {
  return `${isa} ${suite} ${workload}`;
}

export function rowKey({ hypervisor, ...workload }: RowName): string {
  return `${workloadKey(workload)} ${hypervisor}`;
}

/** Rounds of lists that were looked through before, with the length that these had. */
const counted = new WeakMap<
  readonly Sample[],
  { readonly length: number; readonly rounds: readonly Sample[] }
>();

/** The samples that count, without cold ones and warm-up. */
export function countedRounds(samples: readonly Sample[]): readonly Sample[] {
  const { length } = samples;
  const known = counted.get(samples);
  if (known?.length === length) return known.rounds;
  const rounds = samples.filter(({ phase }) => phase === 'round');
  counted.set(samples, { length, rounds });
  return rounds;
}
