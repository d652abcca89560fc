import { expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { withMachines } from '../../../core/hypervisors/machines.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';

it('machines by SSH stand behind the drivers that there are', () => {
  const all = withMachines(hypervisors, { vm1: 'ssh://vm1', vm2: 'ssh://vm2' });
  expect(all.slice(0, -2)).toEqual(hypervisors);
  expect(all.slice(-2).map(({ id, elsewhere }) => [id, elsewhere !== undefined])).toEqual([
    ['vm1', true],
    ['vm2', true],
  ]);
});

it.each([
  [{ [hypervisors[0]?.id ?? '']: 'ssh://vm1' }, /there is a hypervisor of this name already/],
  [{ vm1: 'vm1' }, /^machine vm1: 'vm1' is no address/],
])('%j is refused', (addresses, message) => {
  expect(() => withMachines(hypervisors, addresses)).toThrow(UserError);
  expect(() => withMachines(hypervisors, addresses)).toThrow(message);
});

it('one of them may be native, and its control', () => {
  const all = withMachines(hypervisors, { metal: 'ssh://metal', vm1: 'ssh://vm1' }, 'metal');
  const elsewhere = all.filter((one) => one.elsewhere).map(({ id }) => id);
  expect(elsewhere).toEqual(['native', 'control', 'vm1']);
  expect(all.map(({ id }) => id)).toEqual([...hypervisors.map(({ id }) => id), 'vm1']);
  expect(() => withMachines(hypervisors, { vm1: 'ssh://vm1' }, 'metal')).toThrow(
    /^reference metal: there is no such machine by SSH/,
  );
});
