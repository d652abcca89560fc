import { describe, expect, it } from 'vitest';
import { takeTurns } from '../../../core/run/budget.ts';
import { createRandom, type Random, shuffle } from '../../../core/stats/index.ts';
import { atLeastOne } from '../../at-least-one.ts';

const RUNS = 300;

/** What each turn was given, seconds, where it takes `used` times as much on a clock of its own. */
async function shares(
  seconds: number,
  weights: readonly number[],
  used: (index: number) => number = () => 1,
): Promise<number[]> {
  let clockMs = 5000;
  const given: number[] = [];
  const turns = weights.map((weight, index) => ({
    weight,
    measure: async (share: number) => {
      given.push(share);
      clockMs += share * 1000 * used(index);
    },
  }));
  await takeTurns(seconds, turns, () => clockMs);
  return given;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** Budgets and weights of up to six turns, as many as `RUNS` of them. */
async function forMany(
  check: (seconds: number, weights: number[], random: Random) => Promise<void>,
): Promise<void> {
  for (let seed = 0; seed < RUNS; seed++) {
    const random = createRandom(seed);
    const seconds = 0.1 + random.nextFloat() * 5000;
    const weights = Array.from({ length: 1 + random.nextInt(6) }, () => 0.1 + random.nextFloat() * 5);
    await check(seconds, weights, random);
  }
}

describe('takeTurns', () => {
  it('gives away the whole budget in proportion to the weights', () =>
    forMany(async (seconds, weights) => {
      const given = await shares(seconds, weights);
      expect(sum(given)).toBeCloseTo(seconds, 6);
      for (const [index, share] of atLeastOne(given.entries()))
        expect(share / seconds).toBeCloseTo((weights[index] as number) / sum(weights), 9);
    }));

  it('gives each the same whatever the order', () =>
    forMany(async (seconds, weights, random) => {
      const order = shuffle([...weights.keys()], random);
      const given = await shares(seconds, weights);
      const others = await shares(
        seconds,
        order.map((index) => weights[index] as number),
      );
      for (const [place, index] of atLeastOne(order.entries()))
        expect(others[place]).toBeCloseTo(given[index] as number, 6);
    }));

  it('passes on what was not used, and lets nobody have less for it', () =>
    forMany(async (seconds, weights, random) => {
      const use = weights.map(() => random.nextFloat());
      const given = await shares(seconds, weights, (index) => use[index] as number);
      const fair = await shares(seconds, weights);
      for (const [index, share] of atLeastOne(given.entries()))
        expect(share).toBeGreaterThanOrEqual((fair[index] as number) * (1 - 1e-9));
      const taken = sum(given.slice(0, -1).map((share, index) => share * (use[index] as number)));
      expect(given.at(-1)).toBeCloseTo(seconds - taken, 6);
    }));

  it('starves none where one takes more than its share, unless it takes all there is', () =>
    forMany(async (seconds, weights, random) => {
      const greedy = random.nextInt(weights.length);
      const given = await shares(seconds, [...weights, 1], (index) => (index === greedy ? 1.05 : 1));
      for (const share of atLeastOne(given)) expect(share).toBeGreaterThan(0);
      const late = given.slice(greedy + 1);
      const own = [...weights, 1].slice(greedy + 1);
      // All who come later bear it alike.
      for (const [index, share] of atLeastOne(late.entries()))
        expect(share / (own[index] as number)).toBeCloseTo((late[0] as number) / (own[0] as number), 6);
    }));

  it('gives nothing, and never less, once all is used up', async () => {
    expect(await shares(10, [1, 1, 2], (index) => (index === 0 ? 20 : 1))).toEqual([2.5, 0, 0]);
  });

  it('takes the turn of one that has nothing to measure, and gives it no time', async () => {
    expect(await shares(12, [0, 1, 2, 0])).toEqual([0, 4, 8, 0]);
    expect(await shares(12, [0])).toEqual([0]);
  });
});
