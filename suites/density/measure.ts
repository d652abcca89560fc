/** Density: how many live machines fit, what each takes, and whether all of them answer. */

import { readFile } from 'node:fs/promises';
import { digestUnits } from '../../core/guest/build.ts';
import { parseElf } from '../../core/guest/elf.ts';
import { placeUnits, unitKey } from '../../core/guest/layout.ts';
import type { Host } from '../../core/host/host.ts';
import { memoryHeadroom } from '../../core/host/memory-headroom.ts';
import { type Hypervisor, MachineError } from '../../core/hypervisors/hypervisor.ts';
import type { Request, VmGroup } from '../../core/hypervisors/vm-group.ts';
import type { MethodContext } from '../../core/measure/method.ts';
import type { PlannedMachine } from '../../core/run/plan.ts';
import { cpu } from '../cpu/index.ts';
import { CEILING_BYTES, GOAL, REQUEST } from './goal.ts';
import { settledMemory } from './memory.ts';
import { scaleUp } from './scale-up.ts';
import type { DensityEntry, DensityStop } from './schema.ts';
import { summarizeDensity } from './summarize.ts';
import { densityTargets } from './targets.ts';

const ISA = 'x86_64';
const MIB = 2 ** 20;
/** What is to stay available whatever happens, bytes, or as a share of what there is at first where that is more. */
const RESERVE_BYTES = 256 * MIB;
const RESERVE_SHARE = 0.05;
/** Of the suite's time, for each but the last: what takes least comes first, and starts a machine in two milliseconds. */
const OWN_SHARE = 0.6;
/** More steps than there are powers of the step's factor below any goal. */
const MOST_STEPS = 12;
const RUN_LIMIT_MS = 30_000;

/** Measures, and records what it finds. Leaves no machine behind. */
export async function measureDensity(options: MethodContext<DensityEntry>): Promise<void> {
  const { plan, planned, seconds, hypervisors, host, listen, signal } = options;
  const began = performance.now();
  const entries = [...options.recorded];
  const record = (entry: DensityEntry) => {
    entries.push(entry);
    options.record(entry);
  };
  const done = new Set(summarizeDensity(entries).flatMap((row) => (row.stopped ? [row.hypervisor] : [])));
  const name = (hypervisor: string) => ({ suite: planned.suite, isa: ISA, hypervisor }) as const;
  const machines = planned.testbeds.find(({ isa, platform }) => isa === ISA && platform === 'bare')?.machines;
  const native = machines?.find(({ role }) => role === 'reference');
  const targets = densityTargets(plan, hypervisors).filter(({ id }) => !done.has(id));
  const able = targets.flatMap(({ id, launcher, lack }) => {
    const machine = machines?.find(({ hypervisor }) => hypervisor.id === id);
    if (lack === null && launcher && machine && native) return [{ id, launcher, image: machine.image }];
    const error = lack ?? 'the suite runs x86-64 guests, which were not selected';
    record({ type: 'density-unavailable', ...name(id), error });
    return [];
  });
  if (able.length === 0 || !native) return;

  listen({ type: 'step', text: 'density: measuring a native process first' });
  const requests = await askNative(native, plan.seed, plan.cpus.benchCpu, host);
  // Not one CPU against another is measured here, but how much fits.
  const cpus = [...new Set([plan.cpus.benchCpu, ...plan.cpus.toolCpus])];
  for (const [index, { id, launcher, image }] of able.entries()) {
    if (signal.aborted) return;
    const own = launcher.inOneProcess;
    const left = seconds * 1000 - (performance.now() - began);
    const until = performance.now() + (index < able.length - 1 ? left * OWN_SHARE : left);
    const reserveBytes = Math.round(Math.max(RESERVE_BYTES, memoryHeadroom(host).bytes * RESERVE_SHARE));
    const budgetBytes = own ? null : takenByOwn(entries, hypervisors);
    const goal = plan.machines ?? GOAL;
    const digest = await digestOf(image.path);
    record({
      type: 'density-start',
      ...name(id),
      goal,
      request: { workload: `${REQUEST.suite}/${REQUEST.workload}`, iterations: REQUEST.iterations, digest },
      reserveBytes,
      budgetBytes,
      ceilingBytes: own ? CEILING_BYTES : null,
    });
    const before = await settledMemory(host, signal);
    if (signal.aborted) return;
    const started = performance.now();
    let group: VmGroup | null = null;
    const abort = () => void group?.stop();
    signal.addEventListener('abort', abort);
    try {
      group = await launcher.launchMany(
        host,
        { image, features: [], data: await dataOf(image.path), cpus },
        0,
      );
      // Who aborted before there was anything to stop has stopped nothing.
      if (signal.aborted) return;
      const stop = await scaleUp({
        host,
        group,
        holder: own ? (group.pids()[0] ?? 'self') : 'self',
        ...{ goal, before, reserveBytes, budgetBytes, until, requests },
        startedMs: own ? performance.now() - started : 0,
        guess: launcher.needs,
        limits: ({ most, binds, limits }) =>
          record({ type: 'density-limits', ...name(id), most, binds, limits: [...limits] }),
        step: (step) => {
          record({ type: 'density-step', ...name(id), ...step });
          listen({
            type: 'step',
            text: `density, ${id}: ${step.right} of ${step.machines} machines answered`,
          });
        },
        live: (live) => {
          if (own || live % 50 === 0) listen({ type: 'step', text: `density, ${id}: ${live} machines live` });
        },
      });
      if (signal.aborted) return;
      end(options, record, id, stop);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof MachineError)) throw error;
      end(options, record, id, { reason: 'failed', text: error.message });
    } finally {
      signal.removeEventListener('abort', abort);
      listen({ type: 'step', text: `density, ${id}: ending all machines` });
      await group?.stop();
    }
  }
}

