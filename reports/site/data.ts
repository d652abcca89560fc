/** The data of a site for other programs. Texts of results are quoted, and no cell of a CSV file is a formula. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { CsvCell } from '../../core/model/section.ts';
import { csvBytes } from '../csv-table.ts';
import { resultFile } from './names.ts';
import type { Digest, Summary } from './summary.ts';

const ENDS = ['overhead', 'cpu_overhead', 'ns_per_iteration'].flatMap((name) => [
  name,
  `${name}_low`,
  `${name}_high`,
]);
const OF_RESULT = ['result', 'started_at', 'host_class'];
const WORKLOAD_COLUMNS = [
  ...OF_RESULT,
  'suite',
  'workload',
  'isa',
  'hypervisor',
  'code',
  'argument',
  ...ENDS,
  'elsewhere',
];
const MEAN_COLUMNS = [
  ...OF_RESULT,
  'suite',
  'isa',
  'hypervisor',
  'workloads',
  'code',
  ...ENDS.slice(0, 6),
  'elsewhere',
];

const ofResult = ({ id, startedAt, host }: Summary): CsvCell[] => [id, startedAt, host.classId];

/** Lines without a head. */
const lines = (rows: readonly (readonly CsvCell[])[]): Buffer =>
  csvBytes({ columns: [], rows: () => rows }).subarray(1);

/** A row for each workload, written result by result: all of them may be more than fits into memory. */
export function writeWorkloads(path: string, digests: Iterable<Digest>): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, `${WORKLOAD_COLUMNS.join(',')}\n`);
    for (const { summary, rows } of digests) {
      const places = new Map(summary.hypervisors.map(({ id, elsewhere }) => [id, elsewhere?.words]));
      writeAll(file, lines(rows.map((row) => [...ofResult(summary), ...row, places.get(row[3])])));
    }
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** A row for each suite's mean. */
export function meansCsv(summaries: readonly Summary[]): Buffer {
  const rows = summaries.flatMap((summary) =>
    summary.means.map(({ suite, isa, hypervisor, workloads, code, overhead, cpuOverhead, elsewhere }) => [
      ...ofResult(summary),
      ...[suite, isa, hypervisor, workloads, code],
      ...[overhead.estimate, overhead.low, overhead.high],
      ...[cpuOverhead?.estimate, cpuOverhead?.low, cpuOverhead?.high],
      elsewhere?.words,
    ]),
  );
  return csvBytes({ columns: MEAN_COLUMNS, rows: () => rows });
}

/** The summaries, which have hosts, hypervisors, means and verdicts; a line each, so that the text is made in pieces. */
export function writeSummaries(path: string, summaries: readonly Summary[]): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, '{"schema":"hvbench/site-data@1","results":[\n');
    summaries.forEach((summary, index) => {
      const line = JSON.stringify({ ...summary, file: resultFile(summary.id) });
      writeAll(file, Buffer.from(`${line}${index < summaries.length - 1 ? ',' : ''}\n`));
    });
    writeSync(file, ']}\n');
  } finally {
    closeSync(file);
  }
}
