/** A line through points in so many dimensions, by least squares. */
export interface Fit {
  readonly coefficients: readonly number[];
  /** Sum of squared residuals. */
  readonly squares: number;
  /** Standard error of a weighted sum of the coefficients. */
  errorOf(weights: readonly number[]): number;
}

/** Fits values by columns, each as long as they are; null if the columns depend on each other, or are too many. */
export function leastSquares(values: readonly number[], columns: readonly (readonly number[])[]): Fit | null {
  const freedom = values.length - columns.length;
  if (freedom < 1) return null;
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const inverse = invert(columns.map((a) => columns.map((b) => dot(a, b))));
  if (!inverse) return null;
  const moments = columns.map((column) => dot(column, values));
  const coefficients = inverse.map((row) => dot(row, moments));
  const squares = values.reduce((sum, value, index) => {
    const fitted = columns.reduce(
      (all, column, place) => all + (column[index] ?? 0) * (coefficients[place] ?? 0),
      0,
    );
    return sum + (value - fitted) ** 2;
  }, 0);
  const variance = squares / freedom;
  return {
    ...{ coefficients, squares },
    errorOf: (weights) =>
      Math.sqrt(
        Math.max(
          0,
          variance *
            dot(
              weights,
              inverse.map((row) => dot(row, weights)),
            ),
        ),
      ),
  };
}

/** Gauss–Jordan with pivots; null if the matrix is singular. */
function invert(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, ...row.map((_, place) => (place === index ? 1 : 0))]);
  const scale = Math.max(...matrix.flat().map(Math.abs));
  for (let column = 0; column < size; column++) {
    const pivot = rows.slice(column).reduce((best, row, offset) => {
      const [a, b] = [Math.abs(row[column] ?? 0), Math.abs(rows[best]?.[column] ?? 0)];
      return a > b ? column + offset : best;
    }, column);
    const chosen = rows[pivot] as number[];
    const divisor = chosen[column] ?? 0;
    if (Math.abs(divisor) <= 1e-12 * scale) return null;
    rows[pivot] = rows[column] as number[];
    rows[column] = chosen.map((value) => value / divisor);
    for (let index = 0; index < size; index++) {
      if (index === column) continue;
      const factor = rows[index]?.[column] ?? 0;
      rows[index] = (rows[index] as number[]).map(
        (value, place) => value - factor * (rows[column]?.[place] ?? 0),
      );
    }
  }
  return rows.map((row) => row.slice(size));
}
