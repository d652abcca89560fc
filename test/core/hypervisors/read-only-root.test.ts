import { expect, it } from 'vitest';
import { socketPaths } from '../../../core/hypervisors/read-only-root.ts';

it('sockets that have an absolute path are found, spaces in it included', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000000: 00000002 00000000 00010000 0001 01  1234 /run/a service/socket',
    '0000000000000000: 00000003 00000000 00000000 0001 03  1235',
    '0000000000000000: 00000002 00000000 00010000 0001 01   236 @abstract',
    'ffff888003f0a000: 00000002 00000000 00010000 0005 01 99123 relative/socket',
    'ffff888003f0a000: 00000002 00000000 00010000 0005 01 99123 /b',
    '',
  ].join('\n');
  expect(socketPaths(text)).toEqual(['/run/a service/socket', '/b']);
});
