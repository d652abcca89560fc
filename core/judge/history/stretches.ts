/** Levels of a series and where they changed, whatever its figures are: of a workload, or of a metric. */
import {
  changePoints,
  createRandom,
  deriveSeed,
  differenceInterval,
  gradualChanges,
  hodgesLehmann,
  type Interval,
  toOverhead,
} from '../../stats/index.ts';
import type { HistoryEntry } from './entry.ts';

const RESAMPLES = 2000;
/** Any number serves: it makes the same history give the same changes. */
const SEED = 1;

export interface HistoryChange {
  /**
   * The last result before the change, and the first after it: indices of the stretch's points. Of a drift, where it began
   * and where it ended.
   */
  readonly before: number;
  readonly after: number;
  /** If it is a slow drift from one level to the other, and not one jump. */
  readonly gradual?: true | undefined;
  /**
   * figure after ÷ figure before − 1, a fraction with its 95 % interval; above 0 it became larger. Of a workload: of the
   * ratio guest ÷ native, so that above 0 the guest became slower.
   */
  readonly change: Interval;
  readonly pValue: number;
  /** What else differs between the two results: "kernel 6.1, then 6.2". */
  readonly alongside: readonly string[];
}

/** What one result says of a series. */
export interface Measured {
  readonly entry: HistoryEntry;
  /** Logarithm of the figure. */
  readonly log: number;
}

/** Results in a row whose figures may be compared. */
export interface Levelled<M extends Measured> {
  readonly measured: readonly [M, ...M[]];
  readonly changes: readonly HistoryChange[];
  /** Logarithms between the changes: one more than there are changes. */
  readonly levels: readonly number[];
  /** Why it is not compared with the stretch before it; null of the first. */
  readonly cut: string | null;
}

export interface SeriesOptions<M extends Measured> {
  /** Tells series apart. */
  readonly key: string;
  readonly hypervisor: string;
  /** Why two figures must not be compared; null where they may. */
  readonly cutBetween: (before: M, after: M) => string | null;
}

export function levelled<M extends Measured>(
  measured: readonly M[],
  options: SeriesOptions<M>,
): Levelled<M>[] {
  const cuts = measured.map((one, index) => {
    const before = measured[index - 1];
    return before ? options.cutBetween(before, one) : null;
  });
  const starts = cuts.flatMap((cut, index) => (index === 0 || cut !== null ? [index] : []));
  return starts.map((start, index) => {
    const own = measured.slice(start, starts[index + 1]) as [M, ...M[]];
    return { measured: own, ...levelsOf(own, options), cut: cuts[start] ?? null };
  });
}

function levelsOf<M extends Measured>(
  measured: readonly [M, ...M[]],
  { key, hypervisor }: SeriesOptions<M>,
): Pick<Levelled<M>, 'changes' | 'levels'> {
  const logs = measured.map(({ log }) => log);
  const found = changePoints(logs, { seed: deriveSeed(SEED, 'history', key) });
  const steps = found.map(({ index }) => index);
  const moved = gradualChanges(logs, steps);
  if (moved) {
    const pValue = Math.min(...found.map((one) => one.pValue));
    return {
      levels: [moved[0]?.from ?? 0, ...moved.map(({ to }) => to)],
      changes: moved.map(({ before, after, gradual, size }) => ({
        ...{ before, after, pValue, change: toOverhead(size), ...(gradual && { gradual: true as const }) },
        // Over weeks, much that has nothing to do with it is new.
        alongside: gradual ? [] : differences(measured[before]?.entry, measured[after]?.entry, hypervisor),
      })),
    };
  }
  const bounds = [0, ...steps, logs.length];
  const segments = bounds.slice(1).map((end, index) => logs.slice(bounds[index], end));
  return {
    levels: segments.map(hodgesLehmann),
    changes: found.flatMap(({ index, pValue }, place) => {
      const [before, after] = [segments[place] ?? [], segments[place + 1] ?? []];
      const change = sizeOf(before, after, `${key} ${place}`);
      const alongside = differences(measured[index - 1]?.entry, measured[index]?.entry, hypervisor);
      return change ? [{ before: index - 1, after: index, change, pValue, alongside }] : [];
    }),
  };
}

/**
 * How far the second level lies from the first. Each result counts as one value, like a launch within a run:
 * how results of one level differ says how sure the level is, and holds what no single result's interval can
 * know of, such as another day. Their own intervals are part of that spread and do not enter once more.
 */
function sizeOf(before: readonly number[], after: readonly number[], key: string): Interval | null {
  const values = (logs: readonly number[]) => logs.map((log, launch) => ({ launch, values: [log] }));
  const random = createRandom(deriveSeed(SEED, 'size of a change', key));
  const logs = differenceInterval(values(before), values(after), { resamples: RESAMPLES, random });
  return logs && toOverhead(logs);
}

function differences(
  before: HistoryEntry | undefined,
  after: HistoryEntry | undefined,
  hypervisor: string,
): string[] {
  const facts: readonly (readonly [string, (entry: HistoryEntry) => string | null | undefined])[] = [
    ['kernel', ({ kernel }) => kernel],
    [hypervisor, ({ hypervisors }) => hypervisors.find(({ id }) => id === hypervisor)?.version],
    ['hvbench', ({ tool }) => tool],
    ['profile', ({ profile }) => profile],
  ];
  return facts.flatMap(([what, read]) => {
    const [then, now] = [before, after].map((entry) => (entry ? (read(entry) ?? 'unknown') : 'unknown'));
    return then === now ? [] : [`${what} ${then}, then ${now}`];
  });
}
