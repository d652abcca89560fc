import { expect, test } from 'vitest';
import { groupsOf, guestOrder, notableCpu } from '../../reports/view.ts';
import { fixtureResult } from './fixture.ts';

test('the control comes first, and nothing unmeasured is among the guests', () => {
  expect(guestOrder(fixtureResult())).toEqual(['control', 'kvm', 'v86']);
});

test('one group per suite and ISA, with a row per workload and native beside the guests', () => {
  const groups = groupsOf(fixtureResult({ hostile: false }));
  expect(groups.map(({ name }) => name)).toEqual([
    'cpu (x86_64)',
    'memory (x86_64)',
    'cpu (i386)',
    'memory (i386)',
  ]);
  expect(groups.map(({ guests }) => guests)).toEqual([
    ['control', 'kvm'],
    ['control', 'kvm'],
    ['control', 'v86'],
    ['control', 'v86'],
  ]);
  const sieve = groups[2]?.rows.find(({ workload }) => workload === 'sieve');
  expect(sieve?.native?.hypervisor).toBe('native');
  expect([...(sieve?.guests.keys() ?? [])]).toEqual(['control', 'v86']);
  expect(groups[2]?.means.get('v86')?.workloads).toBe(8);
});

test('a hypervisor that could run nothing of a group is no column but a reason', () => {
  const result = fixtureResult({ hostile: false });
  for (const m of result.measurements) {
    if (m.hypervisor === 'v86' && m.suite === 'cpu') {
      Object.assign(m, { status: 'unavailable', error: 'no module', overhead: null });
    }
  }
  const [, , cpu] = groupsOf(result);
  expect(cpu?.guests).toEqual(['control']);
  expect(cpu?.absent).toEqual([{ hypervisor: 'v86', reason: 'no module' }]);
});

test('CPU overhead is notable only beyond both intervals and by more than two per cent of time', () => {
  const at = (estimate: number, half: number) => ({ estimate, low: estimate - half, high: estimate + half });
  expect(notableCpu({ overhead: at(0.1, 0.01), cpuOverhead: at(0.5, 0.01) })).toEqual(at(0.5, 0.01));
  expect(notableCpu({ overhead: at(0.1, 0.3), cpuOverhead: at(0.5, 0.3) })).toBeNull();
  expect(notableCpu({ overhead: at(0.1, 0.001), cpuOverhead: at(0.11, 0.001) })).toBeNull();
  expect(notableCpu({ overhead: at(0.1, 0.001), cpuOverhead: null })).toBeNull();
});
