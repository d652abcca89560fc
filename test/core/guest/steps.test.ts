import { expect, it } from 'vitest';
import { type Commands, encodeSteps } from '../../../core/guest/steps.ts';

const texts = (bytes: Buffer) => bytes.toString('utf8').split('\0').slice(0, -1);

it('a step is its name and what it takes, each text with a zero behind it', () => {
  const steps = encodeSteps([
    { do: 'directory', path: '/a', mode: 0o1777 },
    { do: 'mount', source: 'x', at: '/a', type: 'tmpfs', flags: 3, data: 'size=1' },
    { do: 'mount', source: '/', at: '/b', optional: true },
    { do: 'node', path: '/n', mode: 0o140666, device: 7 },
    { do: 'device', source: '/dev/null', at: '/c/null' },
    { do: 'privileges', keep: 1n << 40n },
    { do: 'root', path: '/b' },
    { do: 'loopback' },
    { do: 'fork' },
    { do: 'run', argv: ['/bin/true', ''] },
  ]);
  expect(texts(steps)).toEqual([
    ...['directory', '/a', '1023'],
    ...['mount', 'x', '/a', 'tmpfs', '3', 'size=1'],
    ...['optional', 'mount', '/', '/b', '', '0', ''],
    ...['node', '/n', '49590', '7'],
    ...['device', '/dev/null', '/c/null'],
    ...['privileges', '1099511627776'],
    ...['root', '/b'],
    ...['loopback', 'fork'],
    ...['run', '2', '/bin/true', ''],
  ]);
});

const COMMANDS: Commands = {
  user: { uid: 1, gid: 2, groups: [3, 4] },
  capabilities: 3n,
  mask: 0o22,
  limits: [{ resource: 7, soft: 1024n, hard: 2n ** 64n - 1n }],
  folder: '/home/é',
  environment: { A: 'b=c', EMPTY: '' },
  argvs: { command: ['echo', 'x y', ''], setup: ['/bin/sh', '-c', 'true'] },
};

it('commands come behind the steps: who, where, with what, and those that there are', () => {
  expect(texts(encodeSteps([], COMMANDS))).toEqual([
    ...['user', '1', '2', '2', '3', '4'],
    ...['keep', '3'],
    ...['mask', '18'],
    ...['limits', '1', '7', '1024', '18446744073709551615'],
    ...['folder', '/home/é'],
    ...['environment', '2', 'A=b=c', 'EMPTY='],
    ...['command', 'command', '3', 'echo', 'x y', ''],
    ...['command', 'setup', '3', '/bin/sh', '-c', 'true'],
  ]);
});

it('a zero byte within a text would end it: it is refused', () => {
  expect(() => encodeSteps([{ do: 'module', path: '/a\0chroot' }])).toThrow(RangeError);
});
