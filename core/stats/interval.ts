/** An estimate with its confidence interval; the unit is that of the values it was made from. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

function map(interval: Interval, transform: (value: number) => number): Interval {
  return {
    estimate: transform(interval.estimate),
    low: transform(interval.low),
    high: transform(interval.high),
  };
}

/** From an interval of natural logs to one of what was logged: a ratio, or a time in its own unit. */
export function toRatio(logs: Interval): Interval {
  return map(logs, Math.exp);
}

/** From an interval of log ratios guest/native to one of the overhead, a fraction: 0.12 is 12 %. */
export function toOverhead(logRatios: Interval): Interval {
  return map(logRatios, Math.expm1);
}

/** Half the interval's width, in its own unit: of an overhead, a fraction of native time. */
export function halfWidth(interval: Interval): number {
  return (interval.high - interval.low) / 2;
}

/**
 * Half the interval's width as a fraction of its estimate: for times and ratios, whose estimate is
 * above 0, and not for overheads, whose estimate may be 0.
 */
export function relativeHalfWidth(interval: Interval): number {
  return halfWidth(interval) / interval.estimate;
}
