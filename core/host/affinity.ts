/** Which CPUs this process may use, and which of them measures. */
import type { Host } from './host.ts';

export interface CpuChoice {
  /** The CPU that every machine is pinned to while it is timed. */
  readonly benchCpu: number;
  /** Where the tool and a machine's helper threads run. */
  readonly toolCpus: number[];
}

/** Kinds of core of a hybrid CPU: Intel's P-cores and E-cores. */
export type CoreKind = 'performance' | 'efficiency';

/** What makes one CPU a better place to measure than another. */
export interface CpuTraits {
  /** CPUs of each kind; empty if all cores are alike. */
  readonly kinds: Readonly<Record<CoreKind, readonly number[]>>;
  /** CPUs on which the scheduler puts nothing by itself (isolcpus). */
  readonly isolated: readonly number[];
  /** CPUs that have no timer tick while one thread runs (nohz_full). */
  readonly tickless: readonly number[];
}

/** Intel's hybrid CPUs list the cores of each kind as a performance-monitoring unit of its own. */
export async function readTraits(host: Host): Promise<CpuTraits> {
  const list = async (path: string) => parseCpuList((await host.read(path)) ?? '');
  const [performance, efficiency, isolated, tickless] = await Promise.all([
    list('/sys/devices/cpu_core/cpus'),
    list('/sys/devices/cpu_atom/cpus'),
    list('/sys/devices/system/cpu/isolated'),
    list('/sys/devices/system/cpu/nohz_full'),
  ]);
  const isHybrid = performance.length > 0 && efficiency.length > 0;
  return {
    kinds: isHybrid ? { performance, efficiency } : { performance: [], efficiency: [] },
    ...{ isolated, tickless },
  };
}

/** The kind of a CPU's core; null if all cores are alike. */
export function kindOf(cpu: number, { kinds }: CpuTraits): CoreKind | null {
  if (kinds.performance.includes(cpu)) return 'performance';
  return kinds.efficiency.includes(cpu) ? 'efficiency' : null;
}

/** The allowed CPUs from which the measuring one is taken: P-cores of a hybrid CPU, and of these the quietest. */
export function bestCpus(
  allowed: readonly number[],
  { kinds, isolated, tickless }: CpuTraits,
): readonly number[] {
  const among = (cpus: readonly number[], preferred: readonly number[]) => {
    const both = cpus.filter((cpu) => preferred.includes(cpu));
    return both.length > 0 ? both : cpus;
  };
  return among(among(among(allowed, kinds.performance), isolated), tickless);
}

/** Linux has no more CPUs than this (CONFIG_NR_CPUS of x86 is at most 8192): a bound for malformed lists. */
const MAX_CPUS = 8192;

/** The CPUs of a kernel list such as "0-3,8": ascending and unique; malformed parts are left out. */
export function parseCpuList(text: string): number[] {
  const cpus = new Set<number>();
  for (const part of text.trim().split(',')) {
    const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part.trim());
    if (match === null) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? match[1]), MAX_CPUS - 1);
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/**
 * The last of the `best` CPUs measures (the kernel's own work gathers on the first ones), the other allowed ones serve the
 * tool. The measuring CPU's SMT `siblings` share its core, so they are left idle where any other CPU
 * remains. With one CPU, both are that one.
 * @throws RangeError where `allowed` is empty.
 */
export function chooseCpus(
  allowed: readonly number[],
  siblings: readonly number[] = [],
  best: readonly number[] = allowed,
): CpuChoice {
  const benchCpu = best.at(-1);
  if (benchCpu === undefined) throw new RangeError('no CPU is allowed to this process');
  const others = allowed.filter((cpu) => cpu !== benchCpu);
  const apart = others.filter((cpu) => !siblings.includes(cpu));
  if (apart.length > 0) return { benchCpu, toolCpus: apart };
  return { benchCpu, toolCpus: others.length > 0 ? others : [benchCpu] };
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

/** `chooseCpus` for this process and a computer. */
export async function pickCpus(host: Host): Promise<CpuChoice> {
  const allowed = await allowedCpus(host);
  const best = bestCpus(allowed, await readTraits(host));
  const topology = `/sys/devices/system/cpu/cpu${best.at(-1)}/topology/thread_siblings_list`;
  return chooseCpus(allowed, parseCpuList((await host.read(topology)) ?? ''), best);
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
