/** Made-up figures of an A/B, whose true change is known. */
import type { AbCandidate } from '../../../../core/judge/ab/match.ts';
import { createRandom, type LaunchValues, type Random } from '../../../../core/stats/index.ts';

/** Of a standard normal distribution, nearly: the sum of twelve evenly spread numbers. */
function normal(random: Random): number {
  let sum = -6;
  for (let index = 0; index < 12; index++) sum += random.nextInt(1_000_000) / 1_000_000;
  return sum;
}

export interface Noise {
  readonly launches?: number;
  readonly rounds?: number;
  /** Standard deviations of logarithms. */
  readonly ofLaunches?: number;
  readonly ofRounds?: number;
}

/** Log ratios whose mean is that of `change`, a fraction. */
export function logs(
  change: number,
  seed: number,
  { launches = 8, rounds = 5, ofLaunches = 0.003, ofRounds = 0.003 }: Noise = {},
): LaunchValues[] {
  const random = createRandom(seed);
  return Array.from({ length: launches }, (_, launch) => {
    const own = Math.log1p(change) + ofLaunches * normal(random);
    return { launch, values: Array.from({ length: rounds }, () => own + ofRounds * normal(random)) };
  });
}

export function workload(
  name: string,
  values: readonly LaunchValues[],
  over: Partial<AbCandidate> = {},
): AbCandidate {
  return {
    ...{ suite: 'cpu', isa: 'x86_64', machineType: null, dimensions: { workload: name }, metric: 'cpuTime' },
    ...{ title: 'CPU time of an iteration', better: 'lower', unit: 'ns', base: 100, candidate: 101 },
    ...{ by: 'rounds', minimumEffect: { fraction: 0.01, reason: null }, logs: values, repeatable: true },
    ...over,
  };
}
