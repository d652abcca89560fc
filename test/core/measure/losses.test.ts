import { expect, it } from 'vitest';
import { ConnectionLost } from '../../../core/hypervisors/hypervisor.ts';
import { Losses } from '../../../core/measure/losses.ts';

const lost = new ConnectionLost('it was closed');

it('a lost connection is worth another try, but not the third in a row', () => {
  const losses = new Losses();
  expect(losses.add('vm1', null, lost)).toBe(true);
  expect(losses.add('vm1', 'sieve', lost)).toBe(true);
  expect(losses.add('vm2', 'sieve', lost)).toBe(true);
  expect(losses.add('vm1', 'sieve', lost)).toBe(false);
});

it('what was measured between two of them counts', () => {
  const losses = new Losses();
  const tries = Array.from({ length: 5 }, () => {
    losses.measured('vm1');
    return losses.add('vm1', 'sieve', lost);
  });
  expect(tries).toEqual([true, true, true, true, true]);
});

it('each stands beside the launch that it cost a trial, once', () => {
  const losses = new Losses();
  losses.add('vm1', 'sieve', lost);
  expect(losses.take()).toEqual({ lost: [{ hypervisor: 'vm1', workload: 'sieve', error: 'it was closed' }] });
  expect(losses.take()).toEqual({});
});
