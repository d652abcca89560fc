/** What starting machines took, as rows: one for each machine, role and state of the page cache. */
import type { Metric, Row } from '../../core/model/row.ts';
import type { Interval, Result } from '../../core/results/schema.ts';
import { techniqueOf } from '../../core/results/technique.ts';
import { median } from '../../core/stats/index.ts';
import type { BootResult } from './schema.ts';

const NS_PER_MS = 1e6;

type Sample = BootResult['samples'][number];

const TIME = {
  fraction: 0.05,
  reason: 'the scheduler and the caches of the host move a start by as much',
};
const MEMORY = {
  fraction: 0.02,
  reason: 'who else maps the same pages moves what each is said to hold',
};

interface Figure {
  readonly title: string;
  readonly unit: 'ns' | 'bytes';
  readonly minimumEffect: Metric['minimumEffect'];
  /** From the unit of the samples to that of the metric. */
  readonly scale: number;
  readonly of: (sample: Sample) => number | null;
  readonly interval: (boot: BootResult) => Interval | null;
}

const milestone = (name: keyof Sample['milestonesMs'], title: string): Figure => ({
  ...{ title, unit: 'ns', minimumEffect: TIME, scale: NS_PER_MS },
  of: ({ milestonesMs }) => milestonesMs[name],
  interval: ({ milestonesMs }) => milestonesMs[name],
});

/** The last milestones are those that people wait for; those before them explain. */
const FIGURES: Readonly<Record<string, Figure>> = {
  ready: milestone('ready', 'ready'),
  userSpace: milestone('userSpace', 'user space'),
  kernel: milestone('kernel', 'kernel'),
  cpuTime: {
    ...{ title: 'CPU time until ready', unit: 'ns', minimumEffect: TIME, scale: NS_PER_MS },
    of: ({ cpuMs }) => cpuMs,
    interval: ({ cpuMs }) => cpuMs,
  },
  memory: {
    ...{ title: 'memory when ready', unit: 'bytes', minimumEffect: MEMORY, scale: 1 },
    of: ({ proportionalBytes }) => proportionalBytes,
    interval: () => null,
  },
};

/** Null if no launch saw it. */
function metricOf(boot: BootResult, figure: Figure): Metric | null {
  const { title, unit, minimumEffect, scale, of } = figure;
  const samples = boot.samples.flatMap((sample) => {
    const value = of(sample);
    return value === null ? [] : [{ launch: sample.launch, values: [value * scale] }];
  });
  if (samples.length === 0) return null;
  const interval = figure.interval(boot);
  const value = interval
    ? {
        estimate: interval.estimate * scale,
        low: interval.low * scale,
        high: interval.high * scale,
      }
    : median(samples.flatMap(({ values }) => values));
  return { title, unit, better: 'lower', value, minimumEffect, samples };
}

/** Absolute figures: to start a process is other work than to start a machine, so none stands against native. */
export function bootRows(boots: readonly BootResult[], result: Pick<Result, 'hypervisors'>): Row[] {
  return boots.map((boot): Row => {
    const { hypervisor, machineType, isa, role, cache, status, error, imageBytes, kernelBytes } = boot;
    const metrics = Object.entries(FIGURES).flatMap(([name, figure]) => {
      const metric = metricOf(boot, figure);
      return metric ? [[name, metric] as const] : [];
    });
    return {
      suite: 'boot',
      target: { hypervisor, isa, machineType },
      dimensions: { role, cache },
      status,
      ...(error !== undefined && { error }),
      identity: {
        technique: techniqueOf(result, hypervisor),
        'size of the image': imageBytes,
        'size of the kernel': kernelBytes,
      },
      metrics: Object.fromEntries(metrics),
    };
  });
}
