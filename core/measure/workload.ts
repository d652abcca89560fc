/** One workload in one launch: preparation, calibration, warm-up, and the rounds. */
import { type Batch, type Machine, MachineError } from '../hypervisors/hypervisor.ts';
import type { Sample } from '../results/journal.ts';
import type { LaunchPhase, Platform } from '../results/schema.ts';
import type { PlannedWorkload } from '../run/plan.ts';
import { median } from '../stats/index.ts';
import {
  batchLimitMs,
  batchSizes,
  batchTarget,
  type Empty,
  estimateIteration,
  measureEmpty,
  sizedAlike,
  sizesBeside,
} from './calibrate.ts';
import type { LaunchMachines } from './launch-machines.ts';
import { machineOrder, preparationOrder, stackOffset } from './schedule.ts';
import type { SpentTime } from './spent-time.ts';
import { isWarm, MOST_MS, WARM_UP_BATCHES, type Warming } from './warm-up.ts';

/**
 * Workloads are given the same data in every run: other data makes another row. LZ77 on v86 lay 6 % apart between
 * two seeds, which no number of launches within one run would show.
 */
const DATA_SEED = 1;

/** The batches of one with tiers are sized by code that it has translated, not by code that it still interprets. */
const CALIBRATION_NS = 300e6;

/** What the first launch does for all of them. */
const ONCE: ReadonlySet<LaunchPhase> = new Set(['calibrate', 'check']);

/** What is learnt in one launch and used in the next. */
export interface Calibration {
  /** Iterations of a batch, by hypervisor. */
  sizes: Map<string, number> | null;
  /** Native's checksum, by iterations: what every machine must compute. */
  readonly checksums: Map<number, string>;
  /** The shortest median of a launch's batches, ns, by hypervisor. */
  readonly steadyNs: Map<string, number>;
  /** What each driver's machine took in its latest launch, seconds: preparation included, what is done only once left out. */
  readonly seconds: Map<string, number>;
}

export interface WorkloadRun {
  readonly platform: Platform;
  readonly planned: PlannedWorkload;
  readonly launch: number;
  readonly seed: number;
  /** How many, once it is known how long it took to get ready for them, and what the batches of one take, seconds. */
  readonly rounds: (readySeconds: number, batchesSeconds: number) => number;
  readonly batchMs: number;
  readonly launched: LaunchMachines;
  /** Drivers to measure; the reference is among them. */
  readonly ids: readonly string[];
  /** The one whose machine the others are compared with. */
  readonly reference: string;
  /** Drivers whose machines are compared with one another, beside native; none if left out. */
  readonly compared?: readonly string[] | undefined;
  /** How each driver's machine warms up. */
  readonly warming: ReadonlyMap<string, Warming>;
  readonly calibration: Calibration;
  /** Where the launch's time goes. */
  readonly spent: SpentTime;
  readonly onSample: (sample: Sample) => void;
  /** A driver failed at this workload; the others go on. */
  readonly onFailure: (id: string, error: MachineError) => void;
  /** Throws where the run is to end: the budget is spent, or `signal` is aborted. */
  readonly checkpoint: () => void;
  readonly signal: AbortSignal;
}

