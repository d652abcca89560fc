/** The processes of a machine, and their CPU time. Linux only. */
import type { HostFiles } from './host.ts';

/** Linux reports CPU time of a process in units of 1/100 s, whatever the kernel's own tick. */
export const NS_PER_CLOCK_TICK = 1e7;

/** Of this process with all its threads, ns (the system counts microseconds). */
export function ownCpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Of a process with all its threads that run now, ns. */
export function threadsCpuNs(pid: number, host: HostFiles): number {
  return tasksOf(pid, host).reduce((sum, task) => {
    // proc(5): time spent on the CPU, ns; time spent waiting for it; time slices. Empty where it has just ended.
    return sum + Number((host.readNow(`/proc/${pid}/task/${task}/schedstat`) ?? '').split(' ', 1)[0]);
  }, 0);
}

/** Of a process and all its descendants, ns; of those that have ended in units of 10 ms. */
export function treeCpuNs(pid: number, host: HostFiles): number {
  return processTree(pid, host).reduce(
    (sum, each) => sum + threadsCpuNs(each, host) + endedChildrenNs(each, host),
    0,
  );
}

/** A process and all its descendants that live. */
export function processTree(pid: number, host: HostFiles): number[] {
  const children = tasksOf(pid, host).flatMap((task) =>
    (host.readNow(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap((child) => processTree(child, host))];
}

/** Fields 16 and 17 of proc(5), counted behind the name, which may hold spaces. */
function endedChildrenNs(pid: number, host: HostFiles): number {
  const stat = host.readNow(`/proc/${pid}/stat`) ?? '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * NS_PER_CLOCK_TICK;
}

/** None if it has just ended. */
function tasksOf(pid: number, host: HostFiles): string[] {
  return host.listNow(`/proc/${pid}/task`);
}
