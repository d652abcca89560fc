/**
 * Consolidation: the same number of machines of each hypervisor, and of native processes, in random order; then twice
 * as many, until quality is missed and the whole does no more, or the host, `machines` or the time end it.
 */
import type { Host } from '../../core/host/host.ts';
import { MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import type { Plan } from '../../core/run/plan.ts';
import { createRandom, deriveSeed, shuffle } from '../../core/stats/index.ts';
import { fitToBudget } from './fit-to-budget.ts';
import { mostMachines, readHeadroom } from './headroom.ts';
import { calibrateLoadProfile } from './load-profile.ts';
import { type Next, nextStep, scaleUpIsOver } from './next-step.ts';
import { ScaleUp, type Windows } from './scale-up.ts';
import type { ConsolidationEntry, Demand, LoadProfileEntry } from './schema.ts';
import { consolidationTargets } from './targets.ts';

/** Twice as many machines take longer to start, and as long to measure. */
const GROWTH = 1.3;

interface Slot {
  readonly scaleUp: ScaleUp;
  /** Native, where only others take this step. */
  readonly referenceOnly: boolean;
  readonly machines: number;
  readonly demands: readonly Demand[];
}

/** Measures a plan's consolidation, and records what it finds. Leaves no machine behind. */
export async function measureConsolidation(options: MethodContext<ConsolidationEntry>): Promise<void> {
  const { plan, planned, seconds, host, recorded, record, signal, listen } = options;
  const until = performance.now() + seconds * 1000;
  const cpus = [...new Set([...plan.cpus.toolCpus, plan.cpus.benchCpu])].sort((a, b) => a - b);
  const { targets, unavailable } = consolidationTargets(plan, planned);
  for (const { isa, hypervisor, reason } of unavailable) {
    const known = recorded.some((one) => one.type === 'consolidation-end' && one.hypervisor === hypervisor);
    const name = { suite: planned.suite, isa, hypervisor };
    if (!known) record({ type: 'consolidation-end', ...name, kind: 'unavailable', machines: 0, reason });
  }

  const scaleUps = targets.map((target) => new ScaleUp(target, planned.suite, options));
  const profiles = new Map<string, LoadProfileEntry>();
  for (const native of scaleUps.filter(({ isReference }) => isReference)) {
    const { isa, machine } = native.target;
    const own = scaleUps.filter(({ target }) => target.isa === isa);
    let loadProfile = recorded.find((one) => one.type === 'consolidation-mix' && one.isa === isa) as
      | LoadProfileEntry
      | undefined;
    try {
      if (!loadProfile) {
        listen({ type: 'step', text: `consolidation, ${isa}: calibrating the load of each machine` });
        const load = await calibrateLoadProfile(machine, cpus, plan.cpus.benchCpu, host, signal);
        loadProfile = { type: 'consolidation-mix', suite: planned.suite, isa, ...load };
        record(loadProfile);
      }
      profiles.set(isa, loadProfile);
      for (const scaleUp of own) scaleUp.recall(options, loadProfile);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof MachineError)) throw error;
      native.fail(1, error, failureTo(options, native));
      for (const scaleUp of own) {
        scaleUp.ended = true;
        scaleUp.end('failed', `native failed: ${error.message}`);
      }
    }
  }

  const windows = windowsOf(plan, seconds);
  for (let round = 0; !signal.aborted; round++) {
    const wanted = await slotsOf(plan, scaleUps, host);
    const slots = scaleUps.some(({ last }) => last > 0)
      ? fitToBudget(wanted.map(withCost), until - performance.now())
      : wanted;
    for (const { scaleUp } of wanted.filter((slot) => !slots.some(({ scaleUp }) => scaleUp === slot.scaleUp)))
      outOfTime(scaleUp, seconds);
    if (slots.length === 0) {
      for (const scaleUp of scaleUps) scaleUp.end('beside', 'it was measured beside others');
      return;
    }
    for (const slot of shuffle(slots, createRandom(deriveSeed(plan.seed, planned.suite, round)))) {
      const loadProfile = profiles.get(slot.scaleUp.target.isa);
      if (!loadProfile || slot.scaleUp.broken) continue;
      await runSlot(options, slot, { plan, host, loadProfile, windows, cpus, signal });
      if (signal.aborted) return;
    }
  }
}

const withCost = (slot: Slot) => ({
  ...slot,
  isa: slot.scaleUp.target.isa,
  native: slot.scaleUp.isReference,
  costMs: slot.scaleUp.costMs * GROWTH,
});

