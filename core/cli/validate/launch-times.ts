/** What launches of a run take, from the events that it tells. */
import type { RunEvent } from '../../run/options.ts';
import { startKey, workloadKey } from '../../validate/cost.ts';

/** What a launch takes: by workload, all machines and preparation included, and by ISA, starting the machines. */
export class LaunchTimes {
  readonly #sums = new Map<string, { seconds: number; count: number }>();
  #running: { readonly key: string; readonly since: number } | null = null;

  listen(event: RunEvent): void {
    const now = performance.now();
    if (this.#running) {
      const sum = this.#sums.get(this.#running.key) ?? { seconds: 0, count: 0 };
      sum.seconds += (now - this.#running.since) / 1000;
      sum.count++;
      this.#sums.set(this.#running.key, sum);
    }
    const key =
      event.type === 'workload' ? workloadKey(event) : event.type === 'launch' ? startKey(event.isa) : null;
    this.#running = key === null ? null : { key, since: now };
  }

  /** By keys of core/validate/cost.ts. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([key, { seconds, count }]) => [key, seconds / count]));
  }
}
