/** Whose turn it is: how many launches each target gets, and in which order. */
import { preparationOrder } from '../../core/measure/schedule.ts';
import type { BootCache } from './schema.ts';

/** What starts within this time gets as many launches as the profile says; what is faster gets more. */
const TYPICAL_MS = 1200;
const MOST_TIMES = 3;
/** Two launches alone give intervals that are wider than what they say. */
const FEWEST_LAUNCHES = 3;
/** What the others must have left over for one that is slow beyond measure. */
const PATIENT_MS = 20_000;

/** One target, from one state of the page cache. */
export interface BootTurn<S> {
  readonly target: S;
  readonly cache: BootCache;
  /** Made so far. */
  launches: number;
  /** Of the latest launch, all that goes with it included; null before there is one. */
  tookMs: number | null;
  readonly patient: boolean;
}

/** How many launches a turn gets, by how long one takes. */
export function launchesFor(tookMs: number | null, operationLaunches: number): number {
  if (tookMs === null) return FEWEST_LAUNCHES;
  const wanted = Math.floor(operationLaunches * Math.min(MOST_TIMES, TYPICAL_MS / Math.max(tookMs, 1)));
  return Math.max(FEWEST_LAUNCHES, wanted);
}

/**
 * Those that launch in a round, as often as they do, in random order. `leftMs`: of the budget. Those that are patient
 * wait until all others are done; from a cold cache, until all have launched from a warm one.
 */
export function turnsOf<T extends BootTurn<unknown>>(
  turns: readonly T[],
  { round, seed, operationLaunches, leftMs }: TurnOptions,
): T[] {
  const due = turns.filter(({ launches, tookMs }) => launches < launchesFor(tookMs, operationLaunches));
  const quick = due.filter(({ patient }) => !patient);
  const patient = due.filter(({ tookMs }) => (tookMs ?? PATIENT_MS) <= leftMs);
  // Each takes so long that time may run out within a round: a figure for every role says more than two for one.
  const first = patient.filter(({ launches, cache }) => launches === 0 && cache === 'warm');
  const able = [quick, first].find(({ length }) => length > 0) ?? patient;
  return preparationOrder(
    able.flatMap((turn) => Array<T>(inRound(turn, operationLaunches)).fill(turn)),
    ...([seed, round, 'boot'] as const),
  );
}

/** What is fast has several launches in a round, so that it does not wait for what is slow. */
function inRound({ launches, tookMs }: BootTurn<unknown>, operationLaunches: number): number {
  // How fast it is shows in the first.
  if (tookMs === null) return 1;
  const wanted = launchesFor(tookMs, operationLaunches);
  return Math.min(wanted - launches, Math.ceil(wanted / FEWEST_LAUNCHES));
}

export interface TurnOptions {
  readonly round: number;
  readonly seed: number;
  readonly operationLaunches: number;
  readonly leftMs: number;
}

/** Whether there is time for a turn: for the first from a warm cache there always is. */
export function fits({ launches, tookMs, cache, patient }: BootTurn<unknown>, leftMs: number): boolean {
  if (launches === 0 && !patient) return cache === 'warm' || leftMs > 0;
  return (tookMs ?? PATIENT_MS) <= leftMs;
}
