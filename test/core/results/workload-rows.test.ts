import { describe, expect, it } from 'vitest';
import { compare } from '../../../core/judge/compare/compare.ts';
import { baselineOf } from '../../../core/judge/gate/baseline.ts';
import { entryOf } from '../../../core/judge/history/entry.ts';
import { keyOfRow, rowSchema } from '../../../core/model/row.ts';
import { assemble } from '../../../core/results/assemble.ts';
import { parseResult } from '../../../core/results/read-result.ts';
import type { Measurement, Result } from '../../../core/results/schema.ts';
import { rowsBesideWorkloads, workloadRows } from '../../../core/results/workload-rows.ts';
import { suites } from '../../../suites/index.ts';
import { operationRows } from '../../../suites/privileged/rows.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fixtureResult } from '../../reports/fixture.ts';
import { end, header, launch, sample } from './example.ts';

const MADE = fixtureResult({ operations: true });
/** Of workloads and single operations, as it was written before rows had workloads. */
const FILE: Result = { ...MADE, rows: operationRows(MADE) };
const RESULT = parseResult(FILE, suites);

/** The row of a measurement, which it has to have. */
function rowOf({ suite, workload, isa, hypervisor }: Measurement, { rows }: Pick<Result, 'rows'> = RESULT) {
  const target = { hypervisor, isa, machineType: null };
  const key = keyOfRow({ suite, target, dimensions: { workload } });
  const [row, ...others] = rows.filter((one) => keyOfRow(one) === key);
  if (!row || others.length > 0) throw new Error(`${others.length + (row ? 1 : 0)} rows of ${workload}`);
  return row;
}

describe('rows of workloads', () => {
  it('are one for each measurement, beside those of other suites, in results that had none too', () => {
    expect(FILE.rows.length).toBeGreaterThan(0);
    expect(RESULT.rows).toHaveLength(FILE.rows.length + FILE.measurements.length);
    expect(rowsBesideWorkloads(RESULT)).toEqual(FILE.rows);
    for (const row of atLeastOne(workloadRows(RESULT))) expect(rowSchema.parse(row)).toEqual(row);
  });

  it('have the figures of the measurement, native as their ratio, and no samples', () => {
    const measured = RESULT.measurements.filter(({ overhead, cpuOverhead }) => overhead && cpuOverhead);
    for (const one of atLeastOne(measured)) {
      const { metrics, identity } = rowOf(one);
      expect(metrics).toMatchObject({
        time: { unit: 'ns', better: 'lower', value: one.nsPerIteration },
        cpuTime: { unit: 'ns', better: 'lower', value: one.cpuNsPerIteration },
      });
      expect(metrics.time?.versus).toEqual([{ target: 'native', ratio: plusOne(one.overhead) }]);
      expect(metrics.cpuTime?.versus).toEqual([{ target: 'native', ratio: plusOne(one.cpuOverhead) }]);
      expect(identity).toEqual({
        technique: one.technique,
        'machine code': one.digest,
        'working set': one.argument,
      });
      expect(JSON.stringify(metrics)).not.toContain('samples');
    }
  });

  it('stand alone natively, and say why there is none', () => {
    const native = RESULT.measurements.find(({ hypervisor }) => hypervisor === 'native') as Measurement;
    expect(Object.keys(rowOf(native).metrics.time ?? {})).not.toContain('versus');
    const lost: Measurement = {
      ...native,
      ...{ status: 'failed', error: 'no answer', nsPerIteration: null, cpuNsPerIteration: null, samples: [] },
    };
    const [row] = workloadRows({ measurements: [lost] });
    expect(row).toMatchObject({ status: 'failed', error: 'no answer', metrics: {} });
  });

  it('of one launch are numbers without an interval, and none where a round has no figure', () => {
    const once = assemble([header(), sample({ round: 0 }), sample({ round: 1 }), launch(0), end()], suites);
    const [measurement] = once.measurements.filter(({ rounds }) => rounds === 2) as [Measurement];
    expect(measurement.nsPerIteration).toBeNull();
    expect(typeof rowOf(measurement, once).metrics.time?.value).toBe('number');
    const samples = [{ launch: 0, nsPerIteration: [1, null], cpuNsPerIteration: [1, 2] }];
    const [row] = workloadRows({ measurements: [{ ...measurement, cpuNsPerIteration: null, samples }] });
    expect(row?.metrics).toMatchObject({ cpuTime: { value: 1.5 } });
    expect(Object.keys(row?.metrics ?? {})).toEqual(['cpuTime']);
  });

  it('say what the measurements say, whatever a file has', () => {
    const rows = RESULT.rows.map((row) => ({ ...row, metrics: {} }));
    const read = parseResult({ ...FILE, rows }, suites);
    expect(workloadRows(RESULT)).toEqual(read.rows.slice(0, FILE.measurements.length));
    expect(parseResult(JSON.parse(JSON.stringify(RESULT)), suites)).toEqual(RESULT);
  });

  it('are not judged a second time: workloads are judged by their samples', () => {
    const own = new Set(RESULT.measurements.map(({ suite }) => suite));
    const isWorkload = ({ suite }: { suite: string }) => own.has(suite);
    const { rows, metrics, unmatchedMetrics } = compare([RESULT, RESULT], { margin: 0.01 });
    expect(rows.length).toBeGreaterThan(0);
    expect([...metrics, ...unmatchedMetrics].filter(isWorkload)).toEqual([]);
    expect(baselineOf([RESULT], new Date(0)).metrics?.filter(isWorkload)).toEqual([]);
    expect(entryOf(RESULT, { commit: null, label: null }).metrics?.filter(isWorkload)).toEqual([]);
  });
});

const plusOne = (overhead: Measurement['overhead']) =>
  overhead && { estimate: 1 + overhead.estimate, low: 1 + overhead.low, high: 1 + overhead.high };
