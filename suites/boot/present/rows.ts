/** Machines in their roles, as every report names, orders and counts them. */

import type { TextCell } from '../../../core/model/section.ts';
import { clip, duration } from '../../../core/present/format.ts';
import type { Interval, Result } from '../../../core/results/schema.ts';
import { median } from '../../../core/stats/index.ts';
import type { BootCache, BootResult } from '../schema.ts';

/** Longer names come from somebody else's file alone. */
export const BOOT_LABEL_LENGTH = 34;
export const NS_PER_MS = 1e6;
export const NOTHING: TextCell = { text: '–' };

/** What is presented, of a run. */
export interface Booted extends Pick<Result, 'seed' | 'plan'> {
  readonly boots: readonly BootResult[];
}

/** A machine in a role, with what was measured of it from either state of the page cache. */
export interface BootRow {
  readonly name: string;
  readonly warm: BootResult;
  readonly cold: BootResult | undefined;
}

/** `qemu-tcg pc, bare`; the ISA if it is not the usual one. */
export function bootLabel({ hypervisor, machineType, isa, role }: BootResult): string {
  const machine = [hypervisor, machineType, isa === 'x86_64' ? '' : `(${isa})`].filter(Boolean).join(' ');
  return clip(`${machine}, ${role}`, BOOT_LABEL_LENGTH);
}

/** Those with figures, the fastest first. */
export function bootsFastestFirst({ boots }: Pick<Booted, 'boots'>): BootRow[] {
  const of = (cache: BootCache) => boots.filter((row) => row.cache === cache);
  const cold = new Map(of('cold').map((row) => [bootLabel(row), row]));
  return of('warm')
    .map((warm) => ({ name: bootLabel(warm), warm, cold: cold.get(bootLabel(warm)) }))
    .filter(({ warm }) => warm.launches > 0)
    .sort((a, b) => (readyMs(a.warm) ?? 0) - (readyMs(b.warm) ?? 0));
}

export type BootSample = BootResult['samples'][number];

/** The estimate, or the median of launches that are too few for an interval; null if nothing was seen. */
export function estimateOrMedian(
  row: BootResult,
  interval: Interval | null,
  of: (sample: BootSample) => number | null,
): number | null {
  if (interval) return interval.estimate;
  const seen = row.samples.flatMap((sample) => of(sample) ?? []);
  return seen.length > 0 ? median(seen) : null;
}

export function readyMs(row: BootResult): number | null {
  return milestoneMs(row, 'ready');
}

export function milestoneMs(row: BootResult, name: keyof BootResult['milestonesMs']): number | null {
  return estimateOrMedian(row, row.milestonesMs[name], ({ milestonesMs }) => milestonesMs[name]);
}

export function milliseconds(ms: number | null): TextCell {
  return ms === null ? NOTHING : { text: duration(ms * NS_PER_MS) };
}
