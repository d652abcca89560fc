/** Who runs when. The order depends on the seed and on what is named here, never on what was measured. */
import { createRandom, deriveSeed, shuffle } from '../stats/index.ts';

/** The order of the workloads of a launch. */
export function workloadOrder<T extends { suite: string; workload: { name: string } }>(
  workloads: readonly T[],
  seed: number,
  launch: number,
  isa: string,
): T[] {
  return shuffle(workloads, createRandom(deriveSeed(seed, 'workloads', launch, isa)));
}

/** The order of the machines in one round: one batch each, one after another. */
export function machineOrder<T>(
  machines: readonly T[],
  seed: number,
  launch: number,
  isa: string,
  workload: string,
  round: number,
): T[] {
  return shuffle(machines, createRandom(deriveSeed(seed, 'machines', launch, isa, workload, round)));
}
