/** From runs to log ratios, and whether they are precise enough. */
import { isTranslator } from '../measure/stop.ts';
import {
  createRandom,
  deriveSeed,
  halfWidth,
  type LaunchValues,
  meanOfRows,
  toOverhead,
} from '../stats/index.ts';
import type { Found } from './found.ts';
import type { ExecPlan } from './plan.ts';
import type { Run } from './schema.ts';

const RESAMPLES = 400;
/** Half-widths of the overhead (of the ratio, where that is large), as fractions. */
const GOAL = { direct: 0.01, translated: 0.03 };

/** Logs of guest over native of one figure, round by round, a group for each launch. */
export function logRatios(
  guest: readonly Run[],
  native: readonly Run[],
  figure: (run: Run) => number | null,
): LaunchValues[] {
  const groups = new Map<number, number[]>();
  for (const run of guest.filter(({ counts }) => counts)) {
    const other = native.find(({ launch, round }) => launch === run.launch && round === run.round);
    const [own, theirs] = [figure(run), other ? figure(other) : null];
    if (own === null || theirs === null || own <= 0 || theirs <= 0) continue;
    groups.set(run.launch, [...(groups.get(run.launch) ?? []), Math.log(own / theirs)]);
  }
  return [...groups].map(([launch, values]) => ({ launch, values }));
}

/** Whether every guest's overhead is known well enough; where native is alone there is none to know. */
export function isPreciseEnough(plan: ExecPlan, found: ReadonlyMap<string, Found>): boolean {
  const native = found.get('native')?.runs ?? [];
  const guests = plan.machines.filter(
    ({ hypervisor }) => hypervisor.id !== 'native' && found.get(hypervisor.id)?.failure === null,
  );
  return (
    guests.length > 0 &&
    guests.every(({ hypervisor: { id }, availability }) => {
      const values = logRatios(found.get(id)?.runs ?? [], native, ({ wallNs }) => wallNs);
      const random = createRandom(deriveSeed(plan.seed, 'stop', id));
      const logs = meanOfRows([values], { resamples: RESAMPLES, random });
      if (!logs) return false;
      const goal = isTranslator(availability.technique) ? GOAL.translated : GOAL.direct;
      return halfWidth(toOverhead(logs)) / Math.max(1, Math.exp(logs.estimate)) <= goal;
    })
  );
}
