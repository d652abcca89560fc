/** What waits between batches leaves the measuring CPU to the vCPU. */
import { spawnSync } from 'node:child_process';
import { filesBelow } from '../../host/files-below.ts';

const LIMIT_MS = 5000;

/**
 * Moves whole processes, and single threads, to the CPUs that the tool (this process's parent) keeps for itself. The guest
 * polls its serial line while QEMU's main loop and this process bring it a command: on one CPU they wait for each other's
 * time slices, some 8 ms for each batch, and the marks of a batch do so too. Where the tool has no other CPU nothing moves.
 */
export function leaveCpu(processes: readonly number[], threads: readonly number[]): void {
  const cpus = allowedCpus(process.ppid);
  if (cpus === null) return;
  const move = (id: number, ...options: string[]) =>
    spawnSync('taskset', [...options, '-cp', cpus, String(id)], { stdio: 'ignore', timeout: LIMIT_MS });
  for (const id of processes) move(id, '-a');
  for (const id of threads) move(id);
}

/** As taskset takes it; null if it is not known. */
function allowedCpus(pid: number): string | null {
  const status = filesBelow('/').readNow(`/proc/${pid}/status`) ?? '';
  return /^Cpus_allowed_list:\s+([\d,-]+)$/m.exec(status)?.[1] ?? null;
}
