/**
 * Jain's index of fairness, (Σx)² ÷ (n · Σx²): 1 if all get the same, 1/n where one gets everything. 1 if
 * nobody gets anything; throws RangeError on an empty array.
 *
 * Jain, Chiu & Hawe 1984, "A Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared
 * Computer Systems", DEC Research Report TR-301.
 */
export function jainIndex(shares: readonly number[]): number {
  if (shares.length === 0) throw new RangeError('fairness among nobody is not defined');
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
