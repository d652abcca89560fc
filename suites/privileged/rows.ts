/** What single operations cost, as rows: one for each operation and machine. */
import { REFERENCE } from '../../core/model/role.ts';
import type { Metric, Row } from '../../core/model/row.ts';
import type { OperationResult, Result } from '../../core/results/schema.ts';
import {
  createRandom,
  deriveSeed,
  hodgesLehmann,
  type LaunchValues,
  launchInterval,
  median,
  toRatio,
} from '../../core/stats/index.ts';

const MINIMUM_EFFECT = {
  fraction: 0.05,
  reason: 'where its code and data happen to lie moves a single operation by as much',
};

/** Times of the batches by launch, ns; null if a batch took no more than an empty one, since the others would say too much. */
function timesOf({ samples }: OperationResult): LaunchValues[] | null {
  const launches = samples.flatMap(({ launch, nsPerOperation }) => {
    const values = nsPerOperation.filter((ns) => ns !== null);
    return values.length === nsPerOperation.length && values.length > 0 ? [{ launch, values }] : [];
  });
  return launches.length === samples.length && launches.length > 0 ? launches : null;
}

/** Where a launch lies: batches of two machines are not measured in turns, so that only launches can be paired. */
const locationOf = ({ values }: LaunchValues) => hodgesLehmann(values.map(Math.log));

/** Against native's times of the same launches; null without a launch in common. */
function versusOf(
  row: OperationResult,
  times: readonly LaunchValues[],
  native: readonly LaunchValues[],
  { seed, plan }: Result,
): NonNullable<Metric['versus']>[number] | null {
  const reference = new Map(native.map((launch) => [launch.launch, launch]));
  const logs = times.flatMap((launch) => {
    const other = reference.get(launch.launch);
    return other ? [{ launch: launch.launch, log: locationOf(launch) - locationOf(other) }] : [];
  });
  if (logs.length === 0) return null;
  const label = [row.isa, row.suite, row.operation, row.hypervisor].join(' ');
  const random = createRandom(deriveSeed(seed, 'versus', label));
  const interval = launchInterval(
    logs.map(({ log }) => [log]),
    { resamples: plan.resamples, random },
  );
  return {
    target: REFERENCE,
    ratio: interval ? toRatio(interval) : Math.exp(median(logs.map(({ log }) => log))),
    samples: logs.map(({ launch, log }) => ({ launch, values: [Math.exp(log)] })),
  };
}

/**
 * Stands against native if native did the very same, not a counterpart. Native's own figures, and those of what a process
 * cannot do, are absolute.
 */
export function operationRows(result: Result): Row[] {
  const keyOf = ({ suite, operation, isa }: OperationResult) => `${isa} ${suite} ${operation}`;
  const natives = new Map(
    result.operations
      .filter(
        ({ hypervisor, status, counterpart }) => hypervisor === REFERENCE && status === 'ok' && !counterpart,
      )
      .map((row) => [keyOf(row), timesOf(row)]),
  );
  return result.operations.map((row): Row => {
    const { suite, operation, isa, hypervisor, technique, status, error, digest, counterpart } = row;
    const times = timesOf(row);
    const native = hypervisor === REFERENCE ? null : natives.get(keyOf(row));
    const versus = times && native ? versusOf(row, times, native, result) : null;
    return {
      suite,
      target: { hypervisor, isa, machineType: null },
      dimensions: { operation },
      status,
      ...(error !== undefined && { error }),
      identity: { technique, 'machine code': digest, 'what native does instead': counterpart },
      metrics: times
        ? {
            time: {
              ...{ title: 'time', unit: 'ns', better: 'lower', minimumEffect: MINIMUM_EFFECT },
              value: row.nsPerOperation ?? median(times.flatMap(({ values }) => [...values])),
              samples: times.map(({ launch, values }) => ({ launch, values: [...values] })),
              ...(versus && { versus: [versus] }),
            },
          }
        : {},
    };
  });
}
