/**
 * Claims about CPU time where a machine is on another computer. Its kernel counts its own CPU time, and sees nothing of what
 * its hypervisor spends; its clock does. Where a workload had its CPU all the time, and nothing was stolen, the time that
 * passed is the CPU time that it took, its hypervisor's share included.
 */
import { isReference } from '../../model/role.ts';
import type { Measured } from '../../results/computers.ts';
import type {
  ClaimResult,
  HypervisorInfo,
  LaunchRecord,
  Measurement,
  SuiteSummary,
} from '../../results/schema.ts';
import type { Claim } from './claim.ts';

/** The most that may have been stolen in a launch, a share of its CPU’s time: of which a workload has but a part. */
const MOST_STOLEN = 0.002;
/** For so much of its wall-clock time a workload has to have its CPU. */
const LEAST_ON_CPU = 0.99;

/** What comes behind the scope of a verdict. */
export const BY_WALL_TIME = 'by wall-clock time';

type WallTime = NonNullable<ClaimResult['wallTime']>;

interface Input extends Pick<Measured, 'hypervisors'> {
  readonly launches: readonly LaunchRecord[];
  readonly measurements: readonly Measurement[];
}

/** Whether a claim about CPU time cannot be judged by the CPU time of this machine. */
export function lacksCpuTime({ figure }: Pick<Claim, 'figure'>, { computer }: HypervisorInfo): boolean {
  return figure === 'cpu-time' && computer !== undefined && !computer.sameAsHost;
}

/** What allows wall-clock time to stand for CPU time on a suite, in this machine and in native; a clause if it may not. */
export function wallTimeOf(suite: SuiteSummary, input: Input): WallTime | string {
  const native = input.hypervisors.find(({ id }) => isReference(id))?.id ?? '';
  const launches = input.launches.filter(
    ({ isa, startMs }) => isa === suite.isa && Object.hasOwn(startMs, suite.hypervisor),
  );
  if (launches.length === 0) return `no launch of ${suite.hypervisor} is recorded`;
  const stolen: number[] = [];
  const onCpu: number[] = [];
  for (const id of [suite.hypervisor, native]) {
    const shares = launches.map((launch) => stolenIn(launch, id, input.hypervisors));
    const known = shares.filter((share) => share !== null);
    if (known.length < shares.length)
      return `what was stolen from ${id} is unknown in ${shares.length - known.length} of ${shares.length} launches`;
    const most = Math.max(...known);
    if (most > MOST_STOLEN)
      return `${percent(most)} of the CPU time of ${id} was stolen in a launch, and ${percent(MOST_STOLEN)} is allowed`;
    stolen.push(most);
    for (const row of input.measurements.filter((one) => isRowOf(one, id, suite))) {
      const { nsPerIteration: wall, cpuNsPerIteration: cpu, workload } = row;
      if (!wall) continue;
      if (!cpu) return `${workload} has no CPU time in ${id}`;
      const share = cpu.estimate / wall.estimate;
      if (share < LEAST_ON_CPU)
        return `${workload} had its CPU for ${percent(share)} of its time in ${id}, and ${percent(LEAST_ON_CPU)} is needed: it waited, or somebody else ran`;
      onCpu.push(share);
    }
  }
  return onCpu.length === 0
    ? 'nothing was measured by both clocks'
    : { stolen: Math.max(...stolen), onCpu: Math.min(...onCpu) };
}

/** The sentences behind a verdict. */
export function wallTimeNote({ stolen, onCpu }: WallTime): string {
  return (
    `Judged ${BY_WALL_TIME}: the other computer’s kernel sees nothing of what its hypervisor spends. At most ${percent(stolen)} of CPU time was stolen in a ` +
    `launch, there or from native, and each workload had its CPU for at least ${percent(onCpu)} of its time. What a hypervisor takes without a word counts as its cost.`
  );
}

/** Why there is no verdict. */
export function noWallTime(clause: string): string {
  return (
    'On another computer, whose kernel counts its own CPU time and sees nothing of what its hypervisor spends; and ' +
    `wall-clock time cannot stand for it: ${clause}.`
  );
}

/** Of the computer that a machine is on; null if it is not known. */
function stolenIn(
  { stealFraction, stolenElsewhere }: LaunchRecord,
  id: string,
  hypervisors: readonly HypervisorInfo[],
): number | null {
  const computer = hypervisors.find((one) => one.id === id)?.computer;
  const isHere = computer === undefined || computer.sameAsHost;
  return isHere ? stealFraction : (stolenElsewhere?.[id] ?? null);
}

const isRowOf = (row: Measurement, id: string, { suite, isa }: SuiteSummary) =>
  row.hypervisor === id && row.suite === suite && row.isa === isa && row.status === 'ok';

const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
