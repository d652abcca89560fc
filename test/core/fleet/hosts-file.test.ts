import { expect, it } from 'vitest';
import { UserError } from '../../../core/errors.ts';
import { parseHosts } from '../../../core/fleet/hosts-file.ts';

it('has a host a line, and comments', () => {
  const text = '# rack 1\nroot@vm1\n\n  vm2:2222  # the new one\nme@[fe80::1%eth0]\r\n';
  expect(parseHosts(text, 'hosts')).toEqual([
    { name: 'vm1', line: 'root@vm1' },
    { name: 'vm2-2222', line: 'vm2:2222' },
    { name: 'fe80--1-eth0', line: 'me@[fe80::1%eth0]' },
  ]);
});

it.each([
  ['', /^hosts names no host: write one \[USER@\]HOST a line$/],
  ['# only\n', /^hosts names no host/],
  ['vm1\nroot@vm1\n', /^hosts, line 2: vm1 is in line 1 already/],
  ['vm1\n-oProxyCommand=id\n', /^hosts, line 2: '-oProxyCommand=id' is no address/],
  ['../../etc\n', /^hosts, line 1: .* is no address/],
  ['vm1; id\n', /^hosts, line 1: .* is no address/],
  [Array.from({ length: 10_001 }, (_, index) => `h${index}`).join('\n'), /more than 10000 hosts$/],
])('is refused in one line: %j', (text, message) => {
  expect(() => parseHosts(text, 'hosts')).toThrow(UserError);
  expect(() => parseHosts(text, 'hosts')).toThrow(message);
});
