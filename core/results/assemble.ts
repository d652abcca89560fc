/** From a journal's entries to a result; the claims are judged afterwards, from the result. */
import { groupBy } from '../group-by.ts';
import { isReference, REFERENCE } from '../model/role.ts';
import {
  createRandom,
  deriveSeed,
  type LaunchValues,
  meanOfRows,
  median,
  toOverhead,
  toRatio,
} from '../stats/index.ts';
import { MOST_FAILURES, MOST_LAUNCHES } from './bounds.ts';
import { exitsPerIteration, exitsPerSecond } from './exits.ts';
import { footingOf } from './footing.ts';
import type { JournalEntry, JournalHeader, JournalRow } from './journal.ts';
import { assembleOperations } from './operations.ts';
import { type Clock, countedRounds, type RowSamples, ratiosOf, rowKey, SampleTable } from './rows.ts';
import {
  type Failure,
  type Interval,
  intervalSchema,
  type LaunchRecord,
  type LaunchSamples,
  type Measurement,
  RESULT_SCHEMA,
  type Result,
  type SuiteSummary,
} from './schema.ts';
import { NEVER_MEASURED } from './state.ts';
import type { KeptSuite } from './suite-records.ts';
import { rowsOf } from './suite-rows.ts';

type Of<T extends JournalEntry['type']> = Extract<JournalEntry, { type: T }>;

/** Without a header nothing is known of what was to be measured. */
export class NoHeaderError extends Error {
  override name = 'NoHeaderError';
}

/** A journal with more entries of a type than any run writes: a hundred times as many, or more. */
export class TooManyError extends Error {
  override name = 'TooManyError';
}

/** A suite that no part of this installation is. */
export class UnknownSuiteError extends Error {
  override name = 'UnknownSuiteError';
}

const MOST: Partial<Record<JournalEntry['type'], number>> = {
  header: 1000,
  evidence: 10_000,
  launch: MOST_LAUNCHES,
  failure: MOST_FAILURES,
  operation: MOST_LAUNCHES,
  'no-operation': MOST_LAUNCHES,
};

/**
 * Goes through the entries once. Throws NoHeaderError where there is no header among them, TooManyError, and
 * UnknownSuiteError where a suite wrote some that is none of these.
 */
export function assemble(journal: Iterable<JournalEntry>, suites: readonly KeptSuite[]): Result {
  const table = new SampleTable();
  const entries: Exclude<JournalEntry, Of<'sample'>>[] = [];
  const counts = new Map<string, number>();
  let last: JournalEntry | null = null;
  for (const entry of journal) {
    last = entry;
    if (entry.type === 'sample') {
      table.add(entry);
      continue;
    }
    const [type, most] = entry.type === 'suite' ? boundOf(entry, suites) : [entry.type, MOST[entry.type]];
    const count = (counts.get(type) ?? 0) + 1;
    if (most !== undefined && count > most)
      throw new TooManyError(`more than ${most} entries are of type ${type}`);
    counts.set(type, count);
    entries.push(entry);
  }
  const of = <T extends (typeof entries)[number]['type']>(type: T) =>
    entries.filter((entry): entry is Extract<typeof entry, { type: T }> => entry.type === type);
  const [header] = of('header');
  if (!header) throw new NoHeaderError('the journal has no header');
  const failures = of('failure');
  const firstFailures = indexFailures(failures);
  const ratios = ratiosOf(table);
  // A run that was resumed and then killed has an end in its middle: that one tells nothing.
  const end = last?.type === 'end' ? last : null;
  const evidence = of('evidence');
  const { tool, host, startedAt, seed, profile, plan, config } = header;
  const result: Result = {
    schema: RESULT_SCHEMA,
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
      footing: footingOf(hypervisor.computer ?? host),
      evidence: evidence
        .filter((entry) => entry.hypervisor === hypervisor.id)
        .flatMap(({ isa, evidence }) => evidence.map((line) => `${isa}: ${line}`)),
    })),
    measurements: header.rows.map((row) => measure(header, row, { table, ratios, failures: firstFailures })),
    suites: summarize(header, ratios),
    operations: assembleOperations(header, entries),
    rows: [],
    details: detailsOf(header, of('suite'), failures, suites),
    launches: of('launch').map(({ type, ...launch }): LaunchRecord => launch),
    failures: failures.map(({ type, suite, platform, ...failure }): Failure => failure),
    claims: [],
  };
  return { ...result, rows: rowsOf(result, suites) };
}

/** What an entry of a suite is called in errors, and how many of it there may be. */
function boundOf({ suite, entry }: Of<'suite'>, suites: readonly KeptSuite[]): [string, number | undefined] {
  const method = suites.find(({ name }) => name === suite)?.method;
  if (!method) throw new UnknownSuiteError(`it has entries of the suite ${suite}`);
  return [entry.type, method.entries[entry.type]?.most];
}

