import { expect, it } from 'vitest';
import { cpusNote, usualCpus } from '../../../core/emulate/qemu.ts';

// The first that locks a page before it reads code from it is 8.1.
it.each([
  ['7.2.22', 1],
  ['8.0.5', 1],
  ['8.1.0', 2],
  ['10.0.3', 2],
])('QEMU %s emulates so many CPUs that none is caught: %i', (version, cpus) => {
  expect(usualCpus(version)).toBe(cpus);
});

it.each([
  ['7.2.22', 2],
  ['8.0.5', 4],
])('who asks QEMU %s for %i CPUs is told what may come of it', (version, cpus) => {
  expect(cpusNote(cpus, version)).toContain(
    `with ${cpus} CPUs may stand still with QEMU ${version}: before 8.1 `,
  );
});

it.each([
  ['7.2.22', 1],
  ['8.1.0', 2],
  ['10.0.3', 4],
])('of QEMU %s with %i CPUs nothing is told', (version, cpus) => {
  expect(cpusNote(cpus, version)).toBeNull();
});
