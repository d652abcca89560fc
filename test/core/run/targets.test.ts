import { expect, it } from 'vitest';
import type { Config } from '../../../core/config/config.ts';
import { makePlan } from '../../../core/run/make-plan.ts';
import { plannedOperations, plannedRows } from '../../../core/run/names.ts';
import { select } from '../../../core/run/selection.ts';
import { suites } from '../../../suites/index.ts';
import { ALL, CACHES, CPUS, drivers, images, KERNELS, NO_KVM } from './example.ts';

function plan(config: Config, all = ALL) {
  return makePlan(select(config, suites, drivers), all, images, KERNELS, CACHES, CPUS);
}

/** Who is named, and the reason of those that are not measured. */
const said = (rows: readonly { hypervisor: string; unavailable?: string | undefined }[]) =>
  rows.map(({ hypervisor, unavailable }) => (unavailable ? `${hypervisor}: ${unavailable}` : hypervisor));

it('names whoever runs a workload or would if it could, and nobody who never does', () => {
  const integer: Config = { workloads: ['integer'] };
  expect(said(plannedRows(plan(integer)))).toEqual([
    ...['native', 'control', 'kvm'],
    ...['native', 'control', 'v86'],
  ]);
  expect(said(plannedRows(plan({ workloads: ['null'] })))).toEqual(['native', 'control', 'v86']);
});

it('says what a hypervisor lacks for one workload that it runs others of', () => {
  const rows = plannedRows(plan({ workloads: ['first-touch', 'chase-l1'], isas: ['i386'] }));
  expect(said(rows.filter(({ workload }) => workload === 'first-touch'))).toEqual([
    ...['native', 'control'],
    'v86: it offers no way to give memory back',
  ]);
  expect(said(rows.filter(({ workload }) => workload === 'chase-l1'))).toEqual(['native', 'control', 'v86']);
});

it('has operations run natively and in guests, the control left out', () => {
  const { experiments } = plan({ workloads: ['cpuid', 'hlt'], isas: ['x86_64'] });
  expect(experiments.map(({ operators }) => operators.map(({ hypervisor }) => hypervisor.id))).toEqual([
    ['native', 'kvm'],
  ]);
  const operations = plannedOperations(plan({ workloads: ['cpuid', 'hlt'], isas: ['x86_64'] }));
  expect(said(operations)).toEqual([...['native', 'kvm'], ...['native: a process may not do this', 'kvm']]);
  expect(operations[0]?.digest).toBe('digest of x86_64 linux-operations');
  expect(operations[1]?.digest).toBe('digest of x86_64 kernel');
});

it('gives the reason that probing found', () => {
  const named: Config = { suites: ['cpu', 'privileged'], workloads: ['integer', 'cpuid'] };
  const without = plan({ ...named, isas: ['i386', 'x86_64'] }, NO_KVM);
  expect(without.experiments.map(({ isa }) => isa)).toEqual(['i386']);
  const mixed = plan({ ...named, hypervisors: ['kvm', 'v86'] }, NO_KVM);
  expect(said(plannedRows(mixed)).filter((one) => one.startsWith('kvm'))).toEqual([]);
  const i386 = NO_KVM.map((one) => (one.id === 'kvm' ? { ...one, isas: ['i386' as const] } : one));
  expect(said(plannedRows(plan(named, i386)))).toEqual([
    'native',
    'control',
    'kvm: there is no /dev/kvm',
    'v86',
  ]);
  expect(said(plannedOperations(plan(named, i386)))).toEqual(['native', 'kvm: there is no /dev/kvm', 'v86']);
});
