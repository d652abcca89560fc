import { footingOf } from '../results/footing.ts';
import { emulatorName, nativeNote } from '../results/outer-hypervisor.ts';
import type { HostRecord, Isa } from '../results/schema.ts';
import { compilerLack } from './compiler.ts';
import type { Helpers } from './helpers.ts';
import type { Host } from './host.ts';
import { installCommand } from './packages.ts';

/** Something about this computer that stands in the way of a measurement or blurs it. */
export interface Finding {
  /** `problem`: something cannot be measured; `noise`: figures get wider or biased; `note`: worth knowing. */
  readonly level: 'problem' | 'noise' | 'note';
  readonly text: string;
  /** The command that mends it, where one does. */
  readonly remedy?: string;
}

/** Guest code that cannot be had here. */
export interface Unbuilt {
  readonly isa: Isa;
  readonly reason: string;
}

/** What the host record does not hold. */
export interface Equipment {
  /** Whose package manager is told what to install. */
  readonly computer: Host;
  readonly helpers: Helpers;
  /** The compiler that the user chose in `$CC`; null where that is unset. */
  readonly chosenCompiler: string | null;
  readonly unbuilt: readonly Unbuilt[];
  /** What images lack, and where they lie if not in the cache. */
  readonly buildNotes: readonly string[];
  /** CPUs that this process may use. */
  readonly allowedCpus: number;
  /** False where the kernel does not tell cache sizes and typical ones are assumed. */
  readonly cachesKnown: boolean;
}

/**
 * Load average above which something else is clearly running: half a CPU's worth, or a tenth of many CPUs', which keeps
 * the measuring CPU and its caches from few.
 */
const busyLoad = (cpus: number) => Math.max(0.5, cpus / 10);
/** Share of CPU time stolen above which an outer hypervisor clearly runs others. */
export const BUSY_STEAL = 0.01;

/** All findings about this computer: problems first, then noise, then notes. */
export function findTroubles(host: HostRecord, equipment: Equipment): Finding[] {
  return [...problems(host, equipment), ...noises(host, equipment), ...notes(host, equipment)];
}

function problems(host: HostRecord, { computer, helpers, chosenCompiler, unbuilt }: Equipment): Finding[] {
  const found: Finding[] = [];
  const problem = (text: string, remedy?: string) =>
    found.push({ level: 'problem', text, ...(remedy === undefined ? {} : { remedy }) });
  if (host.compiler === null) {
    const { reason, remedy } = compilerLack(chosenCompiler, computer);
    problem(`${capital(reason)}: the workloads cannot be built.`, remedy);
  } else {
    for (const { isa, reason } of unbuilt) problem(`${isa} cannot be measured: ${reason}.`);
  }
  const missing = Object.entries(helpers).flatMap(([name, path]) => (path === null ? [name] : []));
  if (missing.length > 0) {
    problem(
      `${missing.join(' and ')} of util-linux missing: hvbench cannot pin machines, nor end them with itself.`,
      installCommand('util-linux', computer) ?? undefined,
    );
  }
  return found;
}

function noises(host: HostRecord, { allowedCpus }: Equipment): Finding[] {
  const { cpu, load, stealFraction, cpuQuota } = host;
  const found: Finding[] = [];
  const noise = (text: string, remedy?: string) =>
    found.push({ level: 'noise', text, ...(remedy === undefined ? {} : { remedy }) });
  if (load > busyLoad(cpu.cpus)) {
    noise(
      `Load average ${load.toFixed(2)} on ${cpu.cpus} CPUs: something else is running.`,
      'top   # find it, stop it or wait',
    );
  }
  if (stealFraction !== null && stealFraction > BUSY_STEAL) {
    noise(
      `${(stealFraction * 100).toFixed(1)} % of CPU time since boot was stolen: the hypervisor beneath this host runs other guests too.`,
    );
  }
  if (cpuQuota !== null) {
    noise(
      `A CPU quota (cgroup) gives this process ${cpuQuota.toFixed(2)} CPUs: once they are used up, it stops machines and native processes alike, for up to a tenth of a second.`,
    );
  }
  if (cpu.governor !== null && cpu.governor !== 'performance') {
    noise(
      `Frequency governor is ${cpu.governor}: the clock frequency follows the load.`,
      'echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor',
    );
  }
  if (cpu.smt === true) {
    noise(
      'SMT is on: a busy sibling thread slows the measuring CPU.',
      'echo off | sudo tee /sys/devices/system/cpu/smt/control',
    );
  }
  if (allowedCpus === 1) noise('Only one CPU: hvbench shares it with the machines that it measures.');
  return found;
}

function notes(host: HostRecord, { allowedCpus, cachesKnown, buildNotes }: Equipment): Finding[] {
  const { cpu, outerHypervisor, transparentHugePages } = host;
  const found: Finding[] = [];
  const note = (text: string, remedy?: string) =>
    found.push({ level: 'note', text, ...(remedy === undefined ? {} : { remedy }) });
  if (footingOf(host) === 'emulated') {
    note(
      `${outerHypervisor && emulatorName(outerHypervisor)} emulates this CPU: times measured here mean nothing, so no claim about time is judged.`,
    );
  } else if (outerHypervisor !== null && !outerHypervisor.domain) {
    note(`This host itself runs under ${outerHypervisor.hypervisor}: "native" means native inside it.`);
  }
  if (outerHypervisor?.domain) note(nativeNote(host));
  if (cpu.core !== null) {
    note(
      `This CPU has two kinds of core: hvbench measures on ${cpu.core === 'performance' ? 'a performance core' : 'an efficiency core, the only kind that it may use'}.`,
    );
  }
  if (cpu.quiet.length > 0) {
    const words = { isolated: 'isolated (isolcpus)', tickless: 'tickless (nohz_full)' };
    note(`The CPU that measures is ${cpu.quiet.map((one) => words[one]).join(' and ')}.`);
  }
  if (allowedCpus > 1 && allowedCpus < cpu.cpus) {
    note(`This process may use ${allowedCpus} of ${cpu.cpus} CPUs.`);
  }
  if (!cachesKnown) {
    note('The kernel reports no cache sizes: working sets are sized for a typical server CPU.');
  }
  for (const text of buildNotes) note(`${capital(text)}.`);
  if (transparentHugePages === 'never') {
    note(
      'Transparent huge pages are off: native processes get no 2 MiB pages.',
      'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled',
    );
  }
  return found;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
