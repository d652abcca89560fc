import { expect, it } from 'vitest';
import { safeCpus } from '../../../core/emulate/qemu.ts';

// The first that locks a page before it reads code from it is 8.1.
it.each([
  ['7.2.22', 1],
  ['8.0.5', 1],
  ['8.1.0', 2],
  ['10.0.3', 2],
])('QEMU %s emulates so many CPUs that none is caught: %i', (version, cpus) => {
  expect(safeCpus(version)).toBe(cpus);
});
