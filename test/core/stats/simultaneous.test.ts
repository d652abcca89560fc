import { expect, test } from 'vitest';
import { createRandom, simultaneous } from '../../../core/stats/index.ts';
import { studentQuantile } from '../../../core/stats/student.ts';

const FIGURE = { estimate: 2, low: 2 / 1.1, high: 2 * 1.1 };

test('one interval stays as it is', () => {
  const { low, high } = simultaneous(FIGURE, 5, 1);
  expect(low).toBeCloseTo(FIGURE.low, 12);
  expect(high).toBeCloseTo(FIGURE.high, 12);
});

test('of nine, each is as wide as a 99.44 % interval', () => {
  const { low, high } = simultaneous(FIGURE, 5, 9);
  // By a table of Student's t, 4 degrees of freedom: 5.4 and 2.776.
  expect(Math.log(high / 2) / Math.log(1.1)).toBeCloseTo(
    studentQuantile(1 - 0.025 / 9, 4) / studentQuantile(0.975, 4),
    9,
  );
  expect(low * high).toBeCloseTo(4, 9);
});

test('all of nine hold together in 95 of 100 runs, where plain ones do not', () => {
  const random = createRandom(1);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());
  const launches = 5;
  const one = () => {
    const values = Array.from({ length: launches }, normal);
    const mean = values.reduce((sum, value) => sum + value, 0) / launches;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (launches - 1);
    const half = studentQuantile(0.975, launches - 1) * Math.sqrt(variance / launches);
    return { estimate: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
  };
  const runs = Array.from({ length: 2000 }, () => Array.from({ length: 9 }, one));
  const holds = ({ low, high }: { low: number; high: number }) => low <= 1 && high >= 1;
  const plain = runs.filter((rows) => rows.every(holds)).length / runs.length;
  const together =
    runs.filter((rows) => rows.every((row) => holds(simultaneous(row, launches, 9)))).length / runs.length;
  expect(plain).toBeLessThan(0.75);
  expect(together).toBeGreaterThan(0.935);
});
