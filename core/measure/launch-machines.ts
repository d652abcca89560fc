/** The machines of one launch of one ISA: started together, replaced when they die, stopped for certain. */
import { type CpuChoice, helperCpusOf } from '../host/affinity.ts';
import type { Host } from '../host/host.ts';
import type { Machine } from '../hypervisors/hypervisor.ts';
import type { LaunchRecord } from '../results/schema.ts';
import type { Experiment, PlannedMachine } from '../run/plan.ts';
import { punctual } from './punctual.ts';

export class LaunchMachines {
  readonly #host: Host;
  readonly #cpus: CpuChoice;
  readonly #machines = new Map<string, Machine>();
  readonly #planned: ReadonlyMap<string, PlannedMachine>;
  /** Peak memory of machines, also of those that are gone. */
  readonly #peaks: Record<string, number> = {};
  #stopped = false;

  constructor({ machines }: Experiment, host: Host, cpus: CpuChoice) {
    this.#host = host;
    this.#cpus = cpus;
    this.#planned = new Map(machines.map((planned) => [planned.hypervisor.id, planned]));
  }

  /** The machine of a driver: the running one, or a fresh one where it has died. Throws MachineError. */
  async get(id: string): Promise<Machine> {
    const running = this.#machines.get(id);
    if (running) return running;
    const planned = this.#planned.get(id);
    if (!planned) throw new Error(`no machine ${id} is planned`);
    const machine = punctual(
      await planned.hypervisor.launch(this.#host, {
        image: planned.image,
        cpu: this.#cpus.benchCpu,
        helperCpus: helperCpusOf(this.#cpus),
        features: planned.availability.features,
        kernel: planned.kernel,
      }),
    );
    if (this.#stopped) {
      await machine.stop();
      throw new Error('the launch is over');
    }
    this.#machines.set(id, machine);
    return machine;
  }

  /** Kills a machine that failed; the next `get` starts another. */
  async drop(id: string): Promise<void> {
    const machine = this.#machines.get(id);
    this.#machines.delete(id);
    await machine?.stop();
  }

  /** Memory of the running machines, bytes: the most that was resident, and what is in large pages now. */
  async memory(): Promise<Required<Pick<LaunchRecord, 'peakResidentBytes' | 'largePageBytes'>>> {
    const largePageBytes: Record<string, number> = {};
    for (const [id, machine] of this.#machines) {
      const usage = await machine.usage().catch(() => null);
      if (!usage) continue;
      this.#peaks[id] = Math.max(this.#peaks[id] ?? 0, usage.peakResidentBytes);
      if (usage.largePageBytes !== null) largePageBytes[id] = usage.largePageBytes;
    }
    return { peakResidentBytes: this.#peaks, largePageBytes };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#machines.values()].map((machine) => machine.stop()));
    this.#machines.clear();
  }
}
