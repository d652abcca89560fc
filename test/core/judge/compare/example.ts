/** Synthetic results whose ratios are known: nothing in them was ever measured. */
import type { Measurement, Result } from '../../../../core/results/schema.ts';
import { fixtureResult } from '../../../reports/fixture.ts';

type Choice = Partial<Pick<Measurement, 'suite' | 'workload' | 'isa' | 'hypervisor'>>;

function chosen(measurement: Measurement, choice: Choice): boolean {
  return Object.entries(choice).every(([key, value]) => measurement[key as keyof Choice] === value);
}

/** The result with the measurements that are chosen replaced, or left out where `change` gives null. */
export function changed(
  result: Result,
  choice: Choice,
  change: (measurement: Measurement) => Measurement | null,
): Result {
  return {
    ...result,
    measurements: result.measurements.flatMap((m) => (chosen(m, choice) ? (change(m) ?? []) : m)),
  };
}

/** Every round takes this many times as long, in every machine: a slower computer. */
export function slower(result: Result, times: number): Result {
  return changed(result, {}, (m) => ({
    ...m,
    samples: m.samples.map(({ nsPerIteration, cpuNsPerIteration, ...rest }) => ({
      ...rest,
      nsPerIteration: nsPerIteration.map((ns) => ns && ns * times),
      cpuNsPerIteration: cpuNsPerIteration.map((ns) => ns && ns * times),
    })),
  }));
}

/** The chosen guests take `ratio` times native's time in each round; launches spread by `spread` about it. */
export function withRatio(result: Result, choice: Choice, ratio: number, spread = 0.0005): Result {
  return changed(result, choice, (m) => {
    const native = result.measurements.find((other) =>
      chosen(other, { suite: m.suite, workload: m.workload, isa: m.isa, hypervisor: 'native' }),
    );
    const samples = (native?.samples ?? []).map((launch, index) => {
      const scaled = (times: readonly (number | null)[]) =>
        times.map((ns) => ns && ns * ratio * Math.exp((index - 1) * spread));
      return {
        ...launch,
        nsPerIteration: scaled(launch.nsPerIteration),
        cpuNsPerIteration: scaled(launch.cpuNsPerIteration),
      };
    });
    return { ...m, overhead: { estimate: ratio - 1, low: ratio - 1.002, high: ratio - 0.998 }, samples };
  });
}

/** Two workloads of one suite, native, control and kvm; kvm takes 1.10 times native's time. */
export function smallResult(): Result {
  const { measurements, ...rest } = fixtureResult({ hostile: false });
  const few = measurements.filter(
    ({ workload, isa }) => isa === 'x86_64' && ['integer', 'sha256'].includes(workload),
  );
  return withRatio({ ...rest, measurements: few }, { hypervisor: 'kvm' }, 1.1);
}
