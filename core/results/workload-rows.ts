/**
 * Workloads as rows, so that one list has what every suite found. They are made from measurements, which hold the samples:
 * whatever judges workloads round by round reads those, and leaves these rows out.
 */
import { isReference, REFERENCE } from '../model/role.ts';
import { keyOfRow, type Metric, type Row } from '../model/row.ts';
import { median } from '../stats/index.ts';
import type { Interval, Measurement, Result } from './schema.ts';

/** As `compare` and `gate` have it unless told. */
const MINIMUM_EFFECT = { fraction: 0.01, reason: 'what compare and gate take for no change unless told' };

const TIMES = {
  time: {
    title: 'time of an iteration',
    ns: 'nsPerIteration',
    overhead: 'overhead',
  },
  cpuTime: {
    title: 'CPU time of an iteration',
    ns: 'cpuNsPerIteration',
    overhead: 'cpuOverhead',
  },
} as const;

/** One row for each measurement, in their order. */
export function workloadRows({ measurements }: Pick<Result, 'measurements'>): Row[] {
  return measurements.map((measurement): Row => {
    const { technique, digest, argument, status, error } = measurement;
    return {
      ...nameOf(measurement),
      status,
      ...(error !== undefined && { error }),
      identity: { technique, 'machine code': digest, 'working set': argument },
      metrics: Object.fromEntries(
        Object.entries(TIMES).flatMap(([name, time]) => {
          const metric = metricOf(measurement, time);
          return metric ? [[name, metric]] : [];
        }),
      ),
    };
  });
}

/** The rows of whatever is no workload. */
export function rowsBesideWorkloads({ rows, measurements }: Pick<Result, 'rows' | 'measurements'>): Row[] {
  const workloads = new Set(measurements.map((measurement) => keyOfRow(nameOf(measurement))));
  return rows.filter((row) => !workloads.has(keyOfRow(row)));
}

function nameOf({
  suite,
  workload,
  isa,
  hypervisor,
}: Measurement): Pick<Row, 'suite' | 'target' | 'dimensions'> {
  return { suite, target: { hypervisor, isa, machineType: null }, dimensions: { workload } };
}

/** Null if it was not measured, or a round has no figure. */
function metricOf(measurement: Measurement, time: (typeof TIMES)[keyof typeof TIMES]): Metric | null {
  const value = measurement[time.ns] ?? medianOf(measurement.samples.flatMap((one) => one[time.ns]));
  if (value === null) return null;
  const overhead = isReference(measurement.hypervisor) ? null : measurement[time.overhead];
  return {
    ...{ title: time.title, unit: 'ns', better: 'lower', value, minimumEffect: MINIMUM_EFFECT },
    ...(overhead && { versus: [{ target: REFERENCE, ratio: ratioOf(overhead) }] }),
  };
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? median(known) : null;
}

const ratioOf = ({ estimate, low, high }: Interval): Interval => ({
  estimate: 1 + estimate,
  low: 1 + low,
  high: 1 + high,
});
