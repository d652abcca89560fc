/** Rows of a suite that nobody knows: every figure is made up. */
import type { Metric, Row } from '../../../../core/model/row.ts';

/** Launches about `at` that spread by `spread`, one value each. */
export function launches(at: number, spread = 0.001, count = 4): NonNullable<Metric['samples']> {
  return Array.from({ length: count }, (_, launch) => ({
    launch,
    values: [at * Math.exp((launch - (count - 1) / 2) * spread)],
  }));
}

export const around = (estimate: number, part = 0.001) => ({
  estimate,
  low: estimate * (1 - part),
  high: estimate * (1 + part),
});

export function metric(at: number, rest: Partial<Metric> = {}): Metric {
  return {
    ...{ title: 'brewing', unit: 'ns', better: 'lower', value: around(at), samples: launches(at) },
    minimumEffect: { fraction: 0.02, reason: 'kettles differ' },
    ...rest,
  };
}

export function row(metrics: Row['metrics'], rest: Partial<Row> = {}): Row {
  return {
    suite: 'teapot',
    target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null },
    ...{ dimensions: { leaf: 'green', cups: 3 }, status: 'ok', identity: { technique: 'amd-v' }, metrics },
    ...rest,
  };
}

/** The rows in which the chosen figures are so many times as large, in every launch. */
export function scaled(
  rows: readonly Row[],
  chosen: { readonly suite: string; readonly hypervisor?: string; readonly metric: string },
  times: number,
): Row[] {
  return rows.map((one) => {
    const found = one.metrics[chosen.metric];
    const { suite, target } = one;
    if (!found || suite !== chosen.suite || target.hypervisor !== (chosen.hypervisor ?? target.hypervisor))
      return one;
    const { value, samples } = found;
    const larger: Metric = {
      ...found,
      value:
        typeof value === 'number'
          ? value * times
          : { estimate: value.estimate * times, low: value.low * times, high: value.high * times },
      ...(samples && {
        samples: samples.map(({ launch, values }) => ({ launch, values: values.map((one) => one * times) })),
      }),
    };
    return { ...one, metrics: { ...one.metrics, [chosen.metric]: larger } };
  });
}
