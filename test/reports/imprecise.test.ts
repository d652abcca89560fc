import { expect, test } from 'vitest';
import type { Measurement } from '../../core/results/schema.ts';
import { impreciseRemarks } from '../../reports/imprecise.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fixtureResult } from './fixture.ts';

const result = fixtureResult({ hostile: false });
const [row] = atLeastOne(result.measurements.filter(({ overhead }) => overhead !== null)) as [Measurement];

/** Of rows with these overheads and half-widths, in a run that its budget has ended. */
function told(
  ...rows: readonly { technique: 'amd-v' | 'binary-translation'; estimate: number; half: number }[]
) {
  return impreciseRemarks({
    ...result,
    stopped: { ...result.stopped, reason: 'budget' },
    measurements: rows.map(({ technique, estimate, half }) => ({
      ...row,
      ...{ technique, launches: 4 },
      overhead: { estimate, low: estimate - half, high: estimate + half },
    })),
  });
}

test('names rows that are wider than requested, and how many launches more they need', () => {
  const [line, ...none] = told(
    { technique: 'amd-v', estimate: 0, half: 0.02 },
    { technique: 'amd-v', estimate: 0, half: 0.01 },
    { technique: 'amd-v', estimate: 0, half: 0.5 },
  );
  expect(none).toEqual([]);
  expect(line).toMatch(/^2 of 3 overheads are less precise than requested: /);
  expect(line).toContain('has ±50.0 % instead of ±1.0 % (more than 100 launches more)');
  // Twice as wide: four times as many launches.
  expect(line).toContain('has ±2.0 % instead of ±1.0 % (about 12 launches more)');
});

test('of a large overhead the precision is that of the ratio', () => {
  expect(told({ technique: 'binary-translation', estimate: 9, half: 0.29 })).toEqual([]);
  expect(told({ technique: 'binary-translation', estimate: 9, half: 0.31 })).toHaveLength(1);
});

test('names six, and counts the others', () => {
  const wide = { technique: 'amd-v', estimate: 0, half: 0.02 } as const;
  const [line] = told(...Array.from({ length: 8 }, () => wide));
  expect(line).toMatch(/; [^;]+, and 2 more\.$/);
});

test('has nothing to say of a run that stopped because all are precise', () => {
  expect(impreciseRemarks(result)).toEqual([]);
});
