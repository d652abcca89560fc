/** Which rows of a result the baseline can judge, and why the others cannot be. */

import { elsewhereOf } from '../../results/host-class.ts';
import type { Measurement, Result } from '../../results/schema.ts';
import { logRatiosOf, placeText, rowName } from '../compare/match.ts';
import type { BaselineClass } from './baseline.ts';
import { type BaselineRow, launchesOf } from './baseline-row.ts';
import { GATE_CLOCK, type GateAbsence } from './gate.ts';
import type { Candidate } from './judge.ts';
import { minimumEffectOf, type Override } from './minimum-effect.ts';

/** Fewer launches have no interval. */
const LEAST_LAUNCHES = 2;

export interface MatchOptions {
  /** Fraction of the guest's CPU time that counts, where the row's noise is not higher. */
  readonly minEffect: number;
  readonly overrides?: readonly Override[] | undefined;
}

export interface Matched {
  readonly candidates: readonly Candidate[];
  readonly absent: readonly GateAbsence[];
}

/** Every row of either side is either a candidate or absent with the reason; none is dropped. */
export function matchBaseline(
  { rows }: BaselineClass,
  result: Result,
  { minEffect, overrides }: MatchOptions,
): Matched {
  const candidates: Candidate[] = [];
  const absent: GateAbsence[] = [];
  const measured = new Map(
    result.measurements.filter(({ mode }) => mode !== 'native').map((m) => [rowName(m), m]),
  );
  const known = new Set(rows.map(rowName));
  for (const row of rows) {
    const { suite, workload, isa, hypervisor } = row;
    const identity = { suite, workload, isa, hypervisor };
    const measurement = measured.get(rowName(row));
    const now = measurement ? logRatiosOf(result, measurement, GATE_CLOCK) : [];
    const elsewhere = elsewhereOf(result.hypervisors, hypervisor);
    const reason = measurement
      ? mismatch(row, { ...measurement, elsewhere }, now.length)
      : 'this result has no such row';
    if (reason !== null) absent.push({ ...identity, side: 'baseline', reason });
    else {
      const minimumEffect = minimumEffectOf(row, minEffect, overrides);
      candidates.push({ ...identity, before: launchesOf(row), now, minimumEffect });
    }
  }
  for (const [name, { suite, workload, isa, hypervisor, status }] of measured) {
    if (known.has(name) || status === 'unavailable') continue;
    const reason = 'the baseline has no such row; --update adds it';
    absent.push({ suite, workload, isa, hypervisor, side: 'now', reason });
  }
  return { candidates, absent };
}

/** Why a row cannot be judged; null where it can. `launches`: in how many both it and native were measured. */
function mismatch(
  row: BaselineRow,
  now: Measurement & Pick<BaselineRow, 'elsewhere'>,
  launches: number,
): string | null {
  if (now.status !== 'ok') return `${now.status}: ${now.error ?? 'no reason was given'}`;
  if (now.digest !== row.digest) return 'its machine code differs from the baseline (another digest)';
  if (now.argument !== row.argument)
    return `its working set differs from the baseline (${now.argument} bytes, not ${row.argument})`;
  if (now.technique !== row.technique)
    return `its technique differs from the baseline (${now.technique}, not ${row.technique})`;
  if (now.elsewhere !== row.elsewhere)
    return `its computer differs from the baseline (${placeText(now.elsewhere)}, not ${placeText(row.elsewhere)})`;
  if (now.roundsWithoutFigure.cpu > 0)
    return `${now.roundsWithoutFigure.cpu} of its ${now.rounds} rounds took no more CPU time than an empty batch`;
  const enough = launches >= LEAST_LAUNCHES && row.logRatios.flat().length >= LEAST_LAUNCHES;
  return enough ? null : `it has too few launches: ${LEAST_LAUNCHES} are needed on both sides`;
}
