import { describe, expect, it } from 'vitest';
import { isPlainSample, sampleSchema } from '../../../core/results/sample-schema.ts';
import { createRandom, deriveSeed } from '../../../core/stats/random.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { mutate } from '../../hostile/mutate.ts';
import { sample } from './example.ts';

const plain = [
  sample(),
  sample({ phase: 'cold', round: 7, wallNs: -1, ticks: 2 ** 63 }),
  sample({ exits: { exits: 3 }, emptyExits: { exits: 1 } }),
];

describe('isPlainSample', () => {
  it('knows the samples that runs write', () => {
    expect(plain.map(isPlainSample)).toEqual([true, true, true]);
  });

  it('takes nothing that the schema refuses, or changes', () => {
    const values = Array.from({ length: 3000 }, (_, number): unknown =>
      mutate(plain[number % 3], createRandom(deriveSeed(2, number))),
    );
    const taken = values.filter(isPlainSample);
    expect(taken.length).toBeGreaterThan(100);
    for (const value of atLeastOne(taken))
      expect(sampleSchema.parse(value), JSON.stringify(value)).toEqual(value);
  });

  it.each([
    ['a figure that is infinite', { wallNs: Number.POSITIVE_INFINITY }],
    ['no iterations', { iterations: 0 }],
    ['half a round', { round: 0.5 }],
    ['a launch before the first', { launch: -1 }],
    ['more than was asked for', { surprise: 1 }],
    ['a key that is not its own', JSON.parse('{"__proto__": {"round": 1}}')],
    ['a long name', { workload: 'x'.repeat(4097) }],
    ['another type', { type: 'end' }],
    ['a count of exits that is none', { exits: { exits: null } }],
  ])('leaves %s to the schema', (_, rest: object) => {
    const value = Object.assign(Object.create(null), sample());
    for (const [key, item] of Object.entries(rest))
      Object.defineProperty(value, key, { value: item, enumerable: true });
    expect(isPlainSample(value)).toBe(false);
    expect(sampleSchema.safeParse(value).success).toBe(false);
  });

  it.each([null, 1, 'sample', [], {}])('says no to %j', (value) => {
    expect(isPlainSample(value)).toBe(false);
  });
});
