import { expect, it } from 'vitest';
import { asynchronousOf, causesOf, countsAll, synchronousOf } from '../../../../core/judge/exits/kinds.ts';

const COUNTS = { exits: 10, user: 2, emulation: 3, io: 2, 'page-fault': 1, interrupt: 4, halt: 1 };

it('what falls under no reason is the rest of all exits, and fates of exits are no reasons', () => {
  expect(causesOf(COUNTS)).toEqual([
    ['io', 2],
    ['page-fault', 1],
    ['interrupt', 4],
    ['halt', 1],
    ['other', 2],
  ]);
});

it('interrupts and HLT come by the clock, all others by an instruction', () => {
  expect(synchronousOf(COUNTS)).toEqual([
    ['io', 2],
    ['page-fault', 1],
    ['other', 2],
  ]);
  expect(asynchronousOf(COUNTS)).toEqual([
    ['interrupt', 4],
    ['halt', 1],
  ]);
});

it('without a count of all exits nothing is known of others', () => {
  expect(causesOf({ mmio: 1, interrupt: 2 })).toEqual([
    ['mmio', 1],
    ['interrupt', 2],
  ]);
  expect([countsAll({ mmio: 1 }), countsAll(COUNTS)]).toEqual([false, true]);
});
