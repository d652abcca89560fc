/** From a journal's entries to what single operations cost. */
import { groupBy } from '../group-by.ts';
import { isReference } from '../model/role.ts';
import { createRandom, deriveSeed, type LaunchValues, meanOfRows, median, toRatio } from '../stats/index.ts';
import { exitsPerOperation } from './exits.ts';
import type { JournalEntry, JournalHeader, JournalOperation, OperationSample } from './journal.ts';
import type { Interval, OperationResult } from './schema.ts';
import { NEVER_MEASURED } from './state.ts';

const keyOf = ({
  isa,
  hypervisor,
  suite,
  operation,
}: Pick<JournalOperation, 'isa' | 'hypervisor' | 'suite' | 'operation'>) =>
  `${isa} ${hypervisor} ${suite} ${operation}`;

/** One row for each operation, ISA and hypervisor that the header names. */
export function assembleOperations(
  header: JournalHeader,
  entries: readonly JournalEntry[],
): OperationResult[] {
  const samples = entries.filter((entry) => entry.type === 'operation');
  const samplesOf = groupBy(samples, keyOf);
  const missing = groupBy(
    entries.filter((entry) => entry.type === 'no-operation'),
    keyOf,
  );
  const unstartedOf = groupBy(
    entries.filter((entry) => entry.type === 'failure').filter(({ workload }) => workload === null),
    ({ isa, hypervisor }) => `${isa} ${hypervisor}`,
  );
  const rate = cyclesPerNs(samples);
  return header.operations.map((row): OperationResult => {
    const { unavailable, ...description } = row;
    const info = header.hypervisors.find(({ id }) => id === row.hypervisor);
    if (!info) throw new Error(`the journal's header does not describe ${row.hypervisor}`);
    const own = samplesOf.get(keyOf(row)) ?? [];
    const ns = intervalOf(header, row, own);
    const exits = exitsPerOperation(own);
    const failure = missing.get(keyOf(row))?.[0];
    const unstarted = unstartedOf.get(`${row.isa} ${row.hypervisor}`)?.[0];
    return {
      ...description,
      mode: info.mode,
      technique: info.technique,
      ...(unavailable !== undefined
        ? { status: 'unavailable' as const, error: unavailable }
        : failure
          ? { status: failure.status, error: failure.error }
          : own.length > 0
            ? { status: 'ok' as const }
            : unstarted
              ? { status: 'failed' as const, error: unstarted.error }
              : { status: 'unavailable' as const, error: NEVER_MEASURED }),
      launches: own.length,
      operationsPerBatch: own.at(-1)?.iterations ?? null,
      nsPerOperation: ns,
      cyclesPerOperation:
        ns && rate !== null
          ? { estimate: ns.estimate * rate, low: ns.low * rate, high: ns.high * rate }
          : null,
      ...(exits && { exitsPerOperation: exits }),
      samples: own.map((sample) => ({ launch: sample.launch, nsPerOperation: perOperation(sample) })),
    };
  });
}

/** Nanoseconds of each batch; null if it took no more than an empty one. */
function perOperation({ wallNs, emptyWallNs, iterations }: OperationSample): (number | null)[] {
  return wallNs.map((ns) => (ns > emptyWallNs ? (ns - emptyWallNs) / iterations : null));
}

function intervalOf(
  header: JournalHeader,
  row: JournalOperation,
  own: readonly OperationSample[],
): Interval | null {
  const values: LaunchValues[] = [];
  for (const sample of own) {
    const times = perOperation(sample);
    // Without the batches that came out shortest, the others would say too much.
    if (!times.every((ns) => ns !== null)) return null;
    values.push({ launch: sample.launch, values: times.map(Math.log) });
  }
  const label = [row.isa, row.suite, row.operation, row.hypervisor].join(' ');
  const random = createRandom(deriveSeed(header.seed, 'bootstrap', 'operation', label));
  const logs = meanOfRows([values], { resamples: header.plan.resamples, random });
  return logs && toRatio(logs);
}

/** The rate of native's time-stamp counter, from its own batches; null if there are none. */
function cyclesPerNs(samples: readonly OperationSample[]): number | null {
  const rates = samples
    .filter(({ hypervisor }) => isReference(hypervisor))
    .flatMap(({ wallNs, ticks }) => wallNs.map((ns, batch) => (ticks[batch] ?? 0) / ns));
  return rates.length > 0 ? median(rates) : null;
}
