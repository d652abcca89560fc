/** How many machines a host carries, as rows: one for each demand on each hypervisor. */
import { REFERENCE } from '../../core/model/role.ts';
import type { Metric, Row } from '../../core/model/row.ts';
import type { Result } from '../../core/results/schema.ts';
import { techniqueOf } from '../../core/results/technique.ts';
import type { ConsolidationRow, Demand, LoadProfile } from './schema.ts';

const DEMANDS: readonly Demand[] = ['set', 'flat-out'];

/** The largest number of machines that all met their quality of service; null where none was looked for. */
function kneeOf({ knees }: ConsolidationRow, demand: Demand): Metric | null {
  const knee = knees.find((one) => one.demand === demand);
  if (!knee || (knee.machines === null && knee.missedAt === null)) return null;
  return {
    ...{ title: 'knee', unit: 'count', better: 'higher', value: knee.machines ?? 0 },
    minimumEffect: { fraction: 0, reason: 'it is a whole number of machines' },
  };
}

/** What one CPU does natively without pause takes so long for a turn of the load profile, s. */
const turnSeconds = ({ tasks }: LoadProfile) => tasks.reduce((sum, { ns }) => sum + ns, 0) / 1e9;

/**
 * The most work of all machines together. A run makes its tasks as long as its computer is slow, so that turns of two
 * runs are not the same: they stand against what one native CPU does of them.
 */
function workOf({ steps, mix }: ConsolidationRow, demand: Demand): Metric | null {
  const levels = steps.flatMap((step) => step.levels.filter((level) => level.demand === demand));
  if (!mix || levels.length === 0) return null;
  const turns = Math.max(...levels.map(({ turnsPerSecond }) => turnsPerSecond.median));
  return {
    ...{ title: 'most work, all machines together', unit: 'per-second', better: 'higher', value: turns },
    versus: [{ target: REFERENCE, ratio: turns * turnSeconds(mix) }],
    minimumEffect: { fraction: 0.05, reason: 'the windows of one level differ by a few per cent' },
  };
}

function identityOf(
  result: Pick<Result, 'hypervisors'>,
  { hypervisor, mix }: ConsolidationRow,
): Row['identity'] {
  const work = (task: LoadProfile['request']) => `${task.workload} ${task.argument}`;
  return {
    technique: techniqueOf(result, hypervisor),
    mix: mix?.tasks.map(work).join(', ') ?? null,
    request: mix && work(mix.request),
    'set demand': mix?.share ?? null,
    'requests a second': mix?.requestsPerSecond ?? null,
    'quality of service': mix && `${mix.ceilingMs} ms, ${mix.leastDone}`,
    CPUs: mix?.cpus.length ?? null,
  };
}

/** None has an interval: the machines of a level were started once, and windows within it say nothing of another start. */
export function consolidationRows(
  details: readonly ConsolidationRow[],
  result: Pick<Result, 'hypervisors'>,
): Row[] {
  return details.flatMap((row) =>
    DEMANDS.map((demand): Row => {
      const { suite, isa, hypervisor, status, error } = row;
      const knee = kneeOf(row, demand);
      // At the set demand machines do what they are asked for, not what they can.
      const work = demand === 'flat-out' ? workOf(row, demand) : null;
      return {
        suite,
        target: { hypervisor, isa, machineType: null },
        dimensions: { demand },
        ...{ status, ...(error !== undefined && { error }) },
        identity: identityOf(result, row),
        metrics: { ...(knee && { knee }), ...(work && { work }) },
      };
    }),
  );
}
