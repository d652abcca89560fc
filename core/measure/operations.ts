/**
 * Single operations: what each costs in each machine, by the doubling method of kvm-unit-tests: a batch grows until it
 * lasts long enough, and is repeated then. One that kills its machine costs only itself: the rest goes on in a fresh one.
 */
import { helperCpusOf } from '../host/affinity.ts';
import type { Host } from '../host/host.ts';
import { type Batch, type Machine, MachineError, Refusal } from '../hypervisors/hypervisor.ts';
import type { JournalEntry, OperationSample } from '../results/journal.ts';
import type { Experiment, Plan, PlannedMachine, PlannedOperation } from '../run/plan.ts';
import { median } from '../stats/index.ts';
import { checkWorked, medianExits } from './calibrate.ts';
import type { Listener } from './events.ts';
import { punctual } from './punctual.ts';
import { operationOrder, preparationOrder } from './schedule.ts';
import { FEWEST_LAUNCHES } from './stop.ts';

/** How long a batch has to last; and how many times as long as an empty one, whose time may be all noise where it is long. */
const BATCH_NS = 8e6;
const EMPTIES = 4;
const BATCHES = 5;
const EMPTY_BATCHES = 3;
const MOST_ITERATIONS = 2 ** 30;
/** Far from the goal a step of two is too timid: asking a machine for a batch takes up to 10 ms. */
const LARGEST_STEP = 16;
/** A translator is warm when two batches in a row differ by less than this; it gets so many to become so. */
const AGREEMENT = 0.1;
const WARM_UPS = 20;
/** No batch can last this long but one that hangs: the one before was at most LARGEST_STEP times shorter than BATCH_NS. */
const LIMIT_MS = 4_000;

export interface OperationsOptions {
  readonly plan: Plan;
  readonly host: Host;
  /** Entries of an earlier run of the same plan: what is there is not measured again. */
  readonly earlier: readonly JournalEntry[];
  /** Whether this computer's CPU is. */
  readonly emulated: boolean;
  /** When to stop, on performance.now()'s clock; the fewest launches that give an interval are always made. */
  readonly until: number;
  readonly append: (entry: JournalEntry) => void;
  readonly listen: Listener;
  readonly signal: AbortSignal;
}

/** Measures all operations of a plan, and appends what it finds to the journal. Leaves no machine behind. */
export async function measureOperations(options: OperationsOptions): Promise<void> {
  const { plan, signal, until } = options;
  const state = recall(options.earlier);
  for (let launch = 0; launch < plan.profile.operationLaunches; launch++) {
    for (const planned of plan.experiments) {
      if (planned.operations.length === 0) continue;
      const order = preparationOrder(planned.operators, plan.seed, launch, planned.isa, 'operations');
      for (const machine of order) {
        if (signal.aborted || (launch >= FEWEST_LAUNCHES && performance.now() > until)) return;
        await measureMachine(options, planned, machine, launch, state);
      }
    }
  }
}

interface State {
  /** Operations with an end: measured in that launch, or given up. */
  readonly done: Set<string>;
  /** Measured before, in any launch: what dies after that has failed. */
  readonly measured: Set<string>;
}

const nameOf = (isa: string, hypervisor: string, operation: string) => [isa, hypervisor, operation].join(' ');

function recall(earlier: readonly JournalEntry[]): State {
  const state: State = { done: new Set(), measured: new Set() };
  for (const entry of earlier) {
    if (entry.type !== 'operation' && entry.type !== 'no-operation') continue;
    const name = nameOf(entry.isa, entry.hypervisor, `${entry.suite}/${entry.operation}`);
    if (entry.type === 'no-operation') state.done.add(name);
    else {
      state.done.add(`${name} ${entry.launch}`);
      state.measured.add(name);
    }
  }
  return state;
}

