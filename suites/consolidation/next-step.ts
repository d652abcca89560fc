/** How many machines come next: double until it helps no more, then halve the gap in which the knee lies. Pure. */
import { kneeOf } from './figures.ts';
import type { Demand } from './schema.ts';

/** A doubling that brings less than this has reached what the host can do. */
const RISE = 0.05;
/** The knee's gap is narrowed down to this part of it. */
const RESOLUTION = 0.25;

export interface MeasuredLevel {
  readonly machines: number;
  readonly demand: Demand;
  readonly held: boolean;
  readonly turnsPerSecond: number;
}

export interface Next {
  readonly machines: number;
  readonly demands: readonly Demand[];
  readonly refines: boolean;
}

const DEMANDS: readonly Demand[] = ['set', 'flat-out'];

/**
 * The next number of machines, at most `most`, and what to demand of them; null where nothing is left to find out. A
 * level is over when quality was missed and the last step brought less than 5 % of throughput over the best before.
 */
export function nextStep(levels: readonly MeasuredLevel[], most: number): Next | null {
  const doubled = doubling(levels, most);
  return doubled ?? refine(levels);
}

function doubling(levels: readonly MeasuredLevel[], most: number): Next | null {
  if (levels.length === 0) return most >= 1 ? { machines: 1, demands: DEMANDS, refines: false } : null;
  const open = DEMANDS.filter((demand) => !isOver(of(levels, demand)));
  const last = Math.max(...open.map((demand) => of(levels, demand).at(-1)?.machines ?? 0));
  const machines = Math.min(2 * last, most);
  return open.length > 0 && machines > last ? { machines, demands: open, refines: false } : null;
}

/** Whether more machines would show nothing new, whatever is demanded. */
export function scaleUpIsOver(levels: readonly MeasuredLevel[]): boolean {
  return DEMANDS.every((demand) => isOver(of(levels, demand)));
}

function of(levels: readonly MeasuredLevel[], demand: Demand): MeasuredLevel[] {
  return levels.filter((level) => level.demand === demand).sort((a, b) => a.machines - b.machines);
}

/** What came after the scale-up, to narrow the gap, lies nearer to the last step than half of it. */
function isOver(ascending: readonly MeasuredLevel[]): boolean {
  const last = ascending.at(-1);
  const before = ascending.filter(({ machines }) => machines <= (last?.machines ?? 0) / 2);
  if (!last || before.length === 0) return false;
  const best = Math.max(...before.map(({ turnsPerSecond }) => turnsPerSecond));
  return !last.held && last.turnsPerSecond < best * (1 + RISE);
}

function refine(levels: readonly MeasuredLevel[]): Next | null {
  const { machines, missedAt } = kneeOf('set', of(levels, 'set'));
  if (machines === null || missedAt === null || missedAt - machines <= Math.max(1, machines * RESOLUTION))
    return null;
  return { machines: Math.floor((machines + missedAt) / 2), demands: ['set'], refines: true };
}
