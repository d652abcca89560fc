/** The cpu workloads computed in other ways: the checksum of `iterations` of each, from the seed alone. */
import { createHash } from 'node:crypto';
import { bits, checksum, mixSeed, repeat, xorshift32 } from './model.ts';

export function integer(seed: number, iterations: number): bigint {
  const next = xorshift32(mixSeed(seed, 0));
  return checksum(
    0,
    repeat(iterations, () => repeat(1000, next).at(-1) ?? 0),
  );
}

export function sha256(seed: number, iterations: number): bigint {
  const message = Buffer.alloc(1024);
  const next = xorshift32(mixSeed(seed, 0));
  for (let at = 0; at < message.length; at += 4) message.writeUInt32LE(next(), at);
  message.fill(0, 0, 32);
  for (let i = 0; i < iterations; i++) createHash('sha256').update(message).digest().copy(message);
  return message.readBigUInt64BE(0);
}

/** There are 3512 primes below 32768. */
export function sieve(seed: number, iterations: number): bigint {
  return checksum(
    seed,
    repeat(iterations, () => 3512),
  );
}

export function quicksort(seed: number, iterations: number): bigint {
  return checksum(
    0,
    repeat(iterations, (i) => {
      const next = xorshift32(mixSeed(seed, i % 32));
      const sorted = repeat(1024, next).sort((a, b) => a - b);
      return sorted.reduce((sum, number, place) => (sum + Math.imul(number, place + 1)) >>> 0, 0);
    }),
  );
}

/** 64 steps of the generator an iteration; bit 16 of each number says whether it is added or xored. */
export function interpreter(seed: number, iterations: number): bigint {
  let x = seed;
  let accumulator = 0;
  for (let step = 0; step < 64 * iterations; step++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    accumulator = (x & (1 << 16) ? accumulator + x : accumulator ^ x) >>> 0;
    accumulator = ((accumulator << 5) | (accumulator >>> 27)) >>> 0;
  }
  return (BigInt(x) << 32n) | BigInt(accumulator);
}

export function tak(seed: number, iterations: number): bigint {
  const of = (x: number, y: number, z: number): number =>
    y >= x ? z : of(of(x - 1, y, z), of(y - 1, z, x), of(z - 1, x, y));
  const shift = mixSeed(seed, 0) >>> 2;
  return checksum(
    0,
    repeat(iterations, (i) => of(12, 8, 4) + shift + (i % 8)),
  );
}

export function matmul(seed: number, iterations: number): bigint {
  const next = xorshift32(mixSeed(seed, 0));
  const matrix = () => repeat(48, () => repeat(48, () => (next() | 0) * 2 ** -31));
  const a = matrix();
  const b = matrix();
  const rowSums = a.map((row) => {
    const entries = repeat(48, (j) => row.reduce((sum, factor, k) => sum + factor * (b[k]?.[j] ?? 0), 0));
    return entries.reduce((sum, entry) => sum + bits(entry), 0n);
  });
  return checksum(seed, repeat(iterations, () => rowSums).flat());
}
