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

/**
 * The order in which the machines of a launch are started and prepared. It is drawn anew each time: who
 * comes first gets other physical pages, and with them another speed.
 */
export function preparationOrder<T>(
  machines: readonly T[],
  seed: number,
  launch: number,
  isa: string,
  workload = '',
): T[] {
  return shuffle(machines, createRandom(deriveSeed(seed, 'preparation', launch, isa, workload)));
}

/**
 * The order of the machines in one round: one batch each, one after another. The first is never `previous`,
 * which ran last: a machine that follows itself finds branch predictors and caches as it left them, and may
 * be a third faster or slower for it. Every batch follows a batch of another machine.
 */
export function machineOrder<T>(
  machines: readonly T[],
  seed: number,
  launch: number,
  isa: string,
  workload: string,
  round: number,
  previous?: T,
): T[] {
  const random = createRandom(deriveSeed(seed, 'machines', launch, isa, workload, round));
  for (;;) {
    const order = shuffle(machines, random);
    if (machines.length === 1 || order[0] !== previous) return order;
  }
}

/**
 * Where the stack of a workload begins in one launch: the same in all its machines, and drawn anew for each launch, since
 * code that calls and returns may be some per cent faster or slower for it (Mytkowicz et al. 2009, "Producing Wrong Data
 * Without Doing Anything Obviously Wrong!", ASPLOS). A multiple of 16 bytes below 4096.
 */
export function stackOffset(seed: number, launch: number, isa: string, workload: string): number {
  return 16 * createRandom(deriveSeed(seed, 'stack', launch, isa, workload)).nextInt(256);
}

/** The order of the operations in one machine: what comes before may leave its traces. */
export function operationOrder<T>(
  operations: readonly T[],
  seed: number,
  launch: number,
  isa: string,
  hypervisor: string,
): T[] {
  return shuffle(operations, createRandom(deriveSeed(seed, 'operations', launch, isa, hypervisor)));
}
