/** From a journal's entries to a result; the claims are judged afterwards, from the result. */
import { groupBy } from '../group-by.ts';
import {
  createRandom,
  deriveSeed,
  type LaunchValues,
  meanOfRows,
  median,
  toOverhead,
  toRatio,
} from '../stats/index.ts';
import { assembleBoots } from './boot.ts';
import { assembleConsolidation } from './consolidation.ts';
import { assembleDensity } from './density.ts';
import { exitsPerSecond } from './exits.ts';
import type { JournalEntry, JournalHeader, JournalRow } from './journal.ts';
import { assembleOperations } from './operations.ts';
import { type Clock, countedRounds, type RowSamples, ratiosOf, rowKey, SampleTable } from './rows.ts';
import type {
  Failure,
  Interval,
  LaunchRecord,
  LaunchSamples,
  Measurement,
  Result,
  SuiteSummary,
} from './schema.ts';

type Of<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

/** Without a header nothing is known of what was to be measured. */
export class NoHeaderError extends Error {
  override name = 'NoHeaderError';
}

/** Goes through the entries once. Throws NoHeaderError where there is no header among them. */
export function assemble(journal: Iterable<JournalEntry>): Result {
  const table = new SampleTable();
  const entries: Exclude<JournalEntry, Of<'sample'>>[] = [];
  let last: JournalEntry | null = null;
  for (const entry of journal) {
    last = entry;
    if (entry.type === 'sample') table.add(entry);
    else entries.push(entry);
  }
  const of = <T extends (typeof entries)[number]['type']>(type: T) =>
    entries.filter((entry): entry is Extract<typeof entry, { type: T }> => entry.type === type);
  const [header] = of('header');
  if (!header) throw new NoHeaderError('the journal has no header');
  const failures = of('failure');
  const ratios = ratiosOf(table);
  // A run that was resumed and then killed has an end in its middle: that one tells nothing.
  const end = last?.type === 'end' ? last : null;
  const inside = of('inside');
  const { tool, host, startedAt, seed, profile, plan, config } = header;
  return {
    schema: 'hvbench/result@1',
    tool,
    host,
    startedAt,
    seed,
    profile,
    config,
    plan,
    stopped: end
      ? { reason: end.reason, elapsedSeconds: end.elapsedSeconds }
      : { reason: 'recovered', elapsedSeconds: 0 },
    hypervisors: header.hypervisors.map((hypervisor) => ({
      ...hypervisor,
      inside: inside
        .filter((entry) => entry.hypervisor === hypervisor.id)
        .flatMap(({ isa, evidence }) => evidence.map((line) => `${isa}: ${line}`)),
    })),
    measurements: header.rows.map((row) => measure(header, row, { table, ratios, failures })),
    suites: summarize(header, ratios),
    operations: assembleOperations(header, entries),
    boots: assembleBoots(header, entries),
    consolidation: assembleConsolidation(entries),
    density: assembleDensity(entries),
    launches: of('launch').map(({ type, ...launch }): LaunchRecord => launch),
    failures: failures.map(({ type, suite, platform, ...failure }): Failure => failure),
    claims: [],
  };
}

type Ratios = ReturnType<typeof ratiosOf>;

function interval(
  header: JournalHeader,
  rows: readonly (readonly LaunchValues[])[],
  label: string,
): Interval | null {
  const random = createRandom(deriveSeed(header.seed, 'bootstrap', label));
  return meanOfRows(rows, { resamples: header.plan.resamples, random });
}

