import { expect, it } from 'vitest';
import { parseLimits } from '../../../core/host/command-limits.ts';

it('the limits that programs see are read, in numbers', () => {
  const text = [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    'Max stack size            8388608              unlimited            bytes     ',
    'Max open files            1024                 524288               files     ',
    'Max open files            many                 524288               files     ',
  ].join('\n');
  expect(parseLimits(text)).toEqual([
    { resource: 3, soft: 8388608n, hard: 18446744073709551615n },
    { resource: 7, soft: 1024n, hard: 524288n },
  ]);
});
