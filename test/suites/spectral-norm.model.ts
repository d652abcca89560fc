/** The power method of cpu/spectral-norm in TypeScript: the same operations on the same doubles, so the same bits. */
import { bits, checksum, mixSeed, repeat } from './model.ts';

const N = 100;

export interface Round {
  readonly norm: number;
  /** Where the next round begins. */
  readonly vector: readonly number[];
}

const element = (row: number, column: number) => 1 / (((row + column) * (row + column + 1)) / 2 + row + 1);

function product(entry: (i: number, j: number) => number, x: readonly number[]): number[] {
  return x.map((_, i) => x.reduce((sum, factor, j) => sum + entry(i, j) * factor, 0));
}

/** A'A times `x`. */
function twice(x: readonly number[]): number[] {
  const between = product(element, x);
  return product((i, j) => element(j, i), between);
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, factor, k) => sum + factor * (b[k] as number), 0);

/** A vector of ones; `nudge` is added to its first component. */
export function start(nudge = 0): number[] {
  return repeat(N, (k) => (k === 0 ? 1 + nudge : 1));
}

/** One round of the Benchmarks Game: two steps of the power method, and the norm that they come to. */
export function powerRound(u: readonly number[]): Round {
  const v = twice(u);
  const vector = twice(v);
  return { norm: Math.sqrt(dot(vector, v) / dot(v, v)), vector };
}

export function spectralNorm(seed: number, iterations: number): bigint {
  const { norm, vector } = powerRound(start((mixSeed(seed, 0) & 0xffff) * 2 ** -20));
  const state = [norm, ...vector].map(bits);
  return checksum(seed, repeat(iterations, () => state).flat());
}
