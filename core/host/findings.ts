import type { Host } from '../results/schema.ts';
import type { Helpers } from './helpers.ts';

/** Something about this computer that stands in the way of a measurement or blurs it. */
export interface Finding {
  /** `problem`: something cannot be measured; `noise`: figures get wider or biased; `note`: worth knowing. */
  readonly level: 'problem' | 'noise' | 'note';
  readonly text: string;
  /** The command that mends it, where one does. */
  readonly remedy?: string;
}

/** What the host record does not hold. */
export interface Equipment {
  readonly helpers: Helpers;
  /** The compiler that the user chose in `$CC`; null where that is unset. */
  readonly chosenCompiler: string | null;
  /** Whether the compiler makes i386 programs; null without a compiler. */
  readonly i386: boolean | null;
  /** CPUs that this process may use. */
  readonly allowedCpus: number;
  /** False where the kernel does not tell cache sizes and typical ones are assumed. */
  readonly cachesKnown: boolean;
}

/** Load average above which something else is clearly running. */
export const BUSY_LOAD = 0.5;
/** Share of CPU time stolen above which an outer hypervisor clearly runs others. */
export const BUSY_STEAL = 0.01;

/** All findings about this computer: problems first, then noise, then notes. */
export function findTroubles(host: Host, equipment: Equipment): Finding[] {
  return [...problems(host, equipment), ...noises(host, equipment), ...notes(host, equipment)];
}

function problems(host: Host, { helpers, chosenCompiler, i386 }: Equipment): Finding[] {
  const found: Finding[] = [];
  const problem = (text: string, remedy: string) => found.push({ level: 'problem', text, remedy });
  if (host.compiler === null && chosenCompiler !== null) {
    problem(
      `CC is set to ${JSON.stringify(chosenCompiler)}, which does not work: the workloads cannot be built.`,
      'unset CC   # or name one command without arguments in it',
    );
  } else if (host.compiler === null) {
    problem(
      'No C compiler (gcc, cc, clang; $CC is unset): the workloads cannot be built.',
      'sudo apt-get install gcc   # Fedora: dnf install gcc',
    );
  }
  if (i386 === false) {
    problem(
      'The C compiler makes no i386 programs (-m32): i386 cannot be measured.',
      'sudo apt-get install gcc && export CC=gcc',
    );
  }
  const missing = Object.entries(helpers).flatMap(([name, path]) => (path === null ? [name] : []));
  if (missing.length > 0) {
    problem(
      `${missing.join(' and ')} of util-linux missing: machines cannot be pinned and tied to the tool.`,
      'sudo apt-get install util-linux   # Alpine: apk add util-linux setpriv',
    );
  }
  return found;
}

function noises(host: Host, { allowedCpus }: Equipment): Finding[] {
  const { cpu, load, stealFraction } = host;
  const found: Finding[] = [];
  const noise = (text: string, remedy?: string) =>
    found.push({ level: 'noise', text, ...(remedy === undefined ? {} : { remedy }) });
  if (load > BUSY_LOAD) {
    noise(`Load average ${load.toFixed(2)}: something else is running.`, 'top   # find it, stop it or wait');
  }
  if (stealFraction !== null && stealFraction > BUSY_STEAL) {
    noise(
      `${(stealFraction * 100).toFixed(1)} % of CPU time since boot was stolen: the outer hypervisor runs others too.`,
    );
  }
  if (cpu.governor !== null && cpu.governor !== 'performance') {
    noise(
      `Frequency governor is ${cpu.governor}: the clock follows the load.`,
      'echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor',
    );
  }
  if (cpu.smt === true) {
    noise(
      'SMT is on: the other thread of a core slows the one that measures.',
      'echo off | sudo tee /sys/devices/system/cpu/smt/control',
    );
  }
  if (allowedCpus === 1) noise('Only one CPU: the tool shares it with what it measures.');
  return found;
}

function notes(host: Host, { allowedCpus, cachesKnown }: Equipment): Finding[] {
  const { cpu, under, transparentHugePages } = host;
  const found: Finding[] = [];
  const note = (text: string, remedy?: string) =>
    found.push({ level: 'note', text, ...(remedy === undefined ? {} : { remedy }) });
  if (under !== null) {
    note(`This host itself runs under ${under.hypervisor}: "native" means native in there.`);
  }
  if (allowedCpus > 1 && allowedCpus < cpu.cpus) {
    note(`This process may use ${allowedCpus} of ${cpu.cpus} CPUs.`);
  }
  if (!cachesKnown) {
    note('The kernel tells no cache sizes: working sets are chosen for those of a typical server CPU.');
  }
  if (transparentHugePages === 'never') {
    note(
      'Transparent huge pages are off: native processes get no 2 MiB pages.',
      'echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled',
    );
  }
  return found;
}
