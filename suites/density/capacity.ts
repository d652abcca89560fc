/** How many machines a host can hold, by each of its limits, before any of them breaks. */
import type { VmGroupNeeds } from '../../core/hypervisors/hypervisor.ts';

/** What one machine takes, or what there is headroom for. */
export type Needs = VmGroupNeeds;

export interface Limit {
  readonly name: string;
  /** What is left of it, in its own unit, beside what is to stay free; null where nothing bounds it. */
  readonly room: number | null;
  /** What one more machine takes of it. */
  readonly perMachine: number;
  /** How many machines there can be by it, with those that are there; null where nothing bounds it. */
  readonly fits: number | null;
}

export interface Capacity {
  readonly most: number;
  /** The name of the limit that decides; null where it is the goal. */
  readonly binds: string | null;
  readonly limits: readonly Limit[];
}

const NAMES: Readonly<Record<keyof Needs, string>> = {
  descriptors: 'file descriptors (RLIMIT_NOFILE, fs.file-max)',
  mappings: 'memory mappings (vm.max_map_count)',
  threads: 'threads (pids.max, kernel.threads-max, kernel.pid_max)',
  addressBytes: 'address space (RLIMIT_AS)',
  memoryBytes: 'memory',
};

/** What stays free for whatever else the process does; of memory, the caller has a reserve of his own. */
const SPARE: Readonly<Needs> = {
  descriptors: 32,
  mappings: 512,
  threads: 64,
  addressBytes: 2 ** 27,
  memoryBytes: 0,
};

/** `machines` are there; `headroom` is what is left beside them. */
export function capacityOf(goal: number, machines: number, headroom: Needs, each: Needs): Capacity {
  const limits = (Object.keys(NAMES) as (keyof Needs)[]).map((key): Limit => {
    const left = Math.max(0, headroom[key] - SPARE[key]);
    const bounded = Number.isFinite(left) && each[key] > 0;
    return {
      name: NAMES[key],
      room: Number.isFinite(left) ? Math.floor(left) : null,
      perMachine: each[key],
      fits: bounded ? machines + Math.floor(left / each[key]) : null,
    };
  });
  const tightest = limits.reduce<Limit | null>(
    (least, limit) => (limit.fits !== null && limit.fits < (least?.fits ?? goal) ? limit : least),
    null,
  );
  return { most: tightest?.fits ?? goal, binds: tightest?.name ?? null, limits };
}

/** What each of `machines` more takes, from what all take before and with them; at least what it is sure to take. */
export function perMachine(before: Needs, now: Needs, machines: number, least: Needs): Needs {
  const of = (key: keyof Needs) => Math.max(least[key], (now[key] - before[key]) / machines);
  return {
    descriptors: of('descriptors'),
    mappings: of('mappings'),
    threads: of('threads'),
    addressBytes: of('addressBytes'),
    memoryBytes: of('memoryBytes'),
  };
}
