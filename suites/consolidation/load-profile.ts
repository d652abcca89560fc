/** What machines are asked to do: calibrated by a native process with nothing beside it, so that all do the same. */
import type { Host } from '../../core/host/host.ts';
import { estimateIteration, measureEmpty } from '../../core/measure/calibrate.ts';
import type { PlannedMachine } from '../../core/run/plan.ts';
import { MachineGroup } from './machine-group.ts';
import type { LoadProfile, LoadProfileEntry } from './schema.ts';
import {
  CEILING_MS,
  LEAST_DONE,
  REQUEST,
  REQUEST_MS,
  REQUESTS_PER_SECOND,
  SHARE,
  TASK_MS,
  TASKS,
  type Task,
} from './work.ts';

const LIMIT_MS = 10_000;
const MOST_ITERATIONS = 2 ** 30;
const REPEATS = 5;

/** A task or the request, and what comes out of it. */
export interface Work {
  readonly workload: string;
  readonly argument: number;
  readonly iterations: number;
  readonly checksum: string;
}

export interface CalibratedLoad {
  readonly tasks: readonly Work[];
  readonly request: Work;
  readonly requestsPerSecond: number;
  readonly tasksPerSecond: number;
}

/** What a journal's entry says, as it is asked of machines. */
export function calibratedLoad({ tasks, request, checksums, ...rates }: LoadProfileEntry): CalibratedLoad {
  const work = ({ workload, argument, iterations }: LoadProfile['request'], index: number): Work => ({
    ...{ workload, argument, iterations },
    checksum: checksums[index] ?? '',
  });
  return {
    tasks: tasks.map(work),
    request: work(request, tasks.length),
    requestsPerSecond: rates.requestsPerSecond,
    tasksPerSecond: rates.tasksPerSecond,
  };
}

/** Calibrates the load profile of an ISA on a native machine. Throws MachineError. */
export async function calibrateLoadProfile(
  native: PlannedMachine,
  cpus: readonly number[],
  benchCpu: number,
  host: Host,
  signal: AbortSignal,
): Promise<Omit<LoadProfileEntry, 'type' | 'suite' | 'isa'>> {
  const group = await MachineGroup.launch(native, 1, [benchCpu], host, signal);
  try {
    const [machine] = group.machines;
    if (!machine) throw new Error('a group of one has a machine');
    const calibrate = async ({ entry, argument }: Task, ms: number) => {
      const workload = { name: entry, seed: 1, argument };
      const checksums = new Map<number, Set<string>>();
      // CPU time, since a neighbour on the CPU must not make the work smaller; the least of several, for the same reason.
      const leastNs = async (iterations: number) => {
        const times: number[] = [];
        const own = new Set<string>();
        for (let i = 0; i < REPEATS; i++) {
          const [began, cpuBegan] = [performance.now(), group.cpuNs()];
          await machine.prepare(workload, LIMIT_MS);
          own.add((await machine.run(iterations, LIMIT_MS)).checksum);
          const [wallNs, cpuNs] = [(performance.now() - began) * 1e6, group.cpuNs() - cpuBegan];
          // A kernel that does not count finely says 0.
          times.push(cpuNs > 0 ? cpuNs : wallNs);
        }
        checksums.set(iterations, own);
        return Math.min(...times);
      };
      await machine.prepare(workload, LIMIT_MS);
      const empty = await measureEmpty(machine);
      const estimate = await estimateIteration(machine, empty, ms * 1e6, MOST_ITERATIONS);
      const first = Math.max(1, Math.round((ms * 1e6) / estimate));
      const iterations = Math.max(1, Math.round((first * ms * 1e6) / (await leastNs(first))));
      const ns = await leastNs(iterations);
      const [checksum = '', ...others] = checksums.get(iterations) ?? [];
      if (others.length > 0) throw new Error(`${entry} computes something else each time`);
      return { task: { workload: entry, argument, iterations, ns }, checksum };
    };
    const tasks: Awaited<ReturnType<typeof calibrate>>[] = [];
    for (const task of TASKS) tasks.push(await calibrate(task, TASK_MS));
    const request = await calibrate(REQUEST, REQUEST_MS);
    const taskNs = tasks.map(({ task }) => task.ns);
    const meanTaskNs = taskNs.reduce((sum, ns) => sum + ns, 0) / taskNs.length;
    const requestsShare = (REQUESTS_PER_SECOND * request.task.ns) / 1e9;
    return {
      tasks: tasks.map(({ task }) => task),
      request: request.task,
      share: SHARE,
      requestsPerSecond: REQUESTS_PER_SECOND,
      // However slow a request was on this computer, there is some other work.
      tasksPerSecond: (Math.max(SHARE - requestsShare, SHARE / 4) * 1e9) / meanTaskNs,
      ceilingMs: CEILING_MS,
      leastDone: LEAST_DONE,
      cpus: [...cpus],
      checksums: [...tasks, request].map(({ checksum }) => checksum),
    };
  } finally {
    await group.stop();
  }
}
