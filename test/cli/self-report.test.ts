import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportCosts } from '../../core/cli/self-report.ts';
import { packageRoot } from '../../core/package.ts';
import { QUIET } from '../core/host/example.ts';

test('what reports take is told by the number of samples, and grows no faster than they do', async () => {
  const sizes = [1000, 20_000];
  const costs = await reportCosts(QUIET, join(packageRoot(), 'dist/core/cli/main.js'), sizes);
  expect(costs.map(({ samples }) => samples)).toEqual(sizes);
  const [few, many] = costs as [(typeof costs)[0], (typeof costs)[0]];
  expect(few.seconds).toBeGreaterThan(0);
  // Twenty times as many: all pairs of them would be four hundred times as many.
  expect(many.seconds).toBeLessThan(20 * few.seconds);
  expect(many.peakResidentBytes).toBeLessThan(5 * (few.peakResidentBytes ?? 0));
});
