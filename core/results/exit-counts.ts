/** Exits per iteration of results that were stored before there were any: from the journal, or from exits per second. */
import { UserError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { exitsPerIteration } from './exits.ts';
import type { JournalEntry, Sample } from './journal.ts';
import type { Measurement, Result } from './schema.ts';

/** So near to a whole number must a count come, relative to itself, to be the one that was counted. */
const EXACT = 1e-6;

const lacks = ({ exitsPerSecond, exitsPerIteration }: Measurement) =>
  exitsPerSecond !== null && exitsPerIteration === undefined;

/**
 * The result, in which every measurement whose exits were counted has them per iteration as well, if that can be known
 * exactly; the journal is read only if some lacks them. One that is gone, damaged or another run's is passed over.
 */
export function withExitCounts(result: Result, journal: () => Iterable<JournalEntry>): Result {
  if (!result.measurements.some(lacks)) return result;
  const counted = countedIn(result, journal);
  return {
    ...result,
    measurements: result.measurements.map((measurement) => {
      if (!lacks(measurement)) return measurement;
      const counts = exitsPerIteration(counted.get(keyOf(measurement)) ?? []) ?? fromRate(measurement);
      return counts ? { ...measurement, exitsPerIteration: counts } : measurement;
    }),
  };
}

const keyOf = ({
  isa,
  suite,
  workload,
  hypervisor,
}: Pick<Sample, 'isa' | 'suite' | 'workload' | 'hypervisor'>) => [isa, suite, workload, hypervisor].join(' ');

/** The rounds in which somebody counted, by row. */
function countedIn(
  { startedAt, seed }: Result,
  journal: () => Iterable<JournalEntry>,
): ReadonlyMap<string, readonly Sample[]> {
  const samples: Sample[] = [];
  try {
    for (const entry of journal()) {
      if (entry.type === 'header' && (entry.startedAt !== startedAt || entry.seed !== seed)) return new Map();
      if (entry.type === 'sample' && entry.phase === 'round' && entry.exits) samples.push(entry);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return new Map();
  }
  return groupBy(samples, keyOf);
}

/**
 * Exits per second times the time of the rounds, if that comes to whole counts of each reason: half ones too, since an empty
 * batch is the median of several. Where times were refined by a counter, or batches differed in size, it does not, and the
 * counts are not known.
 */
export function fromRate({
  exitsPerSecond,
  iterationsPerBatch,
  samples,
}: Measurement): Record<string, number> | null {
  const times = samples.flatMap(({ nsPerIteration }) => nsPerIteration);
  if (!exitsPerSecond || iterationsPerBatch === null || times.length === 0) return null;
  const known = times.filter((ns) => ns !== null);
  if (known.length < times.length) return null;
  const iterations = iterationsPerBatch * times.length;
  const seconds = (known.reduce((sum, ns) => sum + ns, 0) * iterationsPerBatch) / 1e9;
  const counts = Object.entries(exitsPerSecond).map(([reason, rate]) => [reason, rate * seconds] as const);
  const isExact = counts.every(
    ([, count]) => Math.abs(2 * count - Math.round(2 * count)) <= EXACT * Math.max(1, Math.abs(count)),
  );
  if (!isExact) return null;
  return Object.fromEntries(
    counts.map(([reason, count]) => [reason, Math.round(2 * count) / 2 / iterations] as const),
  );
}
