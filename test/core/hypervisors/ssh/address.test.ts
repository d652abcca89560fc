import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../core/errors.ts';
import { destination, parseAddress, sshArguments } from '../../../../core/hypervisors/ssh/address.ts';

describe('an address', () => {
  it.each([
    ['ssh://vm1', ['vm1']],
    ['ssh://root@vm1', ['-l', 'root', 'vm1']],
    ['ssh://root@vm1:2222', ['-p', '2222', '-l', 'root', 'vm1']],
    ['ssh://[fe80::1%eth0]:22', ['-p', '22', 'fe80::1%eth0']],
    ['ssh://me@corp@bastion_1.example.org/', ['-l', 'me@corp', 'bastion_1.example.org']],
  ])('%s', (url, told) => {
    expect(destination(parseAddress(url))).toEqual(told);
  });

  it.each([
    ['vm1', /is no address/],
    ['http://vm1', /is no address/],
    ['ssh://', /is no address/],
    ['ssh://-oProxyCommand=id', /is no address/],
    ['ssh://vm1/path', /is no address/],
    ['ssh://a b', /is no address/],
    ['ssh://$(id)', /is no address/],
    ['ssh://-l@vm1', /is no user/],
    ['ssh://root:secret@vm1', /a password is taken from nowhere/],
    ['ssh://vm1:0', /0 is no port/],
    ['ssh://vm1:65536', /65536 is no port/],
  ])('is refused in one line: %s', (url, message) => {
    const parse = () => parseAddress(url);
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(message);
    expect(parse).toThrow(/^[^\n]*$/);
  });
});

describe('the arguments of ssh', () => {
  it('accept no host key by themselves, ask for nothing, and notice a dead connection', () => {
    const line = sshArguments({ host: 'vm1' }, 'true', undefined).join(' ');
    for (const option of [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'ServerAliveInterval=5',
      'ControlPath=none',
    ])
      expect(line).toContain(`-o ${option}`);
    expect(line.endsWith('-T vm1 true')).toBe(true);
  });

  it('are of another ssh_config if one is named', () => {
    expect(sshArguments({ host: 'vm1' }, 'true', '/tmp/config').slice(0, 2)).toEqual(['-F', '/tmp/config']);
  });
});
