/** One workload in one launch: preparation, calibration, warm-up, and the rounds. */
import type { PlannedWorkload } from '../config/plan.ts';
import { type Batch, type Machine, MachineError } from '../hypervisors/hypervisor.ts';
import type { Sample } from '../results/journal.ts';
import {
  batchLimitMs,
  batchSizes,
  batchTarget,
  type Empty,
  estimateIteration,
  measureEmpty,
} from './calibrate.ts';
import type { Crew } from './crew.ts';
import { machineOrder, preparationOrder } from './schedule.ts';

/** Translators warm up for this long, since interpreted code is steady too, and then until batches agree. */
const WARM_UP_NS = 350e6;
/** Two batches in a row that differ by less than this are steady. */
const STEADY = 0.03;
const WARM_UP_LIMIT = 500;
/** What comes first in a machine that does not translate: page tables, caches, branch predictors. */
const DIRECT_WARM_UP = 2;

/** What is learnt in one launch and used in the next. */
export interface Memory {
  /** Iterations of a batch, by hypervisor. */
  sizes: Map<string, number> | null;
  /** Native's checksum, by iterations: what every machine must compute. */
  readonly checksums: Map<number, string>;
  /** What it took in the latest launch, preparation included. */
  seconds: number;
}

export interface WorkloadRun {
  readonly planned: PlannedWorkload;
  readonly launch: number;
  readonly seed: number;
  readonly rounds: number;
  readonly batchMs: number;
  readonly crew: Crew;
  /** Drivers to measure; native is among them. */
  readonly ids: readonly string[];
  /** Those that translate, and so warm up. */
  readonly translators: ReadonlySet<string>;
  readonly memory: Memory;
  readonly onSample: (sample: Sample) => void;
  /** A driver failed at this workload; the others go on. */
  readonly onFailure: (id: string, error: MachineError) => void;
  /** Throws where the run is to end: the budget is spent, or `signal` is aborted. */
  readonly checkpoint: () => void;
  readonly signal: AbortSignal;
}

/** Measures one workload on all machines that can. Throws only what `checkpoint` throws. */
export async function measureWorkload(run: WorkloadRun): Promise<void> {
  const { planned, memory, crew, seed } = run;
  const isa = planned.isa;
  const name = `${planned.suite}/${planned.workload.name}`;
  const ids = preparationOrder(run.ids, seed, run.launch, isa, name);
  const alive = new Set(ids);

  /** Does something with each machine still alive; a failure costs that machine this workload. */
  const each = async (some: Iterable<string>, work: (machine: Machine, id: string) => Promise<void>) => {
    for (const id of some) {
      run.checkpoint();
      if (!alive.has(id)) continue;
      try {
        await work(await crew.get(id), id);
      } catch (error) {
        // Machines die of an interrupt as well, which is no failure; one that fails late in the budget is.
        if (run.signal.aborted) run.checkpoint();
        if (!(error instanceof MachineError)) throw error;
        alive.delete(id);
        await crew.drop(id);
        run.onFailure(id, error);
      }
    }
  };

  const empties = new Map<string, Empty>();
  await each(ids, async (machine, id) => {
    await machine.prepare({ name: planned.entry, seed, argument: planned.argument });
    empties.set(id, await measureEmpty(machine));
  });
  if (!alive.has('native')) return;

  const calibrates = memory.sizes === null;
  if (!memory.sizes) {
    const target = batchTarget(run.batchMs, [...empties.values()]);
    const most = planned.workload.maxIterations ?? 0x7fff_ffff;
    const estimates = new Map<string, number>();
    await each(ids, async (machine, id) => {
      const warmUpNs = run.translators.has(id) ? WARM_UP_NS : 0;
      estimates.set(id, await estimateIteration(machine, empties.get(id) as Empty, target, most, warmUpNs));
    });
    memory.sizes = batchSizes(estimates, 'native', target, most);
  }
  const sizes = memory.sizes;
  const expectedNs = run.batchMs * 1e6;

  const batch = async (machine: Machine, id: string): Promise<Batch> => {
    const iterations = sizes.get(id) as number;
    const result = await machine.run(iterations, batchLimitMs(expectedNs));
    const expected = memory.checksums.get(iterations);
    if (expected === undefined) throw new Error(`no checksum of native for ${iterations} iterations`);
    if (result.checksum !== expected) {
      throw new MachineError(`wrong checksum ${result.checksum}: native computed ${expected}`);
    }
    return result;
  };
  const record = (id: string, phase: Sample['phase'], round: number, result: Batch) => {
    const empty = empties.get(id) as Empty;
    run.onSample({
      type: 'sample',
      launch: run.launch,
      isa,
      suite: planned.suite,
      workload: planned.workload.name,
      hypervisor: id,
      phase,
      round,
      iterations: result.iterations,
      wallNs: result.wallNs,
      cpuNs: result.cpuNs,
      beganNs: result.beganNs,
      beganTicks: result.beganTicks,
      ticks: result.ticks,
      emptyWallNs: empty.wallNs,
      emptyCpuNs: empty.cpuNs,
    });
  };

  // Native first computes what every other size must come to; it is warm after this.
  await each(['native'], async (machine) => {
    for (const iterations of new Set(sizes.values())) {
      if (memory.checksums.has(iterations)) continue;
      const { checksum } = await machine.run(iterations, batchLimitMs(expectedNs));
      memory.checksums.set(iterations, checksum);
    }
  });

  const known = ids.filter((id) => sizes.has(id));
  await each(known, async (machine, id) => {
    const first = await batch(machine, id);
    // Calibration has already warmed everything.
    record(id, calibrates ? 'warm-up' : 'cold', 0, first);
    const translates = run.translators.has(id);
    let previous = first.wallNs;
    let total = calibrates ? WARM_UP_NS : first.wallNs;
    for (let i = 1; i < (translates ? WARM_UP_LIMIT : DIRECT_WARM_UP); i++) {
      const next = await batch(machine, id);
      record(id, 'warm-up', i, next);
      total += next.wallNs;
      if (total >= WARM_UP_NS && Math.abs(next.wallNs / previous - 1) < STEADY) break;
      // Some never agree so closely; they are as warm as they get.
      if (total >= 2 * WARM_UP_NS) break;
      previous = next.wallNs;
    }
  });

  let previous = known.at(-1);
  for (let round = 0; round < run.rounds; round++) {
    const order = machineOrder(known, seed, run.launch, isa, name, round, previous);
    previous = order.at(-1);
    await each(order, async (machine, id) => record(id, 'round', round, await batch(machine, id)));
    if (!alive.has('native')) return;
  }
}
