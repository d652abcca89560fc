import { describe, expect, it } from 'vitest';
import { createRandom, deriveSeed, type Random, shuffle } from '../../../core/stats/random.ts';

function take(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.nextInt(1000));
}

describe('createRandom', () => {
  it('repeats the stream of a seed', () => {
    expect(take(50, createRandom(7))).toEqual(take(50, createRandom(7)));
  });

  it('gives neighbouring seeds unrelated streams from the first number on', () => {
    const firsts = Array.from({ length: 200 }, (_, seed) => createRandom(seed).nextInt(1000));
    const steps = firsts.slice(1).map((value, index) => value - (firsts[index] as number));
    expect(new Set(steps).size).toBeGreaterThan(150);
  });

  it('draws every integer below the bound, and no other, equally often', () => {
    const random = createRandom(1);
    const draws = Array.from({ length: 10_000 }, () => random.nextInt(5));
    expect([...new Set(draws)].sort()).toEqual([0, 1, 2, 3, 4]);
    for (let value = 0; value < 5; value++) {
      const count = draws.filter((draw) => draw === value).length;
      expect(Math.abs(count - 2000)).toBeLessThan(160);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the bound %d', (bound) => {
    expect(() => createRandom(1).nextInt(bound)).toThrow(RangeError);
  });

  it('draws floats from 0 to below 1 with the mean of uniform ones', () => {
    const random = createRandom(3);
    const values = Array.from({ length: 10_000 }, () => random.nextFloat());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, value) => sum + value) / values.length).toBeCloseTo(0.5, 1);
  });
});

describe('deriveSeed', () => {
  it('stays as it is: a seed noted in an old result must give the same order today', () => {
    expect(deriveSeed(1, 'launch', 3)).toBe(162024529);
  });

  it('tells apart whatever differs', () => {
    const seeds = [
      deriveSeed(1),
      deriveSeed(2),
      deriveSeed(1, 2),
      deriveSeed(1, '2'),
      deriveSeed(1, 'a', 'b'),
      deriveSeed(1, 'ab'),
      deriveSeed(1, 'b', 'a'),
      deriveSeed(1, 'a,b'),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  it('is an unsigned 32-bit integer', () => {
    for (let label = 0; label < 100; label++) {
      const seed = deriveSeed(42, label);
      expect(seed >>> 0).toBe(seed);
    }
  });
});

describe('shuffle', () => {
  it('keeps the items and leaves the original alone', () => {
    const items = ['a', 'b', 'c', 'd'];
    expect(shuffle(items, createRandom(5)).sort()).toEqual(items);
    expect(items).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives the same order for the same seed', () => {
    const items = Array.from({ length: 30 }, (_, index) => index);
    expect(shuffle(items, createRandom(9))).toEqual(shuffle(items, createRandom(9)));
    expect(shuffle(items, createRandom(9))).not.toEqual(shuffle(items, createRandom(10)));
  });

  it('gives every order equally often', () => {
    const random = createRandom(11);
    const counts = new Map<string, number>();
    for (let run = 0; run < 12_000; run++) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(counts.size).toBe(6);
    // The 99.9 % point with five degrees of freedom.
    expect(chiSquare).toBeLessThan(20.5);
  });

  it('takes an empty list', () => {
    expect(shuffle([], createRandom(1))).toEqual([]);
  });
});