/** A failure belongs to the run as well, so that it ends with a finding. */
function end(
  { planned, append, listen }: MethodContext<DensityEntry>,
  record: (entry: DensityEntry) => void,
  hypervisor: string,
  stop: DensityStop,
): void {
  const { suite } = planned;
  record({ type: 'density-end', suite, isa: ISA, hypervisor, ...stop });
  if (stop.reason !== 'failed') return;
  const failure = { launch: 0, isa: ISA, hypervisor, workload: suite, error: stop.text } as const;
  append({ type: 'failure', suite, platform: 'bare', ...failure });
  listen({ type: 'failure', ...failure });
}

/** What the machines of one process took of the host when there were most of them; null where they were not measured. */
function takenByOwn(entries: readonly DensityEntry[], hypervisors: readonly Hypervisor[]): number | null {
  const inOne = hypervisors.filter(({ vmGroups }) => vmGroups?.inOneProcess).map(({ id }) => id);
  const own = summarizeDensity(entries).find(({ hypervisor }) => inOne.includes(hypervisor));
  const step = own?.steps.findLast(({ machines }) => machines === own.held);
  return step ? Math.max(step.usedBytes, step.pssBytes) : null;
}

/** A request for each step, with data of its own, so that no answer to an earlier one will do. Throws MachineError. */
async function askNative(native: PlannedMachine, seed: number, cpu: number, host: Host): Promise<Request[]> {
  const entry = `${REQUEST.suite}/${REQUEST.workload}`;
  const machine = await native.hypervisor.launch(host, { image: native.image, cpu, features: [] });
  try {
    const requests: Request[] = [];
    for (let step = 0; step < MOST_STEPS; step++) {
      const own = (seed + step) % 2 ** 32;
      await machine.prepare({ name: entry, seed: own, argument: 0 });
      const { checksum } = await machine.run(REQUEST.iterations, RUN_LIMIT_MS);
      requests.push({ entry, seed: own, iterations: REQUEST.iterations, expect: checksum });
    }
    return requests;
  } finally {
    await machine.stop();
  }
}

function unitsOfRequest() {
  const workload = cpu.workloads.find(({ name }) => name === REQUEST.workload);
  if (!workload) throw new Error('the suite density asks for a workload that does not exist');
  const key = unitKey(cpu.name, workload.source);
  return placeUnits([cpu]).filter((unit) => unit.key === key);
}

/** Where the writable data of the request's workload lies; nowhere where it has none. */
async function dataOf(image: string): Promise<number[]> {
  const data = unitsOfRequest().map((unit) => unit.data);
  return parseElf(await readFile(image))
    .segments.map(({ address }) => address)
    .filter((address) => data.includes(address));
}

async function digestOf(image: string): Promise<string> {
  const [digest] = (await digestUnits(image, unitsOfRequest())).values();
  return digest ?? '';
}
