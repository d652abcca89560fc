/**
 * How many times larger the variance of the mean of successive values is than if they were independent: 1 if
 * neighbours do not resemble each other, more where the values drift. Never below 1: values that alternate by chance do
 * not make an estimate better.
 *
 * It is (1 + r) ÷ (1 − r), the variance of the mean of a long first-order autoregressive series over that of independent
 * values (Bayley & Hammersley 1946, "The 'Effective' Number of Independent Observations in an Autocorrelated Time
 * Series", Supplement to the Journal of the Royal Statistical Society 8(2)). r is the correlation of neighbours, which
 * a short series shows too low by (1 + 3r) ÷ n (Marriott & Pope 1954, "Bias in the Estimation of Autocorrelations",
 * Biometrika 41).
 */
export function varianceInflation(values: readonly number[]): number {
  const n = values.length;
  if (n < FEWEST) return 1;
  const centre = values.reduce((sum, value) => sum + value, 0) / n;
  const deviations = values.map((value) => value - centre);
  const squares = deviations.reduce((sum, deviation) => sum + deviation ** 2, 0);
  if (squares === 0) return 1;
  const products = deviations
    .slice(1)
    .reduce((sum, deviation, index) => sum + deviation * (deviations[index] as number), 0);
  const seen = products / squares;
  const r = Math.min(Math.max(seen + (1 + 3 * seen) / n, 0), LARGEST);
  return (1 + r) / (1 - r);
}

/** Two or three values say nothing of how neighbours resemble each other. */
const FEWEST = 4;
/** Of a handful of values any stronger correlation is chance as likely as drift. */
const LARGEST = 0.9;
