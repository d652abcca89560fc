/**
 * Consolidation: the same number of machines of each hypervisor, and of native processes, in random order; then twice
 * as many, until quality is missed and the whole does no more, or the host, `machines` or the time end it.
 */
import { MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import type { Plan } from '../../core/run/plan.ts';
import { createRandom, deriveSeed, shuffle } from '../../core/stats/index.ts';
import { affordable } from './afford.ts';
import { climbIsOver, type Next, nextStep } from './climb.ts';
import { Climber, type Windows } from './climber.ts';
import { contendersOf } from './contenders.ts';
import { settleMix } from './mix.ts';
import { mostMachines, readRoom } from './room.ts';
import type { ConsolidationEntry, Demand, MixEntry } from './schema.ts';

/** Twice as many machines take longer to start, and as long to measure. */
const GROWTH = 1.3;

interface Slot {
  readonly climber: Climber;
  /** Native, where only others take this step. */
  readonly beside: boolean;
  readonly machines: number;
  readonly demands: readonly Demand[];
}

/** Measures a plan's consolidation, and records what it finds. Leaves no machine behind. */
export async function measureConsolidation(options: MethodContext<ConsolidationEntry>): Promise<void> {
  const { plan, planned, seconds, recorded, record, signal, listen } = options;
  const until = performance.now() + seconds * 1000;
  const cpus = [...new Set([...plan.cpus.toolCpus, plan.cpus.benchCpu])].sort((a, b) => a - b);
  const { contenders, absent } = contendersOf(plan, planned);
  for (const { isa, hypervisor, reason } of absent) {
    const known = recorded.some((one) => one.type === 'consolidation-end' && one.hypervisor === hypervisor);
    const name = { suite: planned.suite, isa, hypervisor };
    if (!known) record({ type: 'consolidation-end', ...name, kind: 'unavailable', machines: 0, reason });
  }

  const climbers = contenders.map((contender) => new Climber(contender, planned.suite, options));
  const mixes = new Map<string, MixEntry>();
  for (const native of climbers.filter(({ isReference }) => isReference)) {
    const { isa, machine } = native.contender;
    const own = climbers.filter(({ contender }) => contender.isa === isa);
    let mix = recorded.find((one) => one.type === 'consolidation-mix' && one.isa === isa) as
      | MixEntry
      | undefined;
    try {
      if (!mix) {
        listen({ type: 'step', text: `consolidation, ${isa}: settling the work of each machine` });
        const settled = await settleMix(machine, cpus, plan.cpus.benchCpu, signal);
        mix = { type: 'consolidation-mix', suite: planned.suite, isa, ...settled };
        record(mix);
      }
      mixes.set(isa, mix);
      for (const climber of own) climber.recall(options, mix);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof MachineError)) throw error;
      native.fail(1, error, failureTo(options, native));
      for (const climber of own) {
        climber.ended = true;
        climber.end('failed', `native failed: ${error.message}`);
      }
    }
  }

  const windows = windowsOf(plan, seconds);
  for (let round = 0; !signal.aborted; round++) {
    const wanted = await slotsOf(plan, climbers);
    const slots = climbers.some(({ last }) => last > 0)
      ? affordable(wanted.map(priced), until - performance.now())
      : wanted;
    for (const { climber } of wanted.filter((slot) => !slots.some(({ climber }) => climber === slot.climber)))
      outOfTime(climber, seconds);
    if (slots.length === 0) {
      for (const climber of climbers) climber.end('beside', 'it was measured beside others');
      return;
    }
    for (const slot of shuffle(slots, createRandom(deriveSeed(plan.seed, planned.suite, round)))) {
      const mix = mixes.get(slot.climber.contender.isa);
      if (!mix || slot.climber.broken) continue;
      await runSlot(options, slot, { plan, mix, windows, cpus, signal });
      if (signal.aborted) return;
    }
  }
}

const priced = (slot: Slot) => ({
  ...slot,
  isa: slot.climber.contender.isa,
  native: slot.climber.isReference,
  costMs: slot.climber.costMs * GROWTH,
});

function outOfTime(climber: Climber, seconds: number): void {
  climber.ended = true;
  climber.end('budget', `its ${Math.round(seconds)} s were up`);
}

