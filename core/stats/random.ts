import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of pseudo-random numbers; the same seed gives the same stream on every computer. */
export interface Random {
  /** A uniform integer from 0 to bound − 1. Throws RangeError unless `bound` is an integer of at least 1. */
  nextInt(bound: number): number;
  /** A uniform number from 0 (included) to 1 (excluded), with 53 random bits. */
  nextFloat(): number;
}

// JSON keeps apart what joined text would not: 1 and "1", ["ab"] and ["a", "b"].
function digest(seed: number, labels: readonly (string | number)[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest();
}

/**
 * A generator xoroshiro128+ (Blackman & Vigna 2021, "Scrambled Linear Pseudorandom Number Generators").
 * Its whole state comes from a hash of the seed, so that neighbouring seeds give unrelated streams from
 * their first number on. `seed` is any finite number.
 */
export function createRandom(seed: number): Random {
  const hash = digest(seed, []);
  const generator = xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => hash.readInt32LE(offset)));
  return {
    nextInt(bound) {
      if (!(Number.isInteger(bound) && bound >= 1)) {
        throw new RangeError(`the bound of a random integer must be an integer of at least 1, not ${bound}`);
      }
      return uniformInt(generator, 0, bound - 1);
    },
    nextFloat: () => uniformFloat64(generator),
  };
}

/**
 * A 32-bit seed for one part of a run, from the run's seed and the part's labels alone: the order within
 * launch 3 stays the same, however many random numbers the parts before it took.
 */
export function deriveSeed(seed: number, ...labels: readonly (string | number)[]): number {
  return digest(seed, labels).readUInt32LE(0);
}

/** A new array with the items in random order, each order being equally likely (Fisher–Yates). */
export function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1);
    const item = shuffled[last] as T;
    shuffled[last] = shuffled[other] as T;
    shuffled[other] = item;
  }
  return shuffled;
}
