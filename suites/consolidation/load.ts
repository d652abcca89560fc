/** What drives machines: work that is due at set times or at once, asked of all of them side by side. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ownCpuNs } from '../../core/host/cpu-time.ts';
import { type Machine, MachineError } from '../../core/hypervisors/hypervisor.ts';
import { jitteredArrivals, poissonArrivals } from './arrivals.ts';
import { latencyCountsOf } from './latencies.ts';
import type { CalibratedLoad, Work } from './load-profile.ts';
import type { MachineGroup } from './machine-group.ts';
import type { Demand, GuestRecord, LevelEntry } from './schema.ts';

/** Of one task or request: longer than anything takes on a host that still carries its machines. */
const LIMIT_MS = 20_000;
/** How long load runs before the first window. */
const RAMP_UP_SECONDS = 0.2;

/** A machine computed something else than native did: no figure of it counts. */
export class WrongResult extends MachineError {
  override name = 'WrongResult';
}

/** The monotonic clock that machines' marks are on, ms. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export interface Served {
  /** Index of the task; null for a request. */
  readonly task: number | null;
  /** When it was due, when the machine was asked, and when it was done, ms. Flat out, a task is due when it is asked. */
  readonly dueMs: number;
  readonly askedMs: number;
  readonly doneMs: number;
  /** Whether the machine had nothing to do when it was due. */
  readonly idle: boolean;
}

/** One machine and the workload that is prepared in it: preparing it again would cost for nothing. */
export class Client {
  readonly #machine: Machine;
  #prepared: Work | null = null;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Does a piece of work; returns when it was done, ms. Throws MachineError. */
  async do(work: Work): Promise<number> {
    if (this.#prepared !== work) {
      this.#prepared = null;
      await this.#machine.prepare({ name: work.workload, seed: 1, argument: work.argument }, LIMIT_MS);
      this.#prepared = work;
    }
    const { beganNs, wallNs, checksum } = await this.#machine.run(work.iterations, LIMIT_MS);
    if (checksum !== work.checksum)
      throw new WrongResult(`${work.workload} gave ${checksum} where native gives ${work.checksum}`);
    return (beganNs + wallNs) / 1e6;
  }
}

/** When work is due, ms from the beginning; tasks without times are due at once, one after another. */
interface Due {
  readonly requests: readonly number[];
  readonly tasks: readonly number[] | null;
}

/** Serves what is due, requests before tasks, until `endMs`; what is under way then is brought to its end. */
async function serve(
  client: Client,
  loadProfile: CalibratedLoad,
  due: Due,
  { beganMs, endMs, first }: { readonly beganMs: number; readonly endMs: number; readonly first: number },
): Promise<Served[]> {
  const served: Served[] = [];
  let [request, task, turn] = [0, 0, first];
  let idle = true;
  for (;;) {
    const askedMs = nowMs();
    if (askedMs >= endMs) return served;
    const nextRequest = beganMs + (due.requests[request] ?? Number.POSITIVE_INFINITY);
    const nextTask = due.tasks ? beganMs + (due.tasks[task] ?? Number.POSITIVE_INFINITY) : askedMs;
    if (nextRequest <= askedMs) {
      request++;
      served.push({
        task: null,
        dueMs: nextRequest,
        askedMs,
        doneMs: await client.do(loadProfile.request),
        idle,
      });
    } else if (nextTask <= askedMs) {
      task++;
      const index = turn++ % loadProfile.tasks.length;
      const doneMs = await client.do(loadProfile.tasks[index] as Work);
      served.push({ task: index, dueMs: nextTask, askedMs, doneMs, idle });
    } else {
      idle = true;
      await sleep(Math.max(1, Math.round(Math.min(nextRequest, nextTask, endMs) - askedMs)));
      continue;
    }
    idle = false;
  }
}

export interface LevelOptions {
  readonly demand: Demand;
  readonly windows: number;
  readonly windowSeconds: number;
  readonly seed: number;
}

