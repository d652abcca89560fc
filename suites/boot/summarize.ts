/** From a journal's entries to what each machine's boot took. */
import { groupBy } from '../../core/group-by.ts';
import type { Interval } from '../../core/results/schema.ts';
import type { RunRecord } from '../../core/results/suite-records.ts';
import { createRandom, deriveSeed, launchInterval, median, toRatio } from '../../core/stats/index.ts';
import {
  BOOT_MILESTONES,
  type BootCache,
  type BootEntry,
  type BootLaunch,
  type BootMilestone,
  type BootResult,
} from './schema.ts';

type Of<T extends BootEntry['type']> = Extract<BootEntry, { type: T }>;
export type BootTargetName = Pick<BootResult, 'hypervisor' | 'machineType' | 'isa' | 'role'>;

const CACHES: readonly BootCache[] = ['warm', 'cold'];

export const bootKey = ({ hypervisor, machineType, isa, role }: BootTargetName): string =>
  [hypervisor, machineType ?? '', isa, role].join(' ');

/** What a failure calls a target, beside its hypervisor and ISA. */
export const bootName = ({ machineType, role }: BootTargetName): string =>
  [machineType, role].filter(Boolean).join(' ');

/** Two rows for each target that the journal names: from a warm cache, and from a cold one. */
export function summarizeBoots(entries: readonly BootEntry[], run: RunRecord): BootResult[] {
  const of = <T extends BootEntry['type']>(type: T) =>
    entries.filter((entry): entry is Of<T> => entry.type === type);
  const launches = groupBy(of('boot-launch'), (launch) => `${launch.cache} ${bootKey(launch)}`);
  const ended = of('boot-end').at(-1)?.reason;
  return of('boot-subject').flatMap(({ type, suite: _, unavailable, imageBytes, kernelBytes, ...target }) => {
    const key = bootKey(target);
    const failure = run.failures.find(
      (one) =>
        one.hypervisor === target.hypervisor && one.isa === target.isa && one.workload === bootName(target),
    );
    return CACHES.map((cache): BootResult => {
      const own = launches.get(`${cache} ${key}`) ?? [];
      const interval = (of: (launch: BootLaunch) => number | null, label: string) =>
        intervalOf(run, own.map(of), `boot ${key} ${cache} ${label}`);
      const milestone = (name: BootMilestone) => interval(({ milestonesMs }) => milestonesMs[name], name);
      const cold = own.flatMap(({ files }) => coldFraction(files) ?? []);
      const shares = own.flatMap(({ proportionalBytes }) => proportionalBytes ?? []);
      return {
        ...target,
        cache,
        ...(unavailable !== undefined
          ? { status: 'unavailable', error: unavailable }
          : failure
            ? { status: 'failed', error: failure.error }
            : own.length > 0
              ? { status: 'ok' }
              : { status: 'unavailable', error: LEFT_OUT[ended ?? 'launches'] }),
        launches: own.length,
        imageBytes,
        kernelBytes,
        milestonesMs: Object.fromEntries(BOOT_MILESTONES.map((name) => [name, milestone(name)])) as Record<
          BootMilestone,
          Interval | null
        >,
        cpuMs: interval(({ cpuMs }) => cpuMs, 'CPU'),
        peakResidentBytes: own.length > 0 ? median(own.map((launch) => launch.peakResidentBytes)) : null,
        proportionalBytes: shares.length > 0 ? median(shares) : null,
        coldFraction: cold.length > 0 ? median(cold) : null,
        samples: own.map(({ type, hypervisor, machineType, isa, role, cache, ...sample }) => sample),
      };
    });
  });
}

const LEFT_OUT = {
  budget: 'the time budget was used up before it was its turn (--budget gives more)',
  launches: 'the run ended before it was measured',
} as const;

/** Of the bytes that a launch found in its files, the share that had to be read; null where nobody could look. */
export function coldFraction(files: BootLaunch['files']): number | null {
  if (files === null || files.residentBytes + files.readBytes === 0) return null;
  return files.readBytes / (files.residentBytes + files.readBytes);
}

function intervalOf(
  { seed, plan }: RunRecord,
  values: readonly (number | null)[],
  label: string,
): Interval | null {
  const seen = values.filter((value) => value !== null);
  // Intervals are of logarithms. Nothing that was seen takes no time.
  if (seen.some((ms) => ms <= 0)) return null;
  const random = createRandom(deriveSeed(seed, 'bootstrap', label));
  const logs = launchInterval(
    seen.map((ms) => [Math.log(ms)]),
    { resamples: plan.resamples, random },
  );
  return logs && toRatio(logs);
}
