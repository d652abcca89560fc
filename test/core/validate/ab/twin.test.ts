import { expect, test } from 'vitest';
import { localHost } from '../../../../core/host/local.ts';
import { probeHost } from '../../../../core/host/probe.ts';
import { hypervisors } from '../../../../core/hypervisors/registry.ts';
import { twinOf } from '../../../../core/validate/ab/twin.ts';

test.each(
  hypervisors
    .filter(({ variants, ownKernel }) => variants && !ownKernel)
    .map((one) => [one.id, one] as const),
)('a twin of %s is the same by another name, and has no variants', async (_, driver) => {
  const twin = twinOf(driver, 'candidate');
  const known = { record: await probeHost(localHost), kernels: {} };
  const [own, other] = [await driver.probe(localHost, known), await twin.probe(localHost, known)];
  expect(other).toEqual({ ...own, id: 'candidate' });
  expect([twin.id, twin.variants, twin.runtimes]).toEqual(['candidate', undefined, driver.runtimes]);
});
