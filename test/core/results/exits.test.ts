import { describe, expect, it } from 'vitest';
import { exitsPerIteration, exitsPerSecond } from '../../../core/results/exits.ts';
import { sample } from './example.ts';

describe('exitsPerSecond', () => {
  it('takes the exits of the empty batch away, and its time', () => {
    const batch = sample({
      wallNs: 11e6,
      emptyWallNs: 1e6,
      exits: { exits: 25, io: 1, interrupt: 3 },
      emptyExits: { exits: 5, io: 1, interrupt: 1 },
    });
    expect(exitsPerSecond([batch])).toEqual({ exits: 2000, io: 0, interrupt: 200 });
  });

  it('counts all batches together, so that a rare exit is neither lost nor doubled', () => {
    const quiet = sample({ wallNs: 10e6, exits: { exits: 0 }, emptyExits: { exits: 0 } });
    const one = sample({ wallNs: 30e6, exits: { exits: 1 }, emptyExits: { exits: 0 } });
    expect(exitsPerSecond([quiet, one])).toEqual({ exits: 25 });
  });

  it('tells where the empty batches met more', () => {
    const batch = sample({ wallNs: 1e9, exits: { exits: 1 }, emptyExits: { exits: 4 } });
    expect(exitsPerSecond([batch])).toEqual({ exits: -3 });
  });

  it('is null where nobody counted, or no time passed', () => {
    expect(exitsPerSecond([])).toBeNull();
    expect(exitsPerSecond([sample()])).toBeNull();
    const counted = { exits: { exits: 1 }, emptyExits: { exits: 0 } };
    expect(exitsPerSecond([sample({ wallNs: 5, emptyWallNs: 5, ...counted })])).toBeNull();
  });
});

describe('exitsPerIteration', () => {
  it('is all exits less those of empty batches, by all iterations, whatever time they took', () => {
    const counted = { exits: { exits: 29, 'page-fault': 28 }, emptyExits: { exits: 1, 'page-fault': 0 } };
    const batches = [
      sample({ iterations: 28, wallNs: 5, ...counted }),
      sample({ iterations: 28, ...counted }),
    ];
    expect(exitsPerIteration(batches)).toEqual({ exits: 1, 'page-fault': 1 });
  });

  it('weighs batches by their iterations, and leaves out those in which nobody counted', () => {
    const of = (iterations: number, io: number) =>
      sample({ iterations, exits: { io }, emptyExits: { io: 0 } });
    expect(exitsPerIteration([of(10, 10), of(30, 0), sample({ iterations: 1000 })])).toEqual({ io: 0.25 });
  });

  it('is null where nobody counted', () => {
    expect([exitsPerIteration([]), exitsPerIteration([sample()])]).toEqual([null, null]);
  });
});
