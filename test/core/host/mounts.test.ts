import { expect, it } from 'vitest';
import { parseMounts } from '../../../core/host/mounts.ts';

it('mount points are read with their types, spaces included; other lines are left out', () => {
  const text = [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '30 27 0:27 / /a\\040b rw shared:1 master:2 - tmpfs tmpfs rw',
    // No character of the kernel's: nothing is made of it.
    '31 27 0:28 / /a\\999\\777 rw - tmpfs tmpfs rw',
    'nonsense',
    '',
  ].join('\n');
  expect(parseMounts(text)).toEqual([
    { at: '/', type: 'ext4' },
    { at: '/a b', type: 'tmpfs' },
    { at: '/a\\999\\777', type: 'tmpfs' },
  ]);
});
