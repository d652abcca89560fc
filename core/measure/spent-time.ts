/** Where the time of a launch goes: what a run could save is seen here first. */
import type { LaunchPhase, LaunchRecord } from '../results/schema.ts';

type Seconds = Partial<Record<LaunchPhase, number>>;

export class SpentTime {
  readonly #seconds = new Map<string, Seconds>();

  add(hypervisor: string, phase: LaunchPhase, seconds: number): void {
    const phases = this.#seconds.get(hypervisor) ?? {};
    this.#seconds.set(hypervisor, { ...phases, [phase]: (phases[phase] ?? 0) + seconds });
  }

  /** By hypervisor. */
  toRecord(): NonNullable<LaunchRecord['spentSeconds']> {
    return Object.fromEntries(this.#seconds);
  }
}
