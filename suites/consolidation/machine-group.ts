/** Many machines of one hypervisor: launched at once, stopped for certain. */

import { processTree, treeCpuNs } from '../../core/host/cpu-time.ts';
import type { Host } from '../../core/host/host.ts';
import { memoryOf } from '../../core/host/memory.ts';
import { type Machine, MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { PlannedMachine } from '../../core/run/plan.ts';

/** Not all machines of a group came up, or all of them stayed. */
export class MachineGroupError extends MachineError {
  override name = 'MachineGroupError';
}

export class MachineGroup {
  readonly machines: readonly Machine[];
  /** From when the first was started until the last was ready, ms. */
  readonly stormMs: number;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  readonly #abort = () => void this.stop();

  private constructor(machines: readonly Machine[], stormMs: number, host: Host, signal: AbortSignal) {
    this.#host = host;
    this.machines = machines;
    this.stormMs = stormMs;
    this.#signal = signal;
    signal.addEventListener('abort', this.#abort);
    if (signal.aborted) this.#abort();
  }

  /**
   * Starts `count` machines at once, one CPU after another. Throws MachineGroupError, with none of them left, where one does
   * not come up or `signal` aborts.
   */
  static async launch(
    { hypervisor, availability, image, kernel }: PlannedMachine,
    count: number,
    cpus: readonly number[],
    host: Host,
    signal: AbortSignal,
  ): Promise<MachineGroup> {
    const began = performance.now();
    let ready = began;
    const launches = await Promise.allSettled(
      Array.from({ length: count }, async (_, index) => {
        const machine = await hypervisor.launch(host, {
          image,
          cpu: cpus[index % cpus.length] ?? 0,
          features: availability.features,
          kernel,
        });
        ready = performance.now();
        return machine;
      }),
    );
    const machines = launches.flatMap((launch) => (launch.status === 'fulfilled' ? [launch.value] : []));
    const failed = launches.filter((launch) => launch.status === 'rejected');
    const group = new MachineGroup(machines, ready - began, host, signal);
    const [first] = failed;
    if (first || signal.aborted) {
      await group.stop();
      const { reason } = first ?? { reason: new Error('it was interrupted') };
      throw new MachineGroupError(
        `${failed.length} of ${count} machines did not start: ${reason instanceof Error ? reason.message : String(reason)}`,
      );
    }
    return group;
  }

  /** CPU time of all machines with all their processes, ns. */
  cpuNs(): number {
    return this.machines.reduce((sum, { pid }) => sum + treeCpuNs(pid, this.#host), 0);
  }

  /** Proportional set size of each machine with all its processes, bytes; null where the kernel does not tell. */
  pssBytes(): number[] | null {
    const sizes = this.machines.map(({ pid }) => memoryOf(pid, this.#host).proportionalBytes);
    const known = sizes.filter((size) => size !== null);
    return known.length === sizes.length ? known : null;
  }

  /** Processes and threads of the first machine. */
  async tasksPerMachine(): Promise<number> {
    const pid = this.machines[0]?.pid;
    if (pid === undefined) return 0;
    const threads = await Promise.all(
      processTree(pid, this.#host).map(async (each) => {
        const status = (await this.#host.read(`/proc/${each}/status`)) ?? '';
        return Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
      }),
    );
    return threads.reduce((sum, count) => sum + count, 0);
  }

  /** May be called twice. */
  async stop(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort);
    await Promise.all(this.machines.map((machine) => machine.stop()));
  }
}
