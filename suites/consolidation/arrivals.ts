/**
 * When work is due. It is due whether or not what came before is done (an open loop), and its latency counts from
 * then: a client that waits for an answer before it asks again would leave out just the requests that a stall delays
 * ("coordinated omission": G. Tene, "How NOT to Measure Latency", and his wrk2).
 */
import { createRandom, deriveSeed } from '../../core/stats/index.ts';

/**
 * Poisson arrivals, ms from 0, ascending: requests of many users who do not know of one another. They see a machine as
 * it is on average over time (R. W. Wolff 1982, "Poisson Arrivals See Time Averages", Operations Research 30(2)).
 */
export function poissonArrivals(
  perSecond: number,
  seconds: number,
  seed: number,
  ...labels: readonly (string | number)[]
): number[] {
  const random = createRandom(deriveSeed(seed, 'poisson', ...labels));
  const arrivals: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random.nextFloat()) / perSecond) * 1000;
    if (at >= seconds * 1000) return arrivals;
    arrivals.push(at);
  }
}

/** One arrival in each period, at a random moment of it, ms from 0, ascending: batch work, the same amount for all. */
export function jitteredArrivals(
  perSecond: number,
  seconds: number,
  seed: number,
  ...labels: readonly (string | number)[]
): number[] {
  const random = createRandom(deriveSeed(seed, 'jittered', ...labels));
  // The last period may reach beyond the end, and what is due in it as well.
  const periods = Math.ceil(perSecond * seconds);
  return Array.from(
    { length: periods },
    (_, index) => ((index + random.nextFloat()) / perSecond) * 1000,
  ).filter((at) => at < seconds * 1000);
}
