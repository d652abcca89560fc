/** Connections to machines on other computers that were lost: each costs its trial, and is tried again; not for ever. */
import type { MachineError } from '../hypervisors/hypervisor.ts';
import type { LaunchRecord } from '../results/schema.ts';

/** So many in a row, with no sample of the machine between them, and it counts as gone. */
const MOST_IN_A_ROW = 3;

type Loss = NonNullable<LaunchRecord['lost']>[number];

export class Losses {
  readonly #inARow = new Map<string, number>();
  #launch: Loss[] = [];

  /** Notes one; `workload`: null if it was lost before the first. Returns whether it is worth another try. */
  add(hypervisor: string, workload: string | null, { message }: MachineError): boolean {
    const inARow = (this.#inARow.get(hypervisor) ?? 0) + 1;
    this.#inARow.set(hypervisor, inARow);
    if (inARow >= MOST_IN_A_ROW) return false;
    this.#launch.push({ hypervisor, workload, error: message });
    return true;
  }

  /** The machine has answered with a sample. */
  measured(hypervisor: string): void {
    this.#inARow.delete(hypervisor);
  }

  /** What was lost since the last call: for the launch that ends. */
  take(): Pick<LaunchRecord, 'lost'> {
    const lost = this.#launch;
    this.#launch = [];
    return lost.length > 0 ? { lost } : {};
  }
}
