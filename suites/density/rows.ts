/** Many idle machines at once, as rows: how many lived, and for each number of them what one took. */
import type { Metric, Row } from '../../core/model/row.ts';
import type { Result } from '../../core/results/schema.ts';
import { techniqueOf } from '../../core/results/technique.ts';
import type { DensityResult, DensityStep } from './schema.ts';
import { holds, NOISE_BYTES } from './summarize.ts';

const NS_PER_MS = 1e6;

const effect = (fraction: number, reason: string): Metric['minimumEffect'] => ({ fraction, reason });

function stepMetrics({ machines, usedBytes, pssBytes, startMs }: DensityStep): Row['metrics'] {
  return {
    ...(usedBytes >= NOISE_BYTES && {
      memory: {
        ...{ title: 'host memory per machine', unit: 'bytes', better: 'lower' },
        value: usedBytes / machines,
        minimumEffect: effect(0.05, "the host's memory use fluctuates"),
      },
    }),
    processMemory: {
      ...{ title: 'process memory per machine', unit: 'bytes', better: 'lower' },
      value: pssBytes / machines,
      minimumEffect: effect(0.02, 'PSS moves with the number of processes that share a page'),
    },
    start: {
      ...{ title: 'start-up per machine', unit: 'ns', better: 'lower' },
      value: (startMs / machines) * NS_PER_MS,
      minimumEffect: effect(0.1, 'start-up of many machines depends on what else the host does'),
    },
  };
}

function rowsOf(result: Pick<Result, 'hypervisors'>, row: DensityResult): Row[] {
  const { suite, isa, hypervisor, status, error, terms } = row;
  const base = {
    suite,
    target: { hypervisor, isa, machineType: null },
    identity: {
      technique: techniqueOf(result, hypervisor),
      goal: terms?.goal ?? null,
      request: terms?.request.workload ?? null,
      'machine code of the request': terms?.request.digest ?? null,
    },
  };
  const held: Metric = {
    ...{ title: 'machines that lived and answered', unit: 'count', better: 'higher', value: row.held },
    minimumEffect: effect(0.05, "limits and the host's memory use fluctuate"),
  };
  return [
    {
      ...base,
      ...{ dimensions: {}, status, ...(error !== undefined && { error }) },
      metrics: terms ? { held } : {},
    },
    ...row.steps.filter(holds).map(
      (step): Row => ({
        ...base,
        ...{ dimensions: { machines: step.machines }, status: 'ok', metrics: stepMetrics(step) },
      }),
    ),
  ];
}

/** None has an interval: all machines of a number were started once. */
export function densityRows(details: readonly DensityResult[], result: Pick<Result, 'hypervisors'>): Row[] {
  return details.flatMap((row) => rowsOf(result, row));
}