function measure(
  header: JournalHeader,
  row: JournalRow,
  { table, ratios, failures }: { table: SampleTable; ratios: Ratios; failures: readonly Of<'failure'>[] },
): Measurement {
  const own = table.row(row);
  const hypervisor = header.hypervisors.find(({ id }) => id === row.hypervisor);
  if (!hypervisor) throw new Error(`the journal's header does not describe ${row.hypervisor}`);
  const time = (clock: Clock) => {
    const logs = interval(header, [table.logTimes(row, clock)], `${clock} ${rowKey(row)}`);
    return logs && toRatio(logs);
  };
  const overhead = (clock: Clock) => {
    if (row.hypervisor === 'native') return null;
    const logs = interval(header, [ratios(row, clock)], `${clock} ratio ${rowKey(row)}`);
    return logs && toOverhead(logs);
  };
  const rounds = [...own.values()].map(countedRounds).filter((launch) => launch.length > 0);
  const { unavailable, platform, ...description } = row;
  return {
    ...description,
    mode: hypervisor.mode,
    technique: hypervisor.technique,
    ...stateOf(row, rounds.length > 0, failures),
    launches: rounds.length,
    rounds: rounds.flat().length,
    iterationsPerBatch: rounds.flat().at(-1)?.iterations ?? null,
    nsPerIteration: time('wall'),
    cpuNsPerIteration: time('cpu'),
    overhead: overhead('wall'),
    cpuOverhead: overhead('cpu'),
    cold: coldCost(own, table),
    exitsPerSecond: exitsPerSecond(rounds.flat()),
    samples: [...own].map(([launch, samples]): LaunchSamples => {
      const counted = countedRounds(samples);
      return {
        launch,
        nsPerIteration: counted.map((sample) => table.perIteration(sample, 'wall')),
        cpuNsPerIteration: counted.map((sample) => table.perIteration(sample, 'cpu')),
      };
    }),
  };
}

function stateOf(
  row: JournalRow,
  measured: boolean,
  failures: readonly Of<'failure'>[],
): Pick<Measurement, 'status' | 'error'> {
  if (row.unavailable) return { status: 'unavailable', error: row.unavailable };
  const failure = failures.find(
    (f) =>
      f.isa === row.isa &&
      f.hypervisor === row.hypervisor &&
      // A machine that could not even start failed for every workload that it never ran.
      (f.workload === null
        ? f.platform === row.platform && !measured
        : f.workload === row.workload && f.suite === row.suite),
  );
  if (failure) return { status: 'failed', error: failure.error };
  const native = failures.find(
    (f) =>
      f.isa === row.isa && f.hypervisor === 'native' && f.workload === row.workload && f.suite === row.suite,
  );
  if (native && !measured) return { status: 'unavailable', error: `native failed: ${native.error}` };
  return measured
    ? { status: 'ok' }
    : { status: 'unavailable', error: 'the run ended before it was measured' };
}

/** Medians over launches: the first batch, and how many times a steady one it took. */
function coldCost(row: RowSamples, table: SampleTable): Measurement['cold'] {
  const costs = [...row.values()].flatMap((samples) => {
    const cold = samples.find(({ phase }) => phase === 'cold');
    const steady = countedRounds(samples).map((sample) => table.perIteration(sample, 'wall'));
    if (!cold || steady.length === 0) return [];
    const ns = table.perIteration(cold, 'wall');
    return [{ ns, factor: ns / median(steady) }];
  });
  if (costs.length === 0) return null;
  return {
    nsPerIteration: median(costs.map(({ ns }) => ns)),
    factor: median(costs.map(({ factor }) => factor)),
  };
}

/** Geometric means over each suite's workloads. */
function summarize(header: JournalHeader, ratios: Ratios): SuiteSummary[] {
  const guests = header.rows.filter(({ hypervisor }) => hypervisor !== 'native');
  const groups = groupBy(guests, ({ suite, isa, hypervisor }) => [suite, isa, hypervisor].join(' '));
  return [...groups].map(([key, rows]) => {
    const { suite, isa, hypervisor } = rows[0] as JournalRow;
    // A row with one launch has no interval, and would leave the whole suite without one.
    const measured = (clock: Clock) =>
      rows.map((row) => ratios(row, clock)).filter((launches) => launches.length >= 2);
    const overhead = (clock: Clock) => {
      const logs = interval(header, measured(clock), `${clock} suite ${key}`);
      return logs && toOverhead(logs);
    };
    return {
      suite,
      isa,
      hypervisor,
      overhead: overhead('wall'),
      cpuOverhead: overhead('cpu'),
      workloads: measured('wall').length,
    };
  });
}