/** One level of demand on a group of machines. Throws MachineError where a machine fails. */
export async function measureLevel(
  group: MachineGroup,
  clients: readonly Client[],
  loadProfile: CalibratedLoad,
  { demand, windows, windowSeconds, seed }: LevelOptions,
): Promise<Pick<LevelEntry, 'cpuNs' | 'toolCpuNs' | 'toolLagMs' | 'guests'>> {
  const seconds = RAMP_UP_SECONDS + windows * windowSeconds;
  // The same times for every hypervisor: what is asked of the third of eight machines does not depend on whose it is.
  const due = clients.map(
    (_, index): Due => ({
      requests: poissonArrivals(loadProfile.requestsPerSecond, seconds, seed, clients.length, index),
      tasks:
        demand === 'set'
          ? jitteredArrivals(loadProfile.tasksPerSecond, seconds, seed, clients.length, index)
          : null,
    }),
  );
  const beganMs = nowMs();
  const endMs = beganMs + seconds * 1000;
  const all = Promise.all(
    clients.map((client, index) =>
      serve(client, loadProfile, due[index] as Due, {
        beganMs,
        endMs,
        first: index % loadProfile.tasks.length,
      }),
    ),
  );
  // A failure is told below, once the clocks are read.
  all.catch(() => {});
  await sleep(RAMP_UP_SECONDS * 1000);
  const [cpuBefore, toolBefore, fromMs] = [group.cpuNs(), ownCpuNs(), nowMs()];
  await Promise.race([sleep(Math.max(0, endMs - nowMs())), all]);
  const [cpuAfter, toolAfter, toMs] = [group.cpuNs(), ownCpuNs(), nowMs()];
  const served = await all;
  // The clocks were read a little later than the windows began and ended.
  const scale = (windows * windowSeconds * 1000) / (toMs - fromMs);
  const bounds = { beganMs: endMs - windows * windowSeconds * 1000, windows, windowMs: windowSeconds * 1000 };
  const lags = served
    .flat()
    .flatMap(({ task, idle, askedMs, dueMs }) => (task === null && idle ? [askedMs - dueMs] : []));
  return {
    cpuNs: (cpuAfter - cpuBefore) * scale,
    toolCpuNs: (toolAfter - toolBefore) * scale,
    toolLagMs: lags.sort((a, b) => a - b)[Math.floor(lags.length * 0.95)] ?? 0,
    guests: served.map((own, index) =>
      recordOf(own, loadProfile.tasks.length, bounds, {
        requests: (due[index] as Due).requests.map((at) => beganMs + at),
        tasks: (due[index] as Due).tasks?.map((at) => beganMs + at) ?? null,
      }),
    ),
  };
}

interface Bounds {
  readonly beganMs: number;
  readonly windows: number;
  readonly windowMs: number;
}

/** What a machine did within the windows; `due` on the clock of `served`. */
export function recordOf(
  served: readonly Served[],
  tasks: number,
  { beganMs, windows, windowMs }: Bounds,
  due: Due,
): GuestRecord {
  const endMs = beganMs + windows * windowMs;
  const inside = (ms: number) => ms >= beganMs && ms < endMs;
  const done = served.filter(({ doneMs }) => inside(doneMs));
  const requests = served.filter(({ task, dueMs }) => task === null && inside(dueMs));
  const asked = due.requests.filter(inside);
  const unserved = asked.slice(requests.length).map((dueMs) => endMs - dueMs);
  const askedTasks = due.tasks?.filter(inside).length ?? 0;
  return {
    turns: Array.from({ length: windows }, (_, window) => {
      const [from, to] = [beganMs + window * windowMs, beganMs + (window + 1) * windowMs];
      return served.reduce((sum, { task, askedMs, doneMs }) => {
        if (task === null || doneMs <= askedMs) return sum;
        const part = Math.max(0, Math.min(doneMs, to) - Math.max(askedMs, from)) / (doneMs - askedMs);
        return sum + part / tasks;
      }, 0);
    }),
    tasks: {
      asked: askedTasks,
      done: due.tasks ? done.filter(({ task }) => task !== null).length : 0,
    },
    requests: { asked: asked.length, done: done.filter(({ task }) => task === null).length },
    latencies: latencyCountsOf([...requests.map(({ dueMs, doneMs }) => doneMs - dueMs), ...unserved]),
  };
}
