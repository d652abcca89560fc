/** What makes one CPU a better place to measure than another. */
import { parseCpuList } from './cpu-list.ts';
import type { Host } from './host.ts';

/** Kinds of core of a hybrid CPU: Intel's P-cores and E-cores. */
export type CoreKind = 'performance' | 'efficiency';

/** Which CPUs are what. */
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

/** What keeps others off the CPU. */
export function quietOf(cpu: number, { isolated, tickless }: CpuTraits): ('isolated' | 'tickless')[] {
  return [
    ...(isolated.includes(cpu) ? ['isolated' as const] : []),
    ...(tickless.includes(cpu) ? ['tickless' as const] : []),
  ];
}