async function runSlot(
  options: MethodContext<ConsolidationEntry>,
  { climber, machines, demands }: Slot,
  step: Parameters<Climber['step']>[2],
): Promise<void> {
  const { isa } = climber.contender;
  const many = machines === 1 ? '1 machine' : `${machines} machines`;
  options.listen({ type: 'step', text: `consolidation, ${isa}: ${many} of ${climber.id}` });
  try {
    await climber.step(machines, demands, step);
  } catch (error) {
    if (options.signal.aborted) return;
    if (!(error instanceof MachineError)) throw error;
    climber.fail(machines, error, failureTo(options, climber));
  }
}

function failureTo({ listen }: MethodContext, { id, contender }: Climber) {
  return (error: string) =>
    listen({ type: 'failure', hypervisor: id, isa: contender.isa, workload: null, error });
}

/**
 * What is measured next, side by side: the next step of those that still climb; where nobody does, of those whose knee
 * can be narrowed. Native takes every step that another takes on its ISA. Tells how a climb ended.
 */
async function slotsOf(plan: Plan, climbers: readonly Climber[]): Promise<Slot[]> {
  const room = await readRoom();
  const ready: { climber: Climber; next: Next }[] = [];
  const first = climbers[0]?.contender.isa;
  for (const climber of climbers.filter(({ ended }) => !ended)) {
    // Native climbs by itself once; on another ISA it only stands beside others.
    if (climber.isReference && climber.contender.isa !== first) continue;
    const fitting = mostMachines(room, climber.need);
    const most = Math.min(plan.machines ?? Number.POSITIVE_INFINITY, fitting.machines);
    const next = nextStep(climber.levels, Math.max(most, climber.last));
    if (!next || next.refines) tellEnd(plan, climber, fitting);
    if (next) ready.push({ climber, next });
    else climber.ended = true;
  }
  const climbing = ready.filter(({ next }) => !next.refines);
  const slots = (climbing.length > 0 ? climbing : ready).map(
    ({ climber, next }): Slot => ({
      climber,
      beside: false,
      machines: next.machines,
      demands: next.demands,
    }),
  );
  return [...slots, ...nativesBeside(slots, climbers)];
}

function tellEnd(plan: Plan, climber: Climber, fitting: ReturnType<typeof mostMachines>): void {
  if (climber.last === 0) {
    climber.end('limit', `${fitting.what} has no room for a machine`);
  } else if (climbIsOver(climber.levels)) {
    climber.end('quality', 'quality of service was missed, and more machines did no more work');
  } else if (plan.machines !== null && plan.machines <= fitting.machines) {
    climber.end('machines', `no more were requested (--machines ${plan.machines})`);
  } else
    climber.end(
      'limit',
      `${fitting.what} has room for no more than ${Math.max(fitting.machines, climber.last)}`,
    );
}

/** Native at numbers that only others take, after its own climb too. */
function nativesBeside(slots: readonly Slot[], climbers: readonly Climber[]): Slot[] {
  return climbers
    .filter(({ isReference }) => isReference)
    .flatMap((climber) => {
      const { isa } = climber.contender;
      const wanted = new Map<number, Set<Demand>>();
      for (const slot of slots) {
        if (slot.climber === climber || slot.climber.contender.isa !== isa) continue;
        const own = slots.find((one) => one.climber === climber && one.machines === slot.machines);
        const missing = slot.demands.filter(
          (demand) => !own?.demands.includes(demand) && !climber.has(slot.machines, demand),
        );
        if (missing.length > 0)
          wanted.set(slot.machines, new Set([...(wanted.get(slot.machines) ?? []), ...missing]));
      }
      return [...wanted].map(
        ([machines, demands]): Slot => ({ climber, beside: true, machines, demands: [...demands] }),
      );
    });
}

/** The longer a run may take, the longer it looks at each number of machines. Below half a minute it shows how it works. */
function windowsOf({ profileName }: Plan, seconds: number): Windows {
  return {
    count: profileName === 'thorough' ? 5 : 3,
    seconds: seconds < 30 ? 0.1 : Math.min(2, Math.max(0.25, seconds / 300)),
  };
}
