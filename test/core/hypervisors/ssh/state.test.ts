import { expect, test } from 'vitest';
import { parseLoad, parseTime } from '../../../../core/hypervisors/ssh/state.ts';

test('load is three averages, or nothing', () => {
  expect(parseLoad('0.10 0.25 12.30 1/100 4242')).toEqual([0.1, 0.25, 12.3]);
  for (const text of ['', 'a b c', '0.1 0.2', '-1 0 0 1/1 1'] as const) expect(parseLoad(text)).toBeNull();
});

test('a time of day is a line of three numbers, or nothing', () => {
  expect(parseTime('00000000 65c8f480 1dcd6500\n')).toBe(BigInt(0x65c8f480) * 1_000_000_000n + 500_000_000n);
  expect(parseTime('00000001 00000000 00000001\n')).toBe(2n ** 32n * 1_000_000_000n + 1n);
  for (const line of ['', '65c8f480\n', 'x0000000 65c8f480 1dcd6500\n'] as const)
    expect(parseTime(line)).toBeNull();
});
