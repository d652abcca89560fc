/** One hypervisor on its way up: what it has measured, and one step of it. */
import type { Host } from '../../core/host/host.ts';
import type { MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import type { Plan } from '../../core/run/plan.ts';
import { deriveSeed } from '../../core/stats/index.ts';
import { levelOf } from './figures.ts';
import { DESCRIPTORS_PER_MACHINE, type MachineNeed, readHeadroom } from './headroom.ts';
import { Client, measureLevel, WrongResult } from './load.ts';
import { calibratedLoad } from './load-profile.ts';
import { MachineGroup, MachineGroupError } from './machine-group.ts';
import type { MeasuredLevel } from './next-step.ts';
import type {
  ConsolidationEntry,
  Demand,
  Ended,
  LevelEntry,
  LoadProfile,
  LoadProfileEntry,
} from './schema.ts';
import type { ConsolidationTarget } from './targets.ts';

/** What a machine takes besides its own pages: page tables, the kernel's records of it. */
const BESIDES = 1.2;
/** Turns of the load profile before anything is measured: a translator has to translate first. */
const WARM_UP_TURNS = { direct: 1, translated: 4 };

type Journal = Pick<MethodContext<ConsolidationEntry>, 'append' | 'record'>;

export interface Windows {
  readonly count: number;
  readonly seconds: number;
}

export class ScaleUp {
  readonly target: ConsolidationTarget;
  readonly #suite: string;
  readonly #journal: Journal;
  #levels: MeasuredLevel[] = [];
  #verified = false;
  need: MachineNeed = { memory: 0, tasks: 0, descriptors: DESCRIPTORS_PER_MACHINE };
  /** How long its last step took, ms. */
  costMs = 0;
  ended = false;
  /** A step of it failed: it takes no other, not even beside another's. */
  broken = false;
  /** The most machines of a step that was measured to its end. */
  #whole = 0;
  /** It has been told how the scale-up ended; what follows only narrows the gap. */
  told = false;

  constructor(target: ConsolidationTarget, suite: string, journal: Journal) {
    this.target = target;
    this.#suite = suite;
    this.#journal = journal;
  }

  /** Whether the others are compared with it. */
  get isReference(): boolean {
    return this.target.machine.role === 'reference';
  }

  get id(): string {
    return this.target.machine.hypervisor.id;
  }

  get levels(): readonly MeasuredLevel[] {
    return this.#levels;
  }

  get last(): number {
    return Math.max(0, ...this.#levels.map(({ machines }) => machines));
  }

  has(machines: number, demand: Demand): boolean {
    return this.#levels.some((level) => level.machines === machines && level.demand === demand);
  }

  #name() {
    return { suite: this.#suite, isa: this.target.isa, hypervisor: this.id };
  }

  /** Takes up what an earlier run measured; a step that was cut short is measured again. */
  recall(
    { earlier, recorded }: Pick<MethodContext<ConsolidationEntry>, 'earlier' | 'recorded'>,
    loadProfile: LoadProfile,
  ): void {
    const isOwn = (entry: object) =>
      'hypervisor' in entry &&
      entry.hypervisor === this.id &&
      'isa' in entry &&
      entry.isa === this.target.isa;
    this.#verified ||= earlier.some((entry) => entry.type === 'evidence' && isOwn(entry));
    const own = recorded.filter(isOwn);
    for (const entry of own) {
      if (entry.type === 'consolidation-step')
        this.need = { ...this.need, memory: memoryOf(this.need.memory, entry.pssBytes) };
      if (entry.type === 'consolidation-level') {
        const whole = own.some(
          (step) => step.type === 'consolidation-step' && step.machines === entry.machines,
        );
        if (whole) {
          this.#take(entry, loadProfile);
          this.#whole = Math.max(this.#whole, entry.machines);
        }
      }
      // One that ran out of time goes on; any other end stays as it was told.
      if (entry.type === 'consolidation-end') this.told = this.ended = entry.kind !== 'budget';
    }
  }

  #isFirstMiss(machines: number, demand: Demand): boolean {
    return this.#levels
      .filter((level) => level.demand === demand && level.machines <= machines)
      .every(({ held, machines: own }) => held === own < machines);
  }

  #take(entry: LevelEntry, loadProfile: LoadProfile): void {
    const { held, turnsPerSecond } = levelOf(entry, loadProfile);
    const { machines, demand } = entry;
    this.#levels = [
      ...this.#levels.filter((level) => level.machines !== machines || level.demand !== demand),
      { machines, demand, held, turnsPerSecond: turnsPerSecond.median },
    ];
  }

  end(kind: Ended['kind'], reason: string): void {
    if (!this.told)
      this.#journal.record({
        type: 'consolidation-end',
        ...this.#name(),
        ...{ kind, machines: this.#whole, reason: reason.slice(0, 1000) },
      });
    this.told = true;
  }

  /** One number of machines at once, from their launch to their end. Throws MachineError; leaves no machine. */
  async step(
    machines: number,
    demands: readonly Demand[],
    { plan, host, loadProfile, windows, cpus, signal }: StepOptions,
  ): Promise<void> {
    const began = performance.now();
    const { machine, isa } = this.target;
    const group = await MachineGroup.launch(machine, machines, cpus, host, signal);
    try {
      await this.#verify(group, host);
      const [tight] = (await readHeadroom(host)).memory.filter(({ amount }) => amount < 0);
      if (tight) throw new MachineGroupError(`${tight.what} is used up but for a reserve`);
      const load = calibratedLoad(loadProfile);
      const clients = group.machines.map((one) => new Client(one));
      const translates = machine.availability.technique === 'binary-translation';
      const turns = translates ? WARM_UP_TURNS.translated : WARM_UP_TURNS.direct;
      await Promise.all(
        clients.map(async (client) => {
          for (let turn = 0; turn < turns; turn++)
            for (const work of [...load.tasks, load.request]) await client.do(work);
        }),
      );
      for (const demand of demands) {
        const measure = async (attempt: number) => {
          const figures = await measureLevel(group, clients, load, {
            demand,
            windows: windows.count,
            windowSeconds: windows.seconds,
            seed: deriveSeed(plan.seed, 'consolidation', isa, machines, demand, attempt),
          });
          const entry: LevelEntry = {
            type: 'consolidation-level',
            ...this.#name(),
            ...{ machines, demand, windowSeconds: windows.seconds },
            ...figures,
          };
          this.#journal.record(entry);
          this.#take(entry, loadProfile);
        };
        await measure(0);
        // The first miss makes the knee: a neighbour's burst must not.
        if (this.#isFirstMiss(machines, demand)) await measure(1);
      }
      const pssBytes = group.pssBytes();
      this.need = {
        ...this.need,
        memory: memoryOf(this.need.memory, pssBytes),
        tasks: await group.tasksPerMachine(),
      };
      this.#journal.record({
        type: 'consolidation-step',
        ...this.#name(),
        ...{
          machines,
          stormMs: group.stormMs,
          startMs: group.machines.map(({ startMs }) => startMs),
          pssBytes,
        },
      });
      this.#whole = Math.max(this.#whole, machines);
    } finally {
      await group.stop();
      this.costMs = performance.now() - began;
    }
  }

  async #verify({ machines: [first] }: MachineGroup, host: Host): Promise<void> {
    if (this.#verified || !first) return;
    const { hypervisor, availability } = this.target.machine;
    const evidence = await hypervisor.verify(host, await first.identify(), first, availability);
    this.#verified = true;
    this.#journal.append({
      type: 'evidence',
      ...{ hypervisor: this.id, isa: this.target.isa, platform: 'bare', evidence },
    });
  }

  /** What a failed step means: the end of the scale-up, or of the trial where nothing was measured before. */
  fail(machines: number, error: MachineError, listen: (error: string) => void): void {
    this.ended = true;
    this.broken = true;
    if (this.#whole > 0 && !(error instanceof WrongResult)) {
      this.end('limit', `with ${machines} at once: ${error.message}`);
      return;
    }
    this.#journal.append({
      type: 'failure',
      ...this.#name(),
      ...{ launch: machines, platform: 'bare', workload: null, error: error.message },
    });
    listen(error.message);
    this.end('failed', error.message);
  }
}

/** What the largest machine so far has taken, bytes. */
function memoryOf(known: number, pssBytes: readonly number[] | null): number {
  return Math.max(known, ...(pssBytes ?? []).map((bytes) => bytes * BESIDES));
}

export interface StepOptions {
  readonly plan: Plan;
  readonly host: Host;
  readonly loadProfile: LoadProfileEntry;
  readonly windows: Windows;
  readonly cpus: readonly number[];
  readonly signal: AbortSignal;
}
