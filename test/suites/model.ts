/** What abi.h defines, once more in TypeScript, for models of the workloads that share no code with them. */

const MASK = (1n << 64n) - 1n;

/** A generator like `xorshift32` on a state of its own. */
export function xorshift32(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

export function mixSeed(seed: number, index: number): number {
  let x = (seed + Math.imul(index, 0x9e3779b9)) ^ 0x85ebca6b;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  return (x | 1) >>> 0;
}

/** The checksum of these values, one after another: a polynomial in 31 modulo 2^64. */
export function checksum(start: number, values: Iterable<number | bigint>): bigint {
  let sum = BigInt(start);
  for (const value of values) sum = (sum * 31n + BigInt(value)) & MASK;
  return sum;
}

export function repeat<T>(count: number, value: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => value(index));
}

/** The bits of a double. */
export function bits(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}
