/** Whether a series that has changed did so at once, or drifted from one level to another. */
import type { Interval } from './interval.ts';
import { leastSquares } from './least-squares.ts';
import { median } from './location.ts';
import { studentQuantile } from './student.ts';

/** One change of a series: from the value at `before` to that at `after`, the next one unless it is gradual. */
export interface Movement {
  readonly before: number;
  readonly after: number;
  readonly gradual: boolean;
  /** How far, in the unit of the values, with its 95 % interval. */
  readonly size: Interval;
  /** The fitted values at both ends. */
  readonly from: number;
  readonly to: number;
}

/** Fewer values than this, from one end to the other, are no drift: a step that noise blurs looks like that. */
const LEAST_LENGTH = 7;
/** Steps leave as many values at least on both sides: two odd ones make no level. */
const LEAST_LEVEL = 3;
/** By how much the information criterion has to prefer a drift to steps: "strong evidence" (Kass & Raftery 1995). */
const MARGIN = 6;
const MOST_PARTS = 8;
/** Of a long series, drifts begin and end at so many places. */
const PLACES = 40;

/** A step begins at its value `from`, and `to` is the same; a ramp leaves its level at `from` and has reached the next at `to`. */
interface Part {
  readonly from: number;
  readonly to: number;
}

const isRamp = ({ from, to }: Part) => to > from;

/**
 * The changes of a series in which `steps` were found (indices of the first value of each new level), if it is better told
 * with drifts; null if steps tell it as well.
 *
 * Steps, and ramps from one level to another, are added one after the other as long as the Bayesian information criterion
 * (Schwarz 1978, Annals of Statistics 6(2)) falls, fitted together by least squares; each is then looked for again beside the
 * others, and left out if it was not needed. The same with steps alone, and the steps given, are what it has to beat.
 * Outliers are pulled in first, to three deviations from the levels.
 */
export function gradualChanges(values: readonly number[], steps: readonly number[]): Movement[] | null {
  if (steps.length === 0) return null;
  const given = steps.map((index) => ({ from: index, to: index }));
  const calm = pulledIn(values, steps);
  const mixed = search(calm, true);
  if (!mixed.some(isRamp)) return null;
  const rivals = [given, search(calm, false)].map((parts) => criterion(calm, parts));
  if (criterion(calm, mixed) > Math.min(...rivals) - MARGIN) return null;
  return movements(calm, mixed);
}

function pulledIn(values: readonly number[], steps: readonly number[]): number[] {
  const bounds = [0, ...steps, values.length];
  const levels = bounds.slice(1).map((end, index) => median(values.slice(bounds[index], end)));
  const levelAt = (index: number) => levels[steps.filter((step) => step <= index).length] ?? 0;
  const rests = values.map((value, index) => value - levelAt(index));
  const reach = 3 * 1.4826 * median(rests.map(Math.abs));
  return values.map((_, index) => levelAt(index) + Math.max(-reach, Math.min(reach, rests[index] ?? 0)));
}

function columnOf({ from, to }: Part, length: number): number[] {
  return Array.from({ length }, (_, index) =>
    to > from ? Math.max(0, Math.min(1, (index - from) / (to - from))) : index >= from ? 1 : 0,
  );
}

function columnsOf(parts: readonly Part[], length: number): number[][] {
  return [new Array<number>(length).fill(1), ...parts.map((part) => columnOf(part, length))];
}

/**
 * Places count, and more than sizes, since they are chosen among many (Zhang & Siegmund 2007, Biometrics 63(1)): a step
 * counts as three parameters, and a ramp as four.
 */
function criterion(values: readonly number[], parts: readonly Part[]): number {
  const fit = leastSquares(values, columnsOf(parts, values.length));
  return fit ? scoreOf(fit.squares, values, parts) : Number.POSITIVE_INFINITY;
}

function scoreOf(squares: number, values: readonly number[], parts: readonly Part[]): number {
  const n = values.length;
  const parameters = 1 + parts.reduce((sum, part) => sum + (isRamp(part) ? 4 : 3), 0);
  // Without any noise every criterion would be the same: what is this small is rounding.
  const least = 1e-18 * values.reduce((sum, value) => sum + value ** 2, 1e-12);
  return n * Math.log(Math.max(squares, least) / n) + parameters * Math.log(n);
}

function search(values: readonly number[], ramps: boolean): Part[] {
  const candidates = candidatesOf(values.length, ramps);
  let parts: Part[] = [];
  while (parts.length < MOST_PARTS) {
    const more = withBest(values, parts, candidates);
    if (!more) break;
    parts = again(values, more, candidates);
  }
  return parts;
}

