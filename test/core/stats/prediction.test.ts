import { expect, it } from 'vitest';
import { createRandom, predictionMargin } from '../../../core/stats/index.ts';
import { normal } from '../judge/gate/example.ts';

it.each([3, 5, 8])('one further value of twenty lies beyond the margin over %d', (n) => {
  const random = createRandom(n);
  const trials = 20_000;
  let beyond = 0;
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: n }, () => 5 + 2 * normal(random));
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    if (5 + 2 * normal(random) > mean + predictionMargin(values, 0.95)) beyond++;
  }
  expect(beyond / trials).toBeGreaterThan(0.045);
  expect(beyond / trials).toBeLessThan(0.055);
});

it('is none where all values agree', () => {
  expect(predictionMargin([1, 1, 1], 0.95)).toBe(0);
});
