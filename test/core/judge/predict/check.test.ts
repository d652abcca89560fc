import { expect, it } from 'vitest';
import { checkPrediction } from '../../../../core/judge/predict/check.ts';
import { changed, stored } from '../exits/example.ts';

const measured = stored('measured');

it('sets what counts and costs of a guest come to beside its measured overhead', () => {
  const check = checkPrediction(measured);
  expect(check?.rows.map(({ workload, causesExits }) => [workload, causesExits])).toEqual([
    ['integer', false],
    ['random-update', false],
    ['first-touch', true],
  ]);
  const touch = check?.rows.at(-1);
  expect(touch?.difference).toBeCloseTo((touch?.predicted ?? 0) - (touch?.measured.estimate ?? 0), 12);
  expect(check?.largest.workload).toBe('first-touch');
  // Of three absolute differences, the one in the middle: random-update cost 0.73 % and was predicted to cost nothing.
  expect(check?.medianError).toBeCloseTo(0.0073, 4);
});

it('is exact where costs add up', () => {
  const ns = (operation: string, id: string) =>
    measured.operations.find((one) => one.operation === operation && one.hypervisor === id)?.nsPerOperation
      ?.estimate ?? Number.NaN;
  const fault =
    ns('fresh-page', 'kvm') - ns('loop', 'kvm') - (ns('fresh-page', 'native') - ns('loop', 'native'));
  const exact = changed(measured, {
    measurement: (one) => ({
      ...one,
      nsPerIteration: { estimate: 2000, low: 2000, high: 2000 },
      ...(one.hypervisor === 'kvm' && {
        overhead: { estimate: (3 * fault) / 2000, low: 0, high: 9 },
        exitsPerIteration: { exits: 3, 'page-fault': 3 },
      }),
    }),
  });
  const check = checkPrediction(exact);
  expect(check?.medianError).toBeCloseTo(0, 9);
  expect(check?.largest.difference).toBeCloseTo(0, 9);
});

it('is none without costs, without counts, or on an emulated CPU', () => {
  expect(checkPrediction(changed(measured, { operation: () => null }))).toBeNull();
  expect(
    checkPrediction(changed(measured, { measurement: ({ exitsPerIteration: _, ...one }) => one })),
  ).toBeNull();
  expect(checkPrediction(stored('shadow'))).toBeNull();
});
