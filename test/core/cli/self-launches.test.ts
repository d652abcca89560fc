import { expect, test } from 'vitest';
import { launchCosts, renderLaunchCosts } from '../../../core/cli/self-launches.ts';
import { fixtureResult } from '../../reports/fixture.ts';

const result = fixtureResult({ hostile: false });
const timed = {
  ...result,
  launches: result.launches.map((launch) => ({
    ...launch,
    spentSeconds: { native: { start: 0.1, round: 2 }, v86: { start: 0.5, 'warm-up': 6, round: 3 } },
  })),
};

test('adds up what machines did in all launches, and says what is left of the time', () => {
  const { launches, spent, rest } = launchCosts(timed);
  expect(launches).toBe(3);
  expect(spent).toMatchObject([
    { hypervisor: 'native', phases: { start: expect.closeTo(0.3), round: 6, calibrate: 0 } },
    { hypervisor: 'v86', phases: { 'warm-up': 18 }, sum: expect.closeTo(28.5) },
  ]);
  expect(rest).toBeCloseTo(123.4 - 34.8);
  expect(renderLaunchCosts(launchCosts(timed))).toContain(
    'Measuring took 123.4 s, 88.6 s of it outside these.',
  );
});

test('says so if a result does not tell', () => {
  expect(() => launchCosts(result)).toThrow('does not say where the time of its launches went');
});
