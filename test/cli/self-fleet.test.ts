import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fleetCosts } from '../../core/cli/self-fleet.ts';
import { readResult } from '../../core/library/read.ts';
import { packageRoot } from '../../core/package.ts';
import { partsOf } from '../../core/parts.ts';

test('what merging takes is told by the number of hosts, and grows no faster than they do', async () => {
  const result = await readResult(join(packageRoot(), 'test/fixtures/report/result.json'), partsOf());
  const costs = await fleetCosts(result, [2, 60]);
  expect(costs.map(({ hosts }) => hosts)).toEqual([2, 60]);
  const [few, many] = costs as [(typeof costs)[0], (typeof costs)[0]];
  expect(few.seconds).toBeGreaterThan(0);
  expect(many.bytes).toBeGreaterThan(25 * few.bytes);
  expect(many.seconds).toBeLessThan(30 * few.seconds);
  expect(many.peakResidentBytes).toBeLessThan(5 * (few.peakResidentBytes ?? 0));
});
