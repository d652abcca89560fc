/** What waits between batches leaves the measuring CPU to the vCPU. */
import { spawnSync } from 'node:child_process';

const LIMIT_MS = 5000;

/**
 * Moves whole processes, and single threads, to these CPUs. The guest polls its serial line while QEMU's main loop and this
 * process bring it a command: on one CPU they wait for each other's time slices, some 8 ms for each batch, and the marks of
 * a batch do so too.
 */
export function leaveCpu(
  processes: readonly number[],
  threads: readonly number[],
  cpus: readonly number[],
): void {
  const move = (id: number, ...options: string[]) =>
    spawnSync('taskset', [...options, '-cp', cpus.join(','), String(id)], {
      stdio: 'ignore',
      timeout: LIMIT_MS,
    });
  for (const id of processes) move(id, '-a');
  for (const id of threads) move(id);
}
