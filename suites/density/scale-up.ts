/** More and more machines of one hypervisor until the goal, a limit, the memory or the time says stop. */
import type { Host } from '../../core/host/host.ts';
import { headroomOf, resourceCountsOf } from '../../core/host/limits.ts';
import { memoryHeadroom, usedBytes } from '../../core/host/memory-headroom.ts';
import type {
  Growth,
  GrowthStop,
  Request,
  ResponseSummary,
  VmGroup,
} from '../../core/hypervisors/vm-group.ts';
import { type Capacity, capacityOf, type Needs, perMachine } from './capacity.ts';
import { STEP } from './goal.ts';
import { type HostMemory, type MemoryTaken, memoryTaken } from './memory.ts';
import type { DensityStep, DensityStop } from './schema.ts';
import { holds } from './summarize.ts';

/** Fewer machines say too little about what one takes: the kernel hands out memory to its CPUs in lots. */
const ENOUGH_TO_TELL = 32;
/** A last step that adds less than this share of the machines would say nothing new. */
const LEAST_GAIN = 0.1;
/** What starting machines leaves of the time for asking them and for looking at them. */
const STARTING_SHARE = 0.85;

export interface ScaleUpOptions {
  readonly host: Host;
  readonly group: VmGroup;
  /** The process whose descriptors, mappings, threads and address space the machines take. */
  readonly holder: number | 'self';
  readonly goal: number;
  /** Before the first process of the group, and how long its start took, ms. */
  readonly before: HostMemory;
  readonly startedMs: number;
  /** What a machine is taken to need until there are enough of them to tell. */
  readonly guess: Needs;
  /** What is to stay available, bytes; and how much more the host may use than before, null where that is all. */
  readonly reserveBytes: number;
  readonly budgetBytes: number | null;
  /** On performance.now()'s clock. */
  readonly until: number;
  readonly requests: readonly Request[];
  readonly limits: (capacity: Capacity) => void;
  readonly step: (step: DensityStep) => void;
  readonly live: (machines: number) => void;
}

/** Throws MachineError where all machines are lost. */
export async function scaleUp(options: ScaleUpOptions): Promise<DensityStop> {
  const { host, group, holder, goal, guess, reserveBytes, budgetBytes, until, requests, before } = options;
  let last: Needs & { machines: number } = { ...resourceCountsOf(holder, host), memoryBytes: 0, machines: 0 };
  let each = guess;
  let machines = 0;
  let startMs = options.startedMs;
  let stop: GrowthStop | null = null;
  for (const request of requests) {
    const moreBytes = budgetBytes === null ? null : budgetBytes - (usedBytes(host) - before.used);
    const memoryLeft = Math.min(
      memoryHeadroom(host).bytes - reserveBytes,
      moreBytes ?? Number.POSITIVE_INFINITY,
    );
    const headroom = { ...headroomOf(holder, host), memoryBytes: memoryLeft };
    const capacity = capacityOf(goal, machines, headroom, each);
    // At the end, too: what would bind further machines.
    options.limits(capacity);
    if (stop) return stop;
    if (machines >= goal) return { reason: 'goal', text: `${goal} machines were requested` };
    if (performance.now() > until) return { reason: 'time', text: 'the time for starting machines ran out' };
    // What memory a machine takes is a guess until there are enough of them; until then starting looks after itself.
    const told = machines >= ENOUGH_TO_TELL;
    const most = told
      ? capacity.most
      : capacityOf(goal, machines, { ...headroom, memoryBytes: Infinity }, each).most;
    const target = Math.min(most, machines === 0 ? 1 : machines * STEP);
    if (target < Math.min(goal, machines * (1 + LEAST_GAIN)) || target <= machines)
      return reached(machines, capacity);
    const limitMs = Math.max(1, (until - performance.now()) * STARTING_SHARE);
    const growth: Growth = await group.grow(target, { reserveBytes, moreBytes }, limitMs, options.live);
    startMs += growth.ms;
    if (growth.machines === machines) return notOne(growth.stop);
    machines = growth.machines;
    const answers = await group.ask(request);
    const taken = memoryTaken(before, group.pids(), host);
    const step = stepOf(machines, startMs, answers, taken, await group.touchedBytes());
    options.step(step);
    if (!holds(step)) return { reason: 'failed', text: answers.errors[0] ?? 'not every machine answered' };
    const now = { ...resourceCountsOf(holder, host), memoryBytes: taken.usedBytes, machines };
    if (machines >= ENOUGH_TO_TELL) each = perMachine(last, now, machines - last.machines, leastOf(guess));
    last = now;
    stop = growth.stop;
  }
  return { reason: 'time', text: 'no further step was planned' };
}

/** Counts cannot shrink by being measured; memory may turn out to be less than was feared. */
function leastOf(guess: Needs): Needs {
  return { ...guess, addressBytes: 0, memoryBytes: 0 };
}

function stepOf(
  machines: number,
  startMs: number,
  { ms, right, wrong, dead, medianMs, slowestMs, errors }: ResponseSummary,
  taken: MemoryTaken,
  touchedBytes: number | null,
): DensityStep {
  return {
    ...{ machines, startMs, answerMs: ms, medianMs, slowestMs, right, wrong, dead },
    errors: [...errors],
    ...taken,
    touchedBytes,
  };
}

function reached(machines: number, { binds, limits }: Capacity): DensityStop {
  const fits = limits.find(({ name }) => name === binds)?.fits ?? machines;
  return {
    reason: binds === 'memory' ? 'memory' : 'limit',
    text: `${binds}: enough for ${fits}, found before it was used up`,
  };
}

function notOne(stop: GrowthStop | null): DensityStop {
  return stop ?? { reason: 'failed', text: 'no machine could be started' };
}
