import { describe, expect, it } from 'vitest';
import { type BootTurn, fits, launchesFor, turnsOf } from '../../../suites/boot/turns.ts';

const turn = (target: string, rest: Partial<BootTurn<string>> = {}): BootTurn<string> => ({
  ...{ target, cache: 'warm', launches: 0, tookMs: null, patient: false },
  ...rest,
});
const options = { round: 0, seed: 1, operationLaunches: 4, leftMs: 60_000 };
const names = (turns: readonly BootTurn<string>[]) => turns.map(({ target }) => target).sort();

describe('how many launches', () => {
  it('the slow ones get fewest, the fast ones more, up to a bound', () => {
    expect(launchesFor(null, 4)).toBe(3);
    expect(launchesFor(3000, 4)).toBe(3);
    expect(launchesFor(600, 4)).toBe(8);
    expect(launchesFor(10, 4)).toBe(12);
    expect(launchesFor(0, 10)).toBe(30);
  });
});

describe('whose turn it is', () => {
  it('is of all that lack launches, in an order that depends on seed and round', () => {
    const turns = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => turn(name));
    const order = (round: number, seed = 1) =>
      turnsOf(turns, { ...options, round, seed }).map(({ target }) => target);
    expect(order(0)).toEqual(order(0));
    expect([order(0), order(1), order(0, 2)].map((each) => [...each].sort())).toEqual(
      Array(3).fill(['a', 'b', 'c', 'd', 'e', 'f']),
    );
    expect(new Set([order(0), order(1), order(2), order(3)].map(String)).size).toBeGreaterThan(1);
    const done = turn('done', { launches: 3, tookMs: 3000 });
    expect(names(turnsOf([...turns, done], options))).not.toContain('done');
  });

  it('comes several times in a round for what has shown to be fast', () => {
    const fast = turn('fast', { launches: 1, tookMs: 10 });
    const slow = turn('slow', { launches: 1, tookMs: 3000 });
    const ending = turn('ending', { launches: 11, tookMs: 10 });
    expect(names(turnsOf([fast, slow, ending], options))).toEqual([
      ...['ending', 'fast', 'fast', 'fast', 'fast', 'slow'],
    ]);
  });

  it('is of the patient when all others are done, and there is time', () => {
    const patient = turn('slow', { patient: true });
    expect(names(turnsOf([patient, turn('a')], options))).toEqual(['a']);
    const done = turn('a', { launches: 12, tookMs: 10 });
    expect(names(turnsOf([patient, done], options))).toEqual(['slow']);
    expect(turnsOf([patient, done], { ...options, leftMs: 5_000 })).toEqual([]);
  });

  it('is of the patient from a warm cache first, each of them, before any of them from a cold one', () => {
    const warm = turn('minimal', { patient: true });
    const other = turn('full', { patient: true });
    const cold = turn('cold', { patient: true, cache: 'cold' });
    expect(names(turnsOf([cold, warm, other], options))).toEqual(['full', 'minimal']);
    const launched = { ...warm, launches: 1, tookMs: 16_000 };
    expect(names(turnsOf([cold, launched, other], options))).toEqual(['full']);
    const both = [launched, { ...other, launches: 1, tookMs: 20_000 }];
    expect(names(turnsOf([cold, ...both], options))).toEqual(['cold', 'full', 'minimal']);
    // What has no time left holds nobody up.
    const late = turnsOf([cold, { ...other, tookMs: 40_000 }], { ...options, leftMs: 30_000 });
    expect(names(late)).toEqual(['cold']);
  });
});

describe('what fits', () => {
  it('is the first launch from a warm cache whatever time there is, and later ones by how long the last took', () => {
    expect(fits(turn('a'), -1)).toBe(true);
    expect(fits(turn('a', { cache: 'cold' }), -1)).toBe(false);
    expect(fits(turn('a', { cache: 'cold' }), 1)).toBe(true);
    expect(fits(turn('a', { launches: 1, tookMs: 500 }), 400)).toBe(false);
    expect(fits(turn('a', { launches: 1, tookMs: 500 }), 600)).toBe(true);
    expect(fits(turn('a', { patient: true }), 1000)).toBe(false);
  });
});
