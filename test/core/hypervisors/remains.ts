import { readdirSync, readFileSync } from 'node:fs';

/** Processes whose environment holds `name=value`, so that none that a test started can hide. */
export function processesWith(name: string, value: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${name}=${value}`);
      } catch {
        // It ended meanwhile.
        return false;
      }
    });
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
