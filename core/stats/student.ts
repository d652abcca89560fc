import { createRequire } from 'node:module';
import type TQuantile from '@stdlib/stats-base-dists-t-quantile';

const require = createRequire(import.meta.url);
let quantile: typeof TQuantile | undefined;

/**
 * The quantile of Student's t distribution: below it lies this share (0 to 1) of the distribution with so many degrees
 * of freedom. Its library is loaded by the first call, since that takes 300 files: a third of a command's start, and most
 * commands need none.
 */
export function studentQuantile(share: number, degrees: number): number {
  quantile ??= require('@stdlib/stats-base-dists-t-quantile') as typeof TQuantile;
  return quantile(share, degrees);
}
