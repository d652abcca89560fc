/** What the processes of a machine have used of this computer. Linux only. */
import { NS_PER_CLOCK_TICK, processTree, threadsCpuNs } from '../host/cpu-time.ts';
import type { Host } from '../host/host.ts';
import { largePageBytes } from '../host/memory.ts';
import type { Usage } from './hypervisor.ts';

/** Of a process with all that it has started. Throws Error where it is gone. */
export async function usageOfTree(pid: number, host: Host): Promise<Usage> {
  const usages = await Promise.all(processTree(pid, host).map((one) => usageOf(one, host)));
  return {
    cpuNs: usages.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
    peakResidentBytes: usages.reduce((sum, { peakResidentBytes }) => sum + peakResidentBytes, 0),
    largePageBytes: largePageBytes(pid, host),
  };
}

/** Of one process. Throws where it is gone. */
async function usageOf(pid: number, host: Host): Promise<Omit<Usage, 'largePageBytes'>> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((name) => host.read(`/proc/${pid}/${name}`)),
  );
  if (!stat || !status) throw new Error('it is gone');
  // Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    // Neither tells all: the ticks are whole ones, of 10 ms, and the threads are those that have not ended.
    cpuNs: Math.max(ticks * NS_PER_CLOCK_TICK, threadsCpuNs(pid, host)),
    peakResidentBytes: Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024,
  };
}
