/** A/As that nobody measured, whose noise is known. */
import { createRandom, deriveSeed } from '../../../../core/stats/index.ts';
import { type AbKind, type AbRun, CANDIDATE } from '../../../../core/validate/ab/pool.ts';
import { smallResult } from '../../judge/compare/example.ts';
import { normal } from '../../judge/gate/example.ts';

export const KIND: AbKind = { hypervisor: 'kvm', suite: 'cpu' };
export const WORKLOADS = ['integer', 'sha256'] as const;

/** A run of two workloads; `noise`: standard deviation between launches, by workload. */
export function madeAb(
  number: number,
  {
    launches = 10,
    noise = [0.002, 0.02],
    slowdown = 0,
  }: { launches?: number; noise?: number[]; slowdown?: number } = {},
): AbRun {
  const of = smallResult().measurements.filter(({ hypervisor }) => hypervisor === 'kvm');
  const measurements = of.flatMap((one) =>
    [KIND.hypervisor, CANDIDATE].map((id) => {
      const random = createRandom(deriveSeed(number, one.workload, id));
      const sd = (noise[WORKLOADS.indexOf(one.workload as (typeof WORKLOADS)[number])] ?? 0) / Math.SQRT2;
      const samples = Array.from({ length: launches }, (_, launch) => {
        const ns = 1000 * (id === CANDIDATE ? 1 + slowdown : 1) * Math.exp(sd * normal(random));
        const rounds = [ns, ns * 1.0001, ns * 0.9999];
        return { launch, nsPerIteration: rounds, cpuNsPerIteration: rounds };
      });
      return { ...one, hypervisor: id, launches, samples };
    }),
  );
  const seconds = { 'x86_64 start': 0.5, 'x86_64 cpu/integer': 0.5, 'x86_64 cpu/sha256': 1 };
  return { ...KIND, slowdown, result: { measurements }, seconds };
}

export const RUNS = [1, 2, 3].map((number) => madeAb(number));
export const SETTINGS = { budgetSeconds: 20, alpha: 0.05, minEffect: 0.01 };
