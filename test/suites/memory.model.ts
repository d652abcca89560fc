/** The checksums of the memory workloads, from what they are to compute. */
import { bits, checksum, mixSeed, repeat } from './model.ts';

const PIECE = 4096;
const PAGE = 512;

/** The numbers that a piece of stream's array `array` holds. */
const stream = (seed: number, array: number, at: number) => mixSeed(seed, array * PIECE + at) >>> 8;

/** The sum of the bits of one double of each page; its place in the page moves with each iteration. */
function samples(seed: number, iterations: number, value: (at: number) => number): bigint {
  return checksum(
    seed,
    repeat(iterations, (i) => {
      const places = repeat(PIECE / PAGE, (page) => page * PAGE + (i % PAGE));
      return places.reduce((sum, at) => sum + bits(value(at)), 0n);
    }),
  );
}

export const streamCopy = (seed: number, iterations: number) =>
  samples(seed, iterations, (at) => stream(seed, 0, at));

export const streamTriad = (seed: number, iterations: number) =>
  samples(seed, iterations, (at) => stream(seed, 1, at) + 3 * stream(seed, 2, at));

/** Each iteration comes 1,000 lines further on a cycle of this many bytes. */
export const chase = (bytes: number) => (seed: number, iterations: number) =>
  checksum(
    mixSeed(seed, 0),
    repeat(iterations, () => 1000 % (bytes / 64)),
  );

/** Every load finds what it must (the difference is 0), and every page its zeros. */
export const nothingFound = (seed: number, iterations: number) =>
  checksum(
    mixSeed(seed, 0),
    repeat(iterations, () => 0),
  );
