import { describe, expect, it } from 'vitest';
import { classify } from '../../../core/stats/equivalence.ts';

describe('classify', () => {
  const band = { low: 0.1, high: 0.3 };

  it.each([
    [0.15, 0.25, 'inside'],
    [0.1, 0.3, 'inside'],
    [0.31, 0.4, 'above'],
    [0.02, 0.09, 'below'],
    [0.05, 0.2, 'undecided'],
    [0.2, 0.4, 'undecided'],
    [0.05, 0.4, 'undecided'],
    // An interval that touches the band has not left it.
    [0.3, 0.4, 'undecided'],
    [0.02, 0.1, 'undecided'],
  ] as const)('finds %d to %d of 0.1 to 0.3 %s', (low, high, position) => {
    expect(classify({ low, high }, band)).toBe(position);
  });

  it.each([
    [-5, 0.02, 'inside'],
    [0.021, 0.03, 'above'],
    [-0.01, 0.03, 'undecided'],
  ] as const)('finds %d to %d of at most 0.02 %s', (low, high, position) => {
    expect(classify({ low, high }, { low: null, high: 0.02 })).toBe(position);
  });

  it.each([
    [0.1, 99, 'inside'],
    [0, 0.05, 'below'],
    [0, 0.2, 'undecided'],
  ] as const)('finds %d to %d of at least 0.1 %s', (low, high, position) => {
    expect(classify({ low, high }, { low: 0.1, high: null })).toBe(position);
  });
});