/** What suites with a method of their own make of their entries; nothing of those that wrote none. */
function detailsOf(
  { seed, plan, hypervisors }: JournalHeader,
  entries: readonly Of<'suite'>[],
  failures: readonly Of<'failure'>[],
  suites: readonly KeptSuite[],
): Result['details'] {
  const bySuite = groupBy(entries, ({ suite }) => suite);
  const details: Result['details'] = {};
  for (const { name, method } of suites) {
    const own = bySuite.get(name)?.map(({ entry }) => entry);
    if (!method || !own) continue;
    const run = { seed, plan, hypervisors, failures: failures.filter(({ suite }) => suite === name) };
    details[name] = method.summarize(own, run) as Result['details'][string];
  }
  return details;
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

/** None if an end is too far out to be written as a number: two launches that differ by hundreds of magnitudes. */
function finite(interval: Interval | null): Interval | null {
  return intervalSchema.safeParse(interval).data ?? null;
}

function measure(
  header: JournalHeader,
  row: JournalRow,
  { table, ratios, failures }: { table: SampleTable; ratios: Ratios; failures: FirstFailures },
): Measurement {
  const own = table.row(row);
  const hypervisor = header.hypervisors.find(({ id }) => id === row.hypervisor);
  if (!hypervisor) throw new Error(`the journal's header does not describe ${row.hypervisor}`);
  const time = (clock: Clock) => {
    const logs = interval(header, [table.logTimes(row, clock)], `${clock} ${rowKey(row)}`);
    return finite(logs && toRatio(logs));
  };
  const overhead = (clock: Clock) => {
    if (isReference(row.hypervisor)) return null;
    const logs = interval(header, [ratios(row, clock)], `${clock} ratio ${rowKey(row)}`);
    return finite(logs && toOverhead(logs));
  };
  const rounds = [...own.values()].map(countedRounds).filter((launch) => launch.length > 0);
  const without = (clock: Clock) =>
    rounds.flat().filter((sample) => table.perIteration(sample, clock) === null).length;
  const { unavailable, platform, ...description } = row;
  const counts = exitsPerIteration(rounds.flat());
  return {
    ...description,
    mode: hypervisor.mode,
    technique: hypervisor.technique,
    ...stateOf(row, rounds.length > 0, failures),
    launches: rounds.length,
    rounds: rounds.flat().length,
    roundsWithoutFigure: { wall: without('wall'), cpu: without('cpu') },
    iterationsPerBatch: rounds.flat().at(-1)?.iterations ?? null,
    nsPerIteration: time('wall'),
    cpuNsPerIteration: time('cpu'),
    overhead: overhead('wall'),
    cpuOverhead: overhead('cpu'),
    cold: coldCost(own, table),
    exitsPerSecond: exitsPerSecond(rounds.flat()),
    ...(counts && { exitsPerIteration: counts }),
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

/** By what failed, the first failure and its place among all. */
type FirstFailures = ReadonlyMap<string, { readonly place: number; readonly error: string }>;

/** Of a machine that could not even start. */
const startKey = ({ isa, hypervisor, platform }: Pick<JournalRow, 'isa' | 'hypervisor' | 'platform'>) =>
  `start ${platform} ${isa} ${hypervisor}`;

function indexFailures(failures: readonly Of<'failure'>[]): FirstFailures {
  const first = new Map<string, { place: number; error: string }>();
  for (const [place, failure] of failures.entries()) {
    const { workload, suite, error } = failure;
    if (workload !== null && suite === null) continue;
    const key = workload === null ? startKey(failure) : rowKey({ ...failure, suite: suite ?? '', workload });
    if (!first.has(key)) first.set(key, { place, error });
  }
  return first;
}

function stateOf(
  row: JournalRow,
  measured: boolean,
  failures: FirstFailures,
): Pick<Measurement, 'status' | 'error'> {
  if (row.unavailable) return { status: 'unavailable', error: row.unavailable };
  const own = failures.get(rowKey(row));
  // A machine that could not even start failed for every workload that it never ran.
  const start = measured ? undefined : failures.get(startKey(row));
  const failure = own && start ? (own.place < start.place ? own : start) : (own ?? start);
  if (failure) return { status: 'failed', error: failure.error };
  const native = failures.get(rowKey({ ...row, hypervisor: REFERENCE }));
  if (native && !measured) return { status: 'unavailable', error: `native failed: ${native.error}` };
  return measured ? { status: 'ok' } : { status: 'unavailable', error: NEVER_MEASURED };
}

/** Medians over launches: the first batch, and how many times a steady one it took. */
function coldCost(row: RowSamples, table: SampleTable): Measurement['cold'] {
  const costs = [...row.values()].flatMap((samples) => {
    const cold = samples.find(({ phase }) => phase === 'cold');
    const steady = countedRounds(samples).flatMap((sample) => table.perIteration(sample, 'wall') ?? []);
    const ns = cold && table.perIteration(cold, 'wall');
    return ns && steady.length > 0 ? [{ ns, factor: ns / median(steady) }] : [];
  });
  if (costs.length === 0) return null;
  return {
    nsPerIteration: median(costs.map(({ ns }) => ns)),
    factor: median(costs.map(({ factor }) => factor)),
  };
}

/** Geometric means over each suite's workloads. */
function summarize(header: JournalHeader, ratios: Ratios): SuiteSummary[] {
  const guests = header.rows.filter(({ hypervisor }) => !isReference(hypervisor));
  const groups = groupBy(guests, ({ suite, isa, hypervisor }) => [suite, isa, hypervisor].join(' '));
  return [...groups].map(([key, rows]) => {
    const { suite, isa, hypervisor } = rows[0] as JournalRow;
    // A row with one launch has no interval, and would leave the whole suite without one.
    const measured = (clock: Clock) =>
      rows.map((row) => ratios(row, clock)).filter((launches) => launches.length >= 2);
    const overhead = (clock: Clock) => {
      const logs = interval(header, measured(clock), `${clock} suite ${key}`);
      return finite(logs && toOverhead(logs));
    };
    return {
      suite,
      isa,
      hypervisor,
      overhead: overhead('wall'),
      cpuOverhead: overhead('cpu'),
      workloads: measured('wall').length,
      ...(measured('cpu').length !== measured('wall').length && { cpuWorkloads: measured('cpu').length }),
    };
  });
}
