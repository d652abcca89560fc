/** From runs to log ratios, and whether they are precise enough. */
import { groupBy } from '../group-by.ts';
import { isReference, REFERENCE } from '../model/role.ts';
import type { Run } from '../results/exec-schema.ts';
import { isTranslator } from '../results/technique.ts';
import {
  createRandom,
  deriveSeed,
  halfWidth,
  type LaunchValues,
  meanOfRows,
  toOverhead,
} from '../stats/index.ts';
import type { FoundTable } from './found.ts';
import type { ExecPlan } from './plan.ts';

const RESAMPLES = 400;
/** Half-widths of the overhead (of the ratio, where that is large), as fractions. */
const GOAL = { direct: 0.01, translated: 0.03 };

/** A guest's run that counts, and native's of the same round. */
export type RunPair = readonly [guest: Run, native: Run];

/** Round by round, in the guest's order; a round that native has not run is left out. */
export function pairsOf(guest: readonly Run[], native: readonly Run[]): RunPair[] {
  const name = ({ launch, round }: Run) => `${launch} ${round}`;
  const natives = new Map(native.map((run) => [name(run), run]));
  return guest.flatMap((run): RunPair[] => {
    const other = run.counts ? natives.get(name(run)) : undefined;
    return other ? [[run, other]] : [];
  });
}

/**
 * Logs of guest over native of one figure, round by round, a group for each launch. Rounds where either figure is missing
 * or not above 0 have none: the caller says how many these are.
 */
export function logRatios(pairs: readonly RunPair[], figure: (run: Run) => number | null): LaunchValues[] {
  const values = pairs.flatMap(([run, other]) => {
    const [own, theirs] = [figure(run), figure(other)];
    if (own === null || theirs === null || own <= 0 || theirs <= 0) return [];
    return [{ launch: run.launch, value: Math.log(own) - Math.log(theirs) }];
  });
  return [...groupBy(values, ({ launch }) => launch)].map(([launch, group]) => ({
    launch,
    values: group.map(({ value }) => value),
  }));
}

/** Whether every guest's overhead is known well enough; where native is alone there is none to know. */
export function isPreciseEnough(plan: ExecPlan, found: FoundTable): boolean {
  const native = found.of(REFERENCE).runs;
  const guests = plan.machines.filter(
    ({ hypervisor: { id } }) => !isReference(id) && found.of(id).failure === null,
  );
  return (
    guests.length > 0 &&
    guests.every(({ hypervisor: { id }, availability }) => {
      const values = logRatios(pairsOf(found.of(id).runs, native), ({ wallNs }) => wallNs);
      const random = createRandom(deriveSeed(plan.seed, 'stop', id));
      const logs = meanOfRows([values], { resamples: RESAMPLES, random });
      if (!logs) return false;
      const goal = isTranslator(availability.technique) ? GOAL.translated : GOAL.direct;
      return halfWidth(toOverhead(logs)) / Math.max(1, Math.exp(logs.estimate)) <= goal;
    })
  );
}