/** Measures one workload on all machines that can. Throws only what `checkpoint` throws. */
export async function measureWorkload(run: WorkloadRun): Promise<void> {
  const { planned, calibration, launched, seed, reference } = run;
  const isa = planned.isa;
  const name = `${planned.suite}/${planned.workload.name}`;
  const ids = preparationOrder(run.ids, seed, run.launch, isa, name);
  const alive = new Set(ids);
  const began = performance.now();
  for (const id of ids) calibration.seconds.set(id, 0);

  /** Does something with each machine still alive; a failure costs that machine this workload. */
  const each = async (
    phase: LaunchPhase,
    some: Iterable<string>,
    work: (machine: Machine, id: string) => Promise<void>,
  ) => {
    for (const id of some) {
      run.checkpoint();
      if (!alive.has(id)) continue;
      const turn = performance.now();
      try {
        await work(await launched.get(id), id);
        const seconds = (performance.now() - turn) / 1000;
        run.spent.add(id, phase, seconds);
        if (!ONCE.has(phase)) calibration.seconds.set(id, (calibration.seconds.get(id) ?? 0) + seconds);
      } catch (error) {
        // Machines die of an interrupt as well, which is no failure; one that fails late in the budget is.
        if (run.signal.aborted) run.checkpoint();
        if (!(error instanceof MachineError)) throw error;
        alive.delete(id);
        await launched.drop(id);
        run.onFailure(id, error);
      }
    }
  };

  const empties = new Map<string, Empty>();
  const prepared = {
    name: planned.entry,
    seed: DATA_SEED,
    argument: planned.argument,
    stackOffset: stackOffset(seed, run.launch, isa, name),
  };
  await each('prepare', ids, (machine) => machine.prepare(prepared));
  await each('empty', ids, async (machine, id) => {
    empties.set(id, await measureEmpty(machine));
  });
  if (!alive.has(reference)) return;

  const calibrates = calibration.sizes === null;
  // A machine whose connection was lost in the first launch has no size yet.
  const unsized = calibration.sizes ? ids.filter((id) => !calibration.sizes?.has(id)) : ids;
  if (unsized.length > 0) {
    const target = batchTarget(run.batchMs, [...empties.values()]);
    const most = planned.workload.maxIterations ?? 0x7fff_ffff;
    const estimates = new Map<string, number>();
    const some = ids.filter((id) => id === reference || unsized.includes(id));
    await each('calibrate', some, async (machine, id) => {
      const warmUpNs = run.warming.get(id) === 'tiers' ? CALIBRATION_NS : 0;
      estimates.set(id, await estimateIteration(machine, empties.get(id) as Empty, target, most, warmUpNs));
    });
    const base = calibration.sizes?.get(reference);
    const sized =
      base === undefined
        ? batchSizes(estimates, reference, target, most)
        : new Map([...sizesBeside(estimates, reference, base), ...(calibration.sizes ?? [])]);
    calibration.sizes = sizedAlike(sized, run.compared ?? []);
  }
  const sizes = calibration.sizes ?? new Map<string, number>();
  const expectedNs = run.batchMs * 1e6;

  const batch = async (machine: Machine, id: string): Promise<Batch> => {
    const iterations = sizes.get(id) as number;
    const result = await machine.run(iterations, batchLimitMs(expectedNs));
    const expected = calibration.checksums.get(iterations);
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
      platform: run.platform,
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
      ...(result.guestBeganNs && { guestBeganNs: result.guestBeganNs }),
      ...(result.exits && empty.exits && { exits: result.exits, emptyExits: empty.exits }),
    });
  };

  // Native first computes what every other size must come to; it is warm after this.
  await each('check', [reference], async (machine) => {
    for (const iterations of new Set(sizes.values())) {
      if (calibration.checksums.has(iterations)) continue;
      const { checksum } = await machine.run(iterations, batchLimitMs(expectedNs));
      calibration.checksums.set(iterations, checksum);
    }
  });

  const known = ids.filter((id) => sizes.has(id));
  let roundNs = 0;
  await each('warm-up', known, async (machine, id) => {
    const first = await batch(machine, id);
    // Calibration has already warmed everything.
    record(id, calibrates ? 'warm-up' : 'cold', 0, first);
    const times = [first.wallNs];
    const steadyNs = calibration.steadyNs.get(id) ?? null;
    const since = performance.now();
    const warming = run.warming.get(id) ?? 'direct';
    const warm = () =>
      warming === 'tiers'
        ? isWarm(times, steadyNs, calibrates) || performance.now() - since > MOST_MS
        : times.length >= WARM_UP_BATCHES[warming];
    while (!warm()) {
      const next = await batch(machine, id);
      record(id, 'warm-up', times.length, next);
      times.push(next.wallNs);
    }
    roundNs += times.at(-1) ?? 0;
  });

  const rounds = new Map<string, number[]>(known.map((id) => [id, []]));
  let previous = known.at(-1);
  const count = run.rounds((performance.now() - began) / 1000, roundNs / 1e9);
  for (let round = 0; round < count; round++) {
    const order = machineOrder(known, seed, run.launch, isa, name, round, previous);
    previous = order.at(-1);
    await each('round', order, async (machine, id) => {
      const result = await batch(machine, id);
      record(id, 'round', round, result);
      rounds.get(id)?.push(result.wallNs);
    });
    if (!alive.has(reference)) return;
  }
  for (const [id, times] of rounds) {
    if (alive.has(id))
      calibration.steadyNs.set(id, Math.min(calibration.steadyNs.get(id) ?? Infinity, median(times)));
  }
}
