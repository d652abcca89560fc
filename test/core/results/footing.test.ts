import { expect, test } from 'vitest';
import { CONTAINER_ONLY, footingOf, renewedFooting } from '../../../core/results/footing.ts';
import { hostClassOf } from '../../../core/results/host-class.ts';
import { QUIET } from '../host/example.ts';

const under = (hypervisor: string, emulated?: boolean) => ({
  ...QUIET,
  outerHypervisor: { hypervisor, evidence: [], ...(emulated !== undefined && { emulated }) },
});

test('on the hardware, nested, and emulated', () => {
  expect(footingOf(QUIET)).toBe('hardware');
  expect(footingOf(under(CONTAINER_ONLY))).toBe('hardware');
  expect(footingOf(under('KVM'))).toBe('nested');
  expect(footingOf(under('QEMU TCG', true))).toBe('emulated');
});

test('the three are classes of their own, and guests keep the class that they had', () => {
  const classes = [QUIET, under('KVM'), under('QEMU TCG', true)].map((host) => hostClassOf(host));
  expect(new Set(classes.map(({ id }) => id)).size).toBe(3);
  expect(classes.map(({ facts }) => facts.some(([name]) => name === 'instructions'))).toEqual([
    false,
    false,
    true,
  ]);
  // What the code before that made of this guest: no history is cut.
  expect(classes[1]?.id).toBe('086e439be41a');
});

test("a host that was recorded before that is emulated if its CPU is TCG's own", () => {
  const of = (model: string, host = under('QEMU')) => ({ ...host, cpu: { ...host.cpu, model } });
  expect(footingOf(renewedFooting(of('QEMU TCG CPU version 2.5+')))).toBe('emulated');
  expect(footingOf(renewedFooting(of('AMD EPYC')))).toBe('nested');
  const told = of('QEMU TCG CPU version 2.5+', under('QEMU', false));
  expect(renewedFooting(told)).toBe(told);
  expect(renewedFooting(QUIET)).toBe(QUIET);
});
