/** Which CPUs this process may use, and which of them measures. */
import { UserError } from '../errors.ts';
import { cpuListText, parseCpuList } from './cpu-list.ts';
import { bestCpus, type CpuTraits, readTraits } from './cpu-traits.ts';
import type { Host } from './host.ts';

export interface CpuChoice {
  /** The CPU that every machine is pinned to while it is timed. */
  readonly benchCpu: number;
  /** Where the tool and a machine's helper threads run. */
  readonly toolCpus: number[];
  /** Whether a user chose the measuring one; else hvbench did. */
  readonly cpuChosen: boolean;
}

/**
 * The `chosen` CPU measures or, if nobody chose, the last of the `best` ones: the kernel's own work gathers on the first
 * ones. The other allowed ones serve the tool. The measuring CPU's SMT `siblings` share its core, so they are left idle
 * where any other CPU remains. With one CPU, both are that one.
 * @throws RangeError where there is none.
 */
export function chooseCpus(
  allowed: readonly number[],
  siblings: readonly number[] = [],
  best: readonly number[] = allowed,
  chosen?: number,
): CpuChoice {
  const benchCpu = chosen ?? best.at(-1);
  if (benchCpu === undefined) throw new RangeError('no CPU is allowed to this process');
  const cpuChosen = chosen !== undefined;
  const others = allowed.filter((cpu) => cpu !== benchCpu);
  const apart = others.filter((cpu) => !siblings.includes(cpu));
  if (apart.length > 0) return { benchCpu, toolCpus: apart, cpuChosen };
  return { benchCpu, toolCpus: others.length > 0 ? others : [benchCpu], cpuChosen };
}

/** CPUs besides the measuring one for what serves machines; none if there is no other. */
export function helperCpusOf({ benchCpu, toolCpus }: Pick<CpuChoice, 'benchCpu' | 'toolCpus'>): number[] {
  return toolCpus.filter((cpu) => cpu !== benchCpu);
}

/** CPUs online, ascending; as many as Node counts where the kernel does not list them. */
export async function onlineCpus(host: Host): Promise<number[]> {
  const online = parseCpuList((await host.read('/sys/devices/system/cpu/online')) ?? '');
  return online.length > 0 ? online : Array.from({ length: host.facts().cpus }, (_, cpu) => cpu);
}

/**
 * The online CPUs that this process may run on. Read it before the tool pins itself: the kernel answers for
 * the process as it is now. (Cpus_allowed_list also names CPUs that do not exist, hence the intersection.)
 */
export async function allowedCpus(host: Host): Promise<number[]> {
  const status = (await host.read('/proc/self/status')) ?? '';
  const allowed = parseCpuList(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1] ?? '');
  const online = await onlineCpus(host);
  const both = online.filter((cpu) => allowed.includes(cpu));
  return both.length > 0 ? both : online;
}

/**
 * Isolated CPUs that this process may move to although they are not among the allowed ones: isolcpus keeps them out of what
 * every process is born with. A narrower mask than that is somebody's wish, and a cpuset forbids what is not in it.
 */
async function isolatedBeyond(
  allowed: readonly number[],
  online: readonly number[],
  { isolated }: CpuTraits,
  host: Host,
): Promise<number[]> {
  const beyond = isolated.filter((cpu) => online.includes(cpu) && !allowed.includes(cpu));
  const isNarrower = online.some((cpu) => !allowed.includes(cpu) && !isolated.includes(cpu));
  if (beyond.length === 0 || isNarrower) return [];
  const status = await host.capture('taskset', ['-c', beyond.join(','), 'cat', '/proc/self/status']);
  const reached = parseCpuList(/^Cpus_allowed_list:\s*(.+)$/m.exec(status ?? '')?.[1] ?? '');
  return beyond.filter((cpu) => reached.includes(cpu));
}

/**
 * `chooseCpus` for this process and a computer. Call it before the tool pins itself. `cpu` is what a user chose. Throws
 * CpuRefusal if that cannot measure.
 */
export async function pickCpus(host: Host, cpu?: number): Promise<CpuChoice> {
  const [allowed, online, traits] = [await allowedCpus(host), await onlineCpus(host), await readTraits(host)];
  const beyond = await isolatedBeyond(allowed, online, traits, host);
  const usable = [...allowed, ...beyond].sort((a, b) => a - b);
  if (cpu !== undefined) expectUsable(cpu, usable, online);
  const best = bestCpus(usable, traits);
  const topology = `/sys/devices/system/cpu/cpu${cpu ?? best.at(-1)}/topology/thread_siblings_list`;
  return chooseCpus(allowed, parseCpuList((await host.read(topology)) ?? ''), best, cpu);
}

/** A CPU that a user chose, and that cannot measure. */
export class CpuRefusal extends UserError {
  /** After "CPU 3": "is not online (0-1 are)". */
  readonly why: string;
  constructor(cpu: number, why: string, advice: string) {
    super(`CPU ${cpu} ${why}: ${advice}`);
    this.why = why;
  }
}

/** Throws CpuRefusal. */
function expectUsable(cpu: number, usable: readonly number[], online: readonly number[]): void {
  const [these, all] = [cpuListText(usable), cpuListText(online)];
  if (!online.includes(cpu)) throw new CpuRefusal(cpu, `is not online (${all})`, `choose one of ${these}`);
  if (!usable.includes(cpu))
    throw new CpuRefusal(
      cpu,
      `is not one that this process may use, by its affinity or a cpuset (${these})`,
      'choose one of these, or allow it (taskset, cgroup)',
    );
  if (usable.length === 1)
    throw new CpuRefusal(
      cpu,
      'is the only one that this process may use, and hvbench itself needs another',
      'choose none to measure all the same, or allow a second one (taskset, cgroup)',
    );
}

/** Keeps this process off the measuring CPU; returns how to undo it. Does nothing where there is no other CPU. */
export async function stayOff(toolCpus: readonly number[], host: Host): Promise<() => Promise<void>> {
  const pid = String(process.pid);
  const current = /:\s*([\d,-]+)\s*$/.exec((await host.capture('taskset', ['-c', '-p', pid])) ?? '')?.[1];
  await host.capture('taskset', ['-a', '-c', '-p', toolCpus.join(','), pid]);
  return async () => {
    if (current) await host.capture('taskset', ['-a', '-c', '-p', current, pid]);
  };
}
