import { expect, it } from 'vitest';
import { type MeasuredLevel, nextStep, scaleUpIsOver } from '../../../suites/consolidation/next-step.ts';

const level = (
  machines: number,
  turnsPerSecond: number,
  held = true,
  demand: MeasuredLevel['demand'] = 'set',
): MeasuredLevel => ({ machines, demand, held, turnsPerSecond });

/** Drives a scale-up as a host would answer it that carries `capacity` machines' demand, and does work up to `cpus`. */
function scaleUp(capacity: number, cpus: number, most = Number.POSITIVE_INFINITY) {
  const levels: MeasuredLevel[] = [];
  const steps: string[] = [];
  for (let next = nextStep(levels, most); next && steps.length < 50; next = nextStep(levels, most)) {
    const { machines, demands, refines } = next;
    steps.push(`${machines}${refines ? '?' : ''}${demands.length === 2 ? '' : ` ${demands[0]}`}`);
    for (const demand of demands)
      levels.push(
        demand === 'set'
          ? level(machines, Math.min(machines, capacity), machines <= capacity)
          : level(machines, Math.min(machines, cpus), machines <= 2 * cpus, 'flat-out'),
      );
  }
  return steps;
}

it('doubles until quality is missed and the whole does no more, then halves the gap of the knee', () => {
  expect(scaleUp(10, 2)).toEqual(['1', '2', '4', '8', '16 set', '32 set', '12? set', '10? set']);
});

it('goes on where one demand is still open', () => {
  expect(scaleUp(1, 4)).toEqual(['1', '2', '4 flat-out', '8 flat-out', '16 flat-out']);
});

it('goes on after a miss while the whole still rises: two CPUs do more than one', () => {
  const missed = [level(1, 1, false), level(1, 1, false, 'flat-out')];
  expect(nextStep(missed, 64)).toEqual({ machines: 2, demands: ['set', 'flat-out'], refines: false });
});

it('is over where a step does more than the one before, but less than an earlier one', () => {
  const levels = [level(1, 1, false), level(2, 2, false), level(4, 0.1, false), level(8, 0.2, false)];
  const flat = [level(1, 1, false, 'flat-out'), level(2, 1, false, 'flat-out')];
  expect(scaleUpIsOver([...levels, ...flat])).toBe(true);
});

it('ends at what fits, also between two powers of two', () => {
  expect(scaleUp(3, 2, 5)).toEqual(['1', '2', '4', '5', '3? set']);
  expect(scaleUp(100, 8, 5)).toEqual(['1', '2', '4', '5']);
  expect(scaleUp(100, 2, 1)).toEqual(['1']);
  expect(scaleUp(100, 2, 0)).toEqual([]);
});

it('says whether more machines would show nothing new', () => {
  const set = [level(1, 1), level(2, 2), level(4, 2, false)];
  expect(scaleUpIsOver(set)).toBe(false);
  const flat = [level(1, 1, true, 'flat-out'), level(2, 1, false, 'flat-out')];
  expect(scaleUpIsOver([...set, ...flat])).toBe(true);
  // What narrows the gap afterwards does not open it again.
  expect(scaleUpIsOver([...set, ...flat, level(3, 1.8, true)])).toBe(true);
});
