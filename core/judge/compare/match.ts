/** Which measurements of several results speak of the same thing: the same machine code in the same hypervisor. */
import { isReference, REFERENCE } from '../../model/role.ts';
import { elsewhereOf } from '../../results/host-class.ts';
import type { Clock } from '../../results/rows.ts';
import type { Measurement, Result } from '../../results/schema.ts';
import type { LaunchValues } from '../../stats/index.ts';

/** What makes two measurements comparable. */
export type RowIdentity = Pick<Measurement, 'suite' | 'workload' | 'isa' | 'hypervisor'>;

export interface MatchedRow extends RowIdentity {
  /** One for each result, in their order. */
  readonly measurements: readonly Measurement[];
}

export interface UnmatchedRow extends RowIdentity {
  /** Index of the result that has it. */
  readonly result: number;
  readonly reason: string;
}

export function identityOf({ suite, workload, isa, hypervisor }: RowIdentity): string {
  return [isa, suite, workload, hypervisor].join(' ');
}

/** The same for people: "cpu/sieve, kvm (x86_64)". */
export function rowName({ suite, workload, isa, hypervisor }: RowIdentity): string {
  return `${suite}/${workload}, ${hypervisor} (${isa})`;
}

/**
 * Matches every row but native's (whose time is the unit) over all results. A row that some result lacks,
 * or did not measure, or measured as other code, is unmatched with the reason; none is dropped.
 */
export function matchRows(results: readonly Result[]): { matched: MatchedRow[]; unmatched: UnmatchedRow[] } {
  const byIdentity = new Map<string, (Measurement | undefined)[]>();
  results.forEach((result, index) => {
    for (const measurement of result.measurements) {
      if (isReference(measurement.hypervisor)) continue;
      const key = identityOf(measurement);
      const row = byIdentity.get(key) ?? results.map(() => undefined);
      row[index] = measurement;
      byIdentity.set(key, row);
    }
  });
  const matched: MatchedRow[] = [];
  const unmatched: UnmatchedRow[] = [];
  for (const row of byIdentity.values()) {
    const first = row.find((measurement) => measurement !== undefined);
    if (!first) continue;
    const { suite, workload, isa, hypervisor } = first;
    const identity = { suite, workload, isa, hypervisor };
    const reason = mismatch(row) ?? otherPlaces(results, hypervisor);
    if (reason === null) matched.push({ ...identity, measurements: row as Measurement[] });
    else {
      // What no computer could run is no loss; everything else is listed.
      for (const [result, measurement] of row.entries()) {
        if (measurement && measurement.status !== 'unavailable')
          unmatched.push({ ...identity, result, reason });
      }
    }
  }
  return { matched, unmatched };
}

/** Why the measurements of a row cannot be compared; null where they can. */
function mismatch(row: readonly (Measurement | undefined)[]): string | null {
  const [first, ...others] = row;
  for (const [index, measurement] of row.entries()) {
    const letter = resultLetter(index);
    if (!measurement) return `${letter} has no such row`;
    if (measurement.status !== 'ok') return `${letter}: ${measurement.status}: ${measurement.error ?? ''}`;
    if (!measurement.overhead || measurement.samples.length < 2) return `${letter} has too few launches`;
  }
  for (const other of others) {
    if (other?.digest !== first?.digest) return 'the machine code differs (another digest)';
    if (other?.argument !== first?.argument)
      return `the working set differs (${first?.argument} against ${other?.argument} bytes)`;
    if (other?.technique !== first?.technique)
      return `the technique differs (${first?.technique} against ${other?.technique})`;
  }
  return null;
}

/** The same of other computers: a machine of one name may be on any. */
function otherPlaces(results: readonly Result[], id: string): string | null {
  const [first, ...others] = results.map(({ hypervisors }) => elsewhereOf(hypervisors, id));
  const other = others.find((place) => place !== first);
  return others.every((place) => place === first)
    ? null
    : `the computer differs (${placeText(first)} against ${placeText(other)})`;
}

/** Where a row was measured, in words; `elsewhere`: the other computers. */
export function placeText(elsewhere: string | undefined): string {
  return elsewhere ?? 'the machine and native on this computer';
}

/** A, B, C, …: what results are called in a comparison. */
export function resultLetter(index: number): string {
  return String.fromCharCode(65 + index);
}

/**
 * Log ratios of a measurement's times to native's of the same result, by launch, round by round; none where a round
 * lacks its figure.
 */
export function logRatiosOf(result: Result, measurement: Measurement, clock: Clock): LaunchValues[] {
  const native = nativesOf(result).get(identityOf({ ...measurement, hypervisor: REFERENCE }));
  const references = new Map(native?.samples.map((launch) => [launch.launch, launch]));
  const times = clock === 'cpu' ? 'cpuNsPerIteration' : 'nsPerIteration';
  const launches = measurement.samples.flatMap(({ launch, [times]: own }) => {
    const reference = references.get(launch)?.[times] ?? [];
    const values = own.slice(0, reference.length).map((ns, round) => logRatio(ns, reference[round] ?? null));
    return values.length > 0 ? [{ launch, values }] : [];
  });
  // Without the rounds that came out shortest, the others would say too much.
  return launches.every(({ values }) => values.every((value) => value !== null))
    ? (launches as LaunchValues[])
    : [];
}

function logRatio(ns: number | null, reference: number | null): number | null {
  return ns === null || reference === null ? null : Math.log(ns / reference);
}

const natives = new WeakMap<Result, ReadonlyMap<string, Measurement>>();

/** Native's measurements by identity, found once for each result. */
function nativesOf(result: Result): ReadonlyMap<string, Measurement> {
  const known = natives.get(result);
  if (known) return known;
  const own = result.measurements.filter(({ hypervisor }) => isReference(hypervisor));
  const found = new Map(own.map((measurement) => [identityOf(measurement), measurement]));
  natives.set(result, found);
  return found;
}