function outOfTime(scaleUp: ScaleUp, seconds: number): void {
  scaleUp.ended = true;
  scaleUp.end('budget', `its ${Math.round(seconds)} s were up`);
}

async function runSlot(
  options: MethodContext<ConsolidationEntry>,
  { scaleUp, machines, demands }: Slot,
  step: Parameters<ScaleUp['step']>[2],
): Promise<void> {
  const { isa } = scaleUp.target;
  const many = machines === 1 ? '1 machine' : `${machines} machines`;
  options.listen({ type: 'step', text: `consolidation, ${isa}: ${many} of ${scaleUp.id}` });
  try {
    await scaleUp.step(machines, demands, step);
  } catch (error) {
    if (options.signal.aborted) return;
    if (!(error instanceof MachineError)) throw error;
    scaleUp.fail(machines, error, failureTo(options, scaleUp));
  }
}

function failureTo({ listen }: MethodContext, { id, target }: ScaleUp) {
  return (error: string) =>
    listen({ type: 'failure', hypervisor: id, isa: target.isa, workload: null, error });
}

/**
 * What is measured next, side by side: the next step of those that still scale up; where nobody does, of those whose knee
 * can be narrowed. Native takes every step that another takes on its ISA. Tells how a scale-up ended.
 */
async function slotsOf(plan: Plan, scaleUps: readonly ScaleUp[], host: Host): Promise<Slot[]> {
  const headroom = await readHeadroom(host);
  const ready: { scaleUp: ScaleUp; next: Next }[] = [];
  const first = scaleUps[0]?.target.isa;
  for (const scaleUp of scaleUps.filter(({ ended }) => !ended)) {
    // Native scales up by itself once; on another ISA it only stands beside others.
    if (scaleUp.isReference && scaleUp.target.isa !== first) continue;
    const fitting = mostMachines(headroom, scaleUp.need);
    const most = Math.min(plan.machines ?? Number.POSITIVE_INFINITY, fitting.machines);
    const next = nextStep(scaleUp.levels, Math.max(most, scaleUp.last));
    if (!next || next.refines) tellEnd(plan, scaleUp, fitting);
    if (next) ready.push({ scaleUp, next });
    else scaleUp.ended = true;
  }
  const scalingUp = ready.filter(({ next }) => !next.refines);
  const slots = (scalingUp.length > 0 ? scalingUp : ready).map(
    ({ scaleUp, next }): Slot => ({
      scaleUp,
      referenceOnly: false,
      machines: next.machines,
      demands: next.demands,
    }),
  );
  return [...slots, ...referencesFor(slots, scaleUps)];
}

function tellEnd(plan: Plan, scaleUp: ScaleUp, fitting: ReturnType<typeof mostMachines>): void {
  if (scaleUp.last === 0) {
    scaleUp.end('limit', `${fitting.what} has no room for a machine`);
  } else if (scaleUpIsOver(scaleUp.levels)) {
    scaleUp.end('quality', 'quality of service was missed, and more machines did no more work');
  } else if (plan.machines !== null && plan.machines <= fitting.machines) {
    scaleUp.end('machines', `no more were requested (--machines ${plan.machines})`);
  } else
    scaleUp.end(
      'limit',
      `${fitting.what} has room for no more than ${Math.max(fitting.machines, scaleUp.last)}`,
    );
}

/** Native at numbers that only others take, after its own scale-up too. */
function referencesFor(slots: readonly Slot[], scaleUps: readonly ScaleUp[]): Slot[] {
  return scaleUps
    .filter(({ isReference }) => isReference)
    .flatMap((scaleUp) => {
      const { isa } = scaleUp.target;
      const wanted = new Map<number, Set<Demand>>();
      for (const slot of slots) {
        if (slot.scaleUp === scaleUp || slot.scaleUp.target.isa !== isa) continue;
        const own = slots.find((one) => one.scaleUp === scaleUp && one.machines === slot.machines);
        const missing = slot.demands.filter(
          (demand) => !own?.demands.includes(demand) && !scaleUp.has(slot.machines, demand),
        );
        if (missing.length > 0)
          wanted.set(slot.machines, new Set([...(wanted.get(slot.machines) ?? []), ...missing]));
      }
      return [...wanted].map(
        ([machines, demands]): Slot => ({ scaleUp, referenceOnly: true, machines, demands: [...demands] }),
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
