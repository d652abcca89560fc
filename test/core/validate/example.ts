/** A pool of made-up runs: nothing here was ever measured. */

import type { Result } from '../../../core/results/schema.ts';
import { createRandom, deriveSeed } from '../../../core/stats/index.ts';
import type { ConditionId } from '../../../core/validate/conditions.ts';
import type { MeasuredRun } from '../../../core/validate/gates.ts';
import { smallResult } from '../judge/compare/example.ts';
import { normal } from '../judge/gate/example.ts';

const LAUNCHES = 13;

/** Two workloads on native, control and kvm; kvm's guest time is `factor` times what it is in a clean run. */
export function madeRun(condition: ConditionId, number: number, factor: number, noise = 0.003): MeasuredRun {
  const small = smallResult();
  const measurements = small.measurements.map((m): Result['measurements'][number] => {
    const random = createRandom(deriveSeed(number, condition, m.workload, m.hypervisor));
    const usual = m.hypervisor === 'kvm' ? 1.1 * factor : 1;
    const samples = Array.from({ length: LAUNCHES }, (_, launch) => {
      const location = m.hypervisor === 'native' ? 1000 : 1000 * usual * Math.exp(noise * normal(random));
      const rounds = [0, 1, 2].map((round) => location * (1 + round * 1e-5));
      return { launch, nsPerIteration: rounds, cpuNsPerIteration: rounds };
    });
    return { ...m, launches: LAUNCHES, samples };
  });
  return {
    condition,
    result: { ...small, measurements },
    seconds: { 'x86_64 start': 0.05, 'x86_64 cpu/integer': 0.2, 'x86_64 cpu/sha256': 0.2 },
  };
}

export const OPTIONS = {
  seed: 1,
  minEffect: 0.01,
  alpha: 0.05,
  budgetSeconds: 60,
  firstLaunches: 3,
} as const;

export const clean = [1, 2, 3, 4].map((number) => madeRun('clean', number, 1));
