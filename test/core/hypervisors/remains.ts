import { readFileSync } from 'node:fs';
import { hasVariable, processes } from '../../processes.ts';

/** Processes whose environment holds `name=value`, so that none that a test started can hide. */
export function processesWith(name: string, value: string): number[] {
  return processes()
    .filter((one) => one.pid !== process.pid && hasVariable(one, `${name}=${value}`))
    .map(({ pid }) => pid);
}

/** Whether a process runs; one that is dead, but not yet collected by its parent, does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !'ZX'.includes(stat.slice(stat.lastIndexOf(')') + 2)[0] as string);
  } catch {
    return false;
  }
}