async function measureMachine(
  { plan, host, emulated, append, listen, signal }: OperationsOptions,
  { isa, platform, operations, workloads }: Experiment,
  { hypervisor, availability, operations: own }: PlannedMachine,
  launch: number,
  state: State,
): Promise<void> {
  const { id } = hypervisor;
  const keyOf = ({ suite, operation }: PlannedOperation) => nameOf(isa, id, `${suite}/${operation.name}`);
  const todo = operationOrder(operations, plan.seed, launch, isa, id).filter((planned) => {
    if (planned.targets.some(({ hypervisor: own, lack }) => own === id && lack !== null)) return false;
    const key = keyOf(planned);
    return (
      !state.done.has(nameOf(isa, id, '')) && !state.done.has(key) && !state.done.has(`${key} ${launch}`)
    );
  });
  if (todo.length === 0 || !own) return;
  listen({ type: 'operations', launch, isa, hypervisor: id, operations: todo.length });

  const mayBeTheEmulators = emulated && availability.mode === 'hardware-assisted';
  let machine: Machine | null = null;
  const stop = async () => {
    const stopping = machine;
    machine = null;
    await stopping?.stop();
  };
  const abort = () => void machine?.stop().catch(() => {});
  signal.addEventListener('abort', abort);
  try {
    for (const planned of todo) {
      if (signal.aborted) return;
      const { suite, operation } = planned;
      const name = { launch, isa, suite, operation: operation.name, hypervisor: id };
      try {
        if (!machine) {
          machine = punctual(
            await hypervisor.launch(host, {
              ...{ image: own.image, features: [] },
              ...{ cpu: plan.cpus.benchCpu, helperCpus: helperCpusOf(plan.cpus) },
            }),
          );
          const evidence = await hypervisor.verify(host, await machine.identify(), machine, availability);
          // Where workloads are measured too, they bring the same evidence.
          if (!workloads.length && !state.done.has(nameOf(isa, id, 'verified')))
            append({ type: 'evidence', hypervisor: id, isa, platform, evidence });
          state.done.add(nameOf(isa, id, 'verified'));
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof MachineError)) throw error;
        state.done.add(nameOf(isa, id, ''));
        const failure = { launch, isa, hypervisor: id, workload: null, error: error.message };
        append({ type: 'failure', suite, platform, ...failure });
        listen({ type: 'failure', ...failure });
        return;
      }
      try {
        const argument =
          operation.argument === undefined ? 0 : (hypervisor.scratch?.[operation.argument] ?? 0);
        const translates = availability.technique === 'binary-translation';
        append({
          type: 'operation',
          ...name,
          ...(await measureOperation(machine, planned, argument, translates)),
        });
        state.measured.add(keyOf(planned));
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof MachineError)) throw error;
        state.done.add(keyOf(planned));
        // What was never done cannot be done here; what was done before should not have failed now.
        const fault = mayBeTheEmulators && !(error instanceof Refusal) ? operation.emulatorsFault : undefined;
        const status = state.measured.has(keyOf(planned)) && !fault ? 'failed' : 'unavailable';
        append({
          ...{ type: 'no-operation', ...name, status },
          error: [error.message, fault].filter(Boolean).join('; '),
        });
        if (!(error instanceof Refusal)) await stop();
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
    await stop();
  }
}

async function measureOperation(
  machine: Machine,
  { suite, operation }: PlannedOperation,
  argument: number,
  translates: boolean,
): Promise<
  Pick<OperationSample, 'iterations' | 'wallNs' | 'ticks' | 'emptyWallNs' | 'exits' | 'emptyExits'>
> {
  await machine.prepare({ name: `${suite}/${operation.name}`, seed: 1, argument }, LIMIT_MS);
  const empties: Batch[] = [];
  for (let i = 0; i < EMPTY_BATCHES; i++) empties.push(await machine.run(0, LIMIT_MS));
  const emptyWallNs = median(empties.map(({ wallNs }) => wallNs));
  const emptyExits = medianExits(empties.flatMap(({ exits }) => exits ?? []));
  let iterations = 1;
  let previous = (await machine.run(iterations, LIMIT_MS)).wallNs;
  const most = operation.most ?? MOST_ITERATIONS;
  const longEnoughNs = Math.max(BATCH_NS, emptyWallNs * EMPTIES);
  while (previous - emptyWallNs < longEnoughNs && iterations < most) {
    const missing = longEnoughNs / Math.max(previous - emptyWallNs, 1);
    iterations = Math.min(
      most,
      iterations * 2 ** Math.ceil(Math.log2(Math.min(Math.max(missing, 2), LARGEST_STEP))),
    );
    previous = (await machine.run(iterations, LIMIT_MS)).wallNs;
    checkWorked(iterations, previous - emptyWallNs);
  }
  for (let i = 0; translates && i < WARM_UPS; i++) {
    const { wallNs } = await machine.run(iterations, LIMIT_MS);
    const warm = Math.abs(wallNs / previous - 1) < AGREEMENT;
    previous = wallNs;
    if (warm) break;
  }
  const batches: Batch[] = [];
  for (let i = 0; i < BATCHES; i++) batches.push(await machine.run(iterations, LIMIT_MS));
  return {
    iterations,
    wallNs: batches.map((batch) => batch.wallNs),
    ticks: batches.map((batch) => batch.ticks),
    emptyWallNs,
    ...(emptyExits && { exits: batches.map(({ exits }) => exits ?? {}), emptyExits }),
  };
}
