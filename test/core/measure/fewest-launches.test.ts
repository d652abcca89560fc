import { expect, test } from 'vitest';
import { FEWEST_ROUNDS, FewestLaunches } from '../../../core/measure/fewest-launches.ts';
import { RowProgress } from '../../../core/measure/row-progress.ts';
import type { Plan, PlannedWorkload } from '../../../core/run/plan.ts';

/** Two workloads on native and a translator; nothing of it starts. */
function fewest(rounds = 8) {
  const machine = (id: string, technique: string) => ({
    role: id === 'native' ? 'reference' : 'guest',
    hypervisor: { id },
    availability: { id, technique },
  });
  const workloads = ['a', 'b'].map((name) => ({
    ...{ suite: 'cpu', workload: { name }, isa: 'i386', targets: [] },
  }));
  const experiment = {
    ...{ isa: 'i386', platform: 'bare', operations: [], workloads },
    machines: [machine('native', 'bare'), machine('v86', 'binary-translation')],
  };
  const profile = { rounds, batchMs: 6, minLaunches: 5, precision: { direct: 0.01, translated: 0.03 } };
  const plan = { seed: 1, profile, experiments: [experiment] } as unknown as Plan;
  const launches = new FewestLaunches(plan, new RowProgress(plan, undefined), 3);
  const [a, b] = workloads as unknown as [PlannedWorkload, PlannedWorkload];
  const begin = (launch: number, workload: PlannedWorkload, secondsLeft: number) =>
    launches.begin(launch, plan.experiments[0] as Plan['experiments'][number], workload, secondsLeft);
  return { launches, begin, a, b };
}

test('with time enough every workload makes all rounds', () => {
  const { begin, a } = fewest();
  expect(begin(3, a, 1000)(1, 0.04)).toBe(8);
});

test('with less time it makes as many as fit into its share, and three at least', () => {
  const { launches, begin, a, b } = fewest();
  const before = launches.secondsAhead;
  const few = begin(3, a, before / 2)(0, 0.05);
  expect(few).toBeGreaterThanOrEqual(FEWEST_ROUNDS);
  expect(few).toBeLessThan(8 + 1);
  expect(launches.secondsAhead).toBeLessThan(before);
  expect(begin(3, b, 0)(5, 0.05)).toBe(FEWEST_ROUNDS);
});

test('a profile of fewer rounds has no more for that', () => {
  const { begin, a } = fewest(2);
  expect(begin(3, a, 0)(5, 0.05)).toBe(2);
});

test('nothing is ahead once two launches were made, and later ones are whole', () => {
  const { launches, begin, a, b } = fewest();
  expect(launches.leastSeconds).toBeLessThan(launches.secondsAhead);
  for (const launch of [3, 4]) {
    launches.started(launch, { machines: [{}, {}] } as unknown as Plan['experiments'][number]);
    for (const workload of [a, b]) begin(launch, workload, 100);
  }
  expect(launches.secondsAhead).toBeCloseTo(0);
  expect(begin(5, a, 0)(5, 0.05)).toBe(8);
});
