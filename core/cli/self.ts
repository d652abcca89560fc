/**
 * `hvbench self` (npm run bench:self): the tool's own costs, measured with tinybench. A guest's own measure
 * goes in as `overriddenDuration`, in ms as everything of tinybench's.
 */

import Table from 'cli-table3';
import { Bench, type Task } from 'tinybench';
import { buildImages } from '../guest/build.ts';
import { pickCpus } from '../host/affinity.ts';
import { lockCpu } from '../host/cpu-lock.ts';
import { localHost } from '../host/local.ts';
import { probeHost } from '../host/probe.ts';
import type { Machine } from '../hypervisors/hypervisor.ts';
import { createMachineVm, prepareOutLoop } from '../hypervisors/kvm/exit-cost.ts';
import type { Vm } from '../hypervisors/kvm/vm.ts';
import { readResult } from '../library/read.ts';
import { roleOf } from '../model/role.ts';
import { partsOf } from '../parts.ts';
import { bytesText } from '../present/format.ts';
import { createRandom, hodgesLehmann, launchInterval } from '../stats/index.ts';
import { printable } from './printable.ts';
import { fleetCosts, renderFleetCosts } from './self-fleet.ts';
import { launchCosts, renderLaunchCosts } from './self-launches.ts';
import { type ReportCost, reportCosts } from './self-report.ts';

const NS_PER_MS = 1e6;
const EXITS_A_SAMPLE = 200;
const LAUNCHES = 10;
const ROUNDS = 5;
const RESAMPLES = 2000;
const LOCATED = [1000, 10_000, 100_000];
const LIMIT_MS = 10_000;

interface Cost {
  readonly what: string;
  readonly samples: number;
  /** Microseconds. */
  readonly median: number;
  readonly least: number;
  readonly p99: number;
}

export interface SelfFlags {
  readonly json: boolean;
  readonly reports: boolean;
  /** The CPU that measures, if a user chose it. */
  readonly cpu?: number | undefined;
  /** A run's folder: where the time of its launches went is told instead, and nothing is measured. */
  readonly launches?: string | undefined;
  /** A run's folder: merging of many results like this one is timed, and nothing else. */
  readonly fleet?: string | undefined;
  /** Waits without limit for another hvbench that measures on the same CPU. */
  readonly wait: boolean;
}

/** Throws UserError where another hvbench measures for too long. */
export async function self({ json, reports, launches, fleet, cpu, wait }: SelfFlags): Promise<void> {
  if (launches !== undefined) {
    const costs = launchCosts(await readResult(launches, partsOf()));
    process.stdout.write(json ? `${JSON.stringify(costs, null, 2)}\n` : renderLaunchCosts(costs));
    return;
  }
  if (fleet !== undefined) {
    const costs = await fleetCosts(await readResult(fleet, partsOf()));
    process.stdout.write(json ? `${JSON.stringify(costs, null, 2)}\n` : renderFleetCosts(costs));
    return;
  }
  const note = (text: string) => process.stderr.write(`note: ${printable(text)}\n`);
  const { benchCpu } = await pickCpus(localHost, cpu);
  const giveBack = await lockCpu(benchCpu, { wait, note });
  try {
    await measureSelf(benchCpu, { json, reports });
  } finally {
    giveBack();
  }
}

async function measureSelf(
  benchCpu: number,
  { json, reports }: Pick<SelfFlags, 'json' | 'reports'>,
): Promise<void> {
  const bench = new Bench({
    name: 'hvbench self',
    time: 500,
    iterations: 20,
    warmupTime: 100,
    warmupIterations: 3,
  });
  const host = await probeHost(localHost);
  const machines: Machine[] = [];
  const vm = host.kvm.accessible ? addVmm(bench) : null;
  try {
    machines.push(...(await addEmptyBatches(bench, benchCpu)));
    addStatistics(bench);
    await bench.run();
  } finally {
    for (const machine of machines) await machine.stop();
    vm?.close();
  }
  const costs = bench.tasks.map(costOf);
  const curve = reports ? await reportCosts(host, process.argv[1] as string) : [];
  process.stdout.write(
    json
      ? `${JSON.stringify({ costs, ...(reports && { reports: curve }) }, null, 2)}\n`
      : `${render(costs)}${reports ? renderReports(curve) : ''}`,
  );
}

