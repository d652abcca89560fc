/** Made-up gates with metrics: nothing in them was ever measured. */
import type { Gate, GateMetric, GateMetricAbsence, GateVerdict } from '../../../core/judge/gate/gate.ts';
import type { Interval } from '../../../core/results/schema.ts';
import { HOSTILE } from '../fixture.ts';
import { failed } from './example.ts';

const around = (estimate: number, half: number): Interval => ({
  ...{ estimate, low: estimate - half, high: estimate + half },
});

export const TARGET = { hypervisor: 'kvm', isa: 'x86_64', machineType: null } as const;

/** A warm start that went from 100 to 150 ms. */
export function gateMetric(rest: Partial<GateMetric> = {}): GateMetric {
  return {
    ...{ suite: 'boot', target: TARGET, dimensions: { role: 'bare', cache: 'warm' } },
    ...{ metric: 'ready', title: 'ready', better: 'lower', basis: 'absolute', unit: 'ns', by: 'launches' },
    ...{ before: around(1e8, 1e6), after: around(1.5e8, 2e6), change: around(0.5, 0.02) },
    corrected: around(0.5, 0.06),
    minimumEffect: { fraction: 0.05, source: 'metric' },
    effectReason: 'the scheduler moves a start by as much',
    launches: { before: 9, now: 5 },
    ...{ verdict: 'regressed', reason: 'the whole interval lies above' },
    ...rest,
  };
}

const KNEE = gateMetric({
  ...{ suite: 'consolidation', dimensions: { demand: 'set' }, metric: 'knee', title: 'knee', by: 'runs' },
  ...{ better: 'higher', unit: 'count', before: around(16, 1), after: 6, change: around(-0.62, 0.1) },
  ...{ minimumEffect: { fraction: 0, source: 'default' }, effectReason: null },
  ...{ launches: { before: 3, now: 1 }, reason: 'the whole interval lies below' },
});

const CPUID = gateMetric({
  ...{
    suite: 'privileged',
    dimensions: { operation: 'cpuid' },
    metric: 'time',
    title: 'time',
    basis: 'native',
  },
  ...{ unit: 'ratio', before: around(20, 0.1), after: around(14, 0.1), change: around(-0.3, 0.01) },
  ...{ verdict: 'improved', reason: 'the whole interval lies below' },
});

const MEMORY = gateMetric({
  target: { ...TARGET, hypervisor: 'qemu-tcg', machineType: 'pc' },
  ...{ metric: 'memory', title: 'memory when ready', unit: 'bytes', before: around(2 ** 25, 2 ** 20) },
  ...{ after: around(2 ** 25, 2 ** 20), change: around(0, 0.06), verdict: 'undecided' },
  reason: 'the interval is too wide to tell',
});

const SAME = gateMetric({
  ...{ dimensions: { role: 'bare', cache: 'cold' }, after: around(1e8, 1e6), change: around(0, 0.01) },
  ...{ verdict: 'same', reason: 'the whole interval lies within' },
});

function absence(machines: number, rest: Partial<GateMetricAbsence> = {}): GateMetricAbsence {
  return {
    ...{ suite: 'density', target: TARGET, dimensions: { machines }, metric: 'memory', side: 'baseline' },
    ...{ wholeSuite: false, reason: 'a number without an interval' },
    ...rest,
  };
}

const ABSENT = [
  ...[1, 2, 4, 8, 16].map((machines) => absence(machines)),
  ...[1, 2].map((machines) =>
    absence(machines, {
      ...{ suite: 'samovar', metric: null, side: 'now', wholeSuite: true },
      reason: 'the baseline has nothing of the suite samovar; --update adds it',
    }),
  ),
  absence(3, { metric: null, reason: 'failed: it fell' }),
];

/** Two of five metrics are worse, one is better; workloads failed besides. */
export const both: Gate = {
  ...failed,
  metricConfidence: 1 - 0.05 / 5,
  metrics: [gateMetric(), KNEE, CPUID, MEMORY, SAME],
  absentMetrics: ABSENT,
};

/** The same without workloads, which none was measured of. */
export const alone: Gate = { ...both, rows: [], absent: [] };

/** `length` metrics of one verdict, each under another name. */
export function manyMetrics(verdict: GateVerdict, length: number): Gate {
  const metrics = Array.from({ length }, (_, index) =>
    gateMetric({ verdict, dimensions: { role: `r${index}` } }),
  );
  return { ...alone, passed: verdict !== 'regressed', metrics, absentMetrics: [] };
}

/** Names and reasons would all like to be more than text. */
export const hostileMetrics: Gate = {
  ...both,
  strict: true,
  metrics: both.metrics.flatMap((metric) =>
    Object.values(HOSTILE).map((text) => ({
      ...metric,
      ...{ suite: text, metric: text, title: text, dimensions: { [text]: text }, reason: text },
      effectReason: text,
      target: { ...metric.target, hypervisor: text, machineType: text },
    })),
  ),
  absentMetrics: Object.values(HOSTILE).map((text) =>
    absence(1, { suite: text, metric: text, dimensions: { [text]: text }, reason: text }),
  ),
};
