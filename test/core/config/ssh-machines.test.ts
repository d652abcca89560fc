import { expect, it } from 'vitest';
import { checkConfig, keptConfig } from '../../../core/config/config.ts';
import { parseMachines } from '../../../core/config/ssh-machines.ts';
import { UserError } from '../../../core/errors.ts';

it('a line is a name and an address', () => {
  expect(parseMachines(['vm1=ssh://root@vm1:22', 'b=ssh://b'])).toEqual({
    vm1: 'ssh://root@vm1:22',
    b: 'ssh://b',
  });
});

it.each([
  [['vm1'], /write NAME=ssh:/],
  [['=ssh://vm1'], /must be lower-case letters/],
  [['VM=ssh://vm1'], /must be lower-case letters/],
  [['a=ssh://b', 'a=ssh://c'], /named twice/],
])('%j is refused', (lines, message) => {
  expect(() => parseMachines(lines)).toThrow(UserError);
  expect(() => parseMachines(lines)).toThrow(message);
});

it('a result keeps no address', () => {
  const config = checkConfig({ sshMachines: { vm1: 'ssh://root@vm1' }, seed: 1 }, 'here');
  expect(keptConfig(config, [])).toEqual({ seed: 1 });
});