/** Returns the VM that the task runs in, to be closed. */
function addVmm(bench: Bench): Vm {
  bench.add('kvm: set up a VM, ready to enter', () => {
    const began = performance.now();
    const vm = createMachineVm();
    const overriddenDuration = performance.now() - began;
    vm.close();
    return { overriddenDuration, overriddenIterationCost: performance.now() - began };
  });
  const vm = createMachineVm();
  const timeExits = prepareOutLoop(vm);
  bench.add('kvm: one exit (out) to the VMM and back', () => {
    const overriddenDuration = timeExits(EXITS_A_SAMPLE) / NS_PER_MS;
    return { overriddenDuration, overriddenIterationCost: overriddenDuration * EXITS_A_SAMPLE };
  });
  return vm;
}

async function addEmptyBatches(bench: Bench, benchCpu: number): Promise<Machine[]> {
  const { suites, hypervisors } = partsOf();
  const host = await probeHost(localHost);
  const images = await buildImages(suites, ['x86_64', 'i386']);
  const machines: Machine[] = [];
  for (const hypervisor of hypervisors) {
    const availability = await hypervisor.probe(localHost, { record: host, kernels: {} });
    const runtime = hypervisor.runtimes.bare;
    if (!availability.available || runtime === null || roleOf(hypervisor.id) === 'control') continue;
    for (const isa of availability.isas) {
      const machine = await hypervisor.launch(localHost, {
        image: images.image(isa, runtime),
        cpu: benchCpu,
        features: availability.features,
      });
      machines.push(machine);
      await machine.prepare({ name: 'cpu/integer', seed: 1, argument: 0 });
      bench.add(`${hypervisor.id} (${isa}): empty batch between its marks`, async () => {
        const began = performance.now();
        const { wallNs } = await machine.run(0, LIMIT_MS);
        return { overriddenDuration: wallNs / NS_PER_MS, overriddenIterationCost: performance.now() - began };
      });
    }
  }
  return machines;
}

function addStatistics(bench: Bench): void {
  const random = createRandom(1);
  const groups = Array.from({ length: LAUNCHES }, () =>
    Array.from({ length: ROUNDS }, () => random.nextFloat()),
  );
  bench.add(`one interval (${LAUNCHES} launches of ${ROUNDS} rounds, ${RESAMPLES} resamples)`, () => {
    launchInterval(groups, { resamples: RESAMPLES, random });
  });
  for (const length of LOCATED) {
    const values = Array.from({ length }, () => random.nextFloat());
    bench.add(`one location of ${length} values`, () => {
      hodgesLehmann(values);
    });
  }
}

function costOf(task: Task): Cost {
  const { result } = task;
  if (result.state !== 'completed') {
    const reason = 'error' in result ? `: ${result.error.message}` : '';
    throw new Error(`${task.name} was not measured (${result.state}${reason})`);
  }
  const { p50, p99, min, samplesCount } = result.latency;
  return { what: task.name, samples: samplesCount, median: p50 * 1000, least: min * 1000, p99: p99 * 1000 };
}

function renderReports(costs: readonly ReportCost[]): string {
  const table = new Table({
    head: ['all reports of a journal', 'seconds', 'µs a sample', 'peak memory'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  table.push(
    ...costs.map(({ samples, seconds, peakResidentBytes }) => [
      `${samples} samples`,
      seconds.toFixed(1),
      ((seconds * 1e6) / samples).toFixed(1),
      peakResidentBytes === null ? 'not known' : bytesText(peakResidentBytes),
    ]),
  );
  return `${table.toString()}\n`;
}

function render(costs: readonly Cost[]): string {
  const table = new Table({
    head: ["hvbench's own cost", 'median µs', 'least µs', '99 % µs', 'samples'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const figure = (value: number) => value.toFixed(2);
  table.push(
    ...costs.map(({ what, median, least, p99, samples }) => [
      what,
      figure(median),
      figure(least),
      figure(p99),
      samples,
    ]),
  );
  return `${table.toString()}\n`;
}