/** Each part is looked for again beside the others. */
function again(values: readonly number[], parts: readonly Part[], candidates: readonly Candidate[]): Part[] {
  let kept = [...parts];
  for (const part of parts) {
    const others = kept.filter((one) => one !== part);
    kept = withBest(values, others, candidates) ?? others;
  }
  return criterion(values, kept) < criterion(values, parts) ? kept : [...parts];
}

interface Candidate {
  readonly part: Part;
  readonly column: readonly number[];
}

function candidatesOf(length: number, ramps: boolean): Candidate[] {
  const parts: Part[] = [];
  for (let index = LEAST_LEVEL; index <= length - LEAST_LEVEL; index++)
    parts.push({ from: index, to: index });
  const stride = Math.max(1, Math.ceil(length / PLACES));
  if (ramps)
    for (let from = 0; from < length; from += stride)
      for (let to = from + stride; to < length + stride; to += stride) {
        const end = Math.min(to, length - 1);
        if (end - from >= LEAST_LENGTH) parts.push({ from, to: end });
      }
  return parts.map((part) => ({ part, column: columnOf(part, length) }));
}

/** The parts and the one that lowers the criterion most; null if none does. */
function withBest(
  values: readonly number[],
  parts: readonly Part[],
  candidates: readonly Candidate[],
): Part[] | null {
  // Orthonormal, so that what a further column explains is one projection.
  const basis: number[][] = [];
  for (const column of columnsOf(parts, values.length)) {
    const own = rest(column, basis);
    const length = Math.sqrt(dot(own, own));
    if (length > 1e-9) basis.push(own.map((value) => value / length));
  }
  const left = rest(values, basis);
  const squares = dot(left, left);
  let best = { score: scoreOf(squares, values, parts), part: null as Part | null };
  for (const { part, column } of candidates) {
    const own = rest(column, basis);
    const length = dot(own, own);
    if (length < 1e-9) continue;
    const score = scoreOf(squares - dot(left, own) ** 2 / length, values, [...parts, part]);
    if (score < best.score - 1e-9) best = { score, part };
  }
  return best.part && [...parts, best.part];
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** What of a column the basis does not have. */
function rest(column: readonly number[], basis: readonly (readonly number[])[]): number[] {
  const own = [...column];
  for (const direction of basis) {
    const share = dot(own, direction);
    for (let index = 0; index < own.length; index++)
      own[index] = (own[index] as number) - share * (direction[index] as number);
  }
  return own;
}

/** The fitted curve by its steps and, between them, by the stretches in which it rises or falls. */
function movements(values: readonly number[], parts: readonly Part[]): Movement[] | null {
  const length = values.length;
  const columns = columnsOf(parts, length);
  const fit = leastSquares(values, columns);
  if (!fit) return null;
  const { coefficients } = fit;
  const row = (index: number) => columns.map((column) => column[index] ?? 0);
  const at = (index: number) => dot(row(index), coefficients);
  const quantile = studentQuantile(0.975, Math.max(1, length - columns.length));
  const movement = (before: number, after: number, gradual: boolean): Movement => {
    const weights = row(after).map((value, place) => value - (row(before)[place] ?? 0));
    const estimate = dot(weights, coefficients);
    const half = quantile * fit.errorOf(weights);
    const size = { estimate, low: estimate - half, high: estimate + half };
    return { before, after, gradual, size, from: at(before), to: at(after) };
  };
  const jumps = new Set(parts.filter((part) => !isRamp(part)).map(({ from }) => from));
  const ramps = parts
    .map((part, place) => ({ part, size: coefficients[place + 1] ?? 0 }))
    .filter(({ part }) => isRamp(part));
  const slopeAt = (index: number) =>
    ramps
      .filter(({ part }) => index > part.from && index <= part.to)
      .reduce((sum, { part, size }) => sum + size / (part.to - part.from), 0);
  const found: Movement[] = [];
  let start: number | null = null;
  let direction = 0;
  const end = (index: number) => {
    if (start !== null && index > start) found.push(movement(start, index, true));
    start = null;
  };
  for (let index = 1; index < length; index++) {
    const jump = jumps.has(index);
    const now = Math.sign(slopeAt(index));
    if (jump || now !== direction) end(index - 1);
    if (jump) found.push(movement(index - 1, index, false));
    else if (now !== 0) start ??= index - 1;
    direction = jump ? 0 : now;
  }
  end(length - 1);
  return found;
}
