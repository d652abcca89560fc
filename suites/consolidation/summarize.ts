/** From a journal's entries to how many machines a host carries. */
import { mean, median, sum } from 'simple-statistics';
import { isReference, REFERENCE } from '../../core/model/role.ts';
import type { RunRecord } from '../../core/results/suite-records.ts';
import { kneeOf, levelOf } from './figures.ts';
import type {
  ConsolidationEntry,
  ConsolidationLevel,
  ConsolidationRow,
  ConsolidationStep,
  Ended,
  LevelEntry,
  LoadProfile,
} from './schema.ts';

const DEMANDS = ['set', 'flat-out'] as const;

type Of<T extends ConsolidationEntry['type']> = Extract<ConsolidationEntry, { type: T }>;
type StepOf = Of<'consolidation-step'>;

interface Named {
  readonly suite: string;
  readonly isa: string;
  readonly hypervisor: string;
}

const same = (a: Named) => (b: Named) =>
  a.suite === b.suite && a.isa === b.isa && a.hypervisor === b.hypervisor;

/** One row for each hypervisor and ISA that the suite has a word on, in the order in which it came to them. */
export function summarizeConsolidation(
  entries: readonly ConsolidationEntry[],
  { hypervisors }: Pick<RunRecord, 'hypervisors'>,
): ConsolidationRow[] {
  const of = <T extends ConsolidationEntry['type']>(type: T) =>
    entries.filter((entry): entry is Of<T> => entry.type === type);
  const [levels, steps, ends] = [
    of('consolidation-level'),
    of('consolidation-step'),
    of('consolidation-end'),
  ];
  const names = new Map(
    [...steps, ...ends].map((entry) => [`${entry.suite} ${entry.isa} ${entry.hypervisor}`, entry]),
  );
  const order = hypervisors.map(({ id }) => id);
  const sorted = [...names.values()].sort(
    (a, b) => b.isa.localeCompare(a.isa) || order.indexOf(a.hypervisor) - order.indexOf(b.hypervisor),
  );
  return sorted.map((name): ConsolidationRow => {
    const { suite, isa, hypervisor } = name;
    const entry = of('consolidation-mix').find((one) => one.suite === suite && one.isa === isa);
    const mix = entry ? withoutName(entry) : null;
    const native = { ...name, hypervisor: REFERENCE };
    const own = mix
      ? stepsOf(steps.filter(same(name)), levels.filter(same(name)), mix, {
          steps: steps.filter(same(native)),
          levels: levels.filter(same(native)),
        })
      : [];
    const ended = endedOf(ends.filter(same(name)).at(-1), own);
    const failed = ended.kind === 'failed';
    const unavailable = !failed && own.length === 0;
    return {
      ...{ suite, isa, hypervisor, mix, ended },
      status: failed ? 'failed' : unavailable ? 'unavailable' : 'ok',
      ...((failed || unavailable) && { error: ended.reason }),
      steps: own,
      knees: DEMANDS.map((demand) =>
        kneeOf(
          demand,
          own.flatMap(({ machines, levels: measured }) =>
            measured.filter((level) => level.demand === demand).map(({ held }) => ({ machines, held })),
          ),
        ),
      ),
    };
  });
}

function withoutName({ type, suite, isa, checksums, ...mix }: Of<'consolidation-mix'>): LoadProfile {
  return mix;
}

function endedOf(entry: Of<'consolidation-end'> | undefined, steps: readonly ConsolidationStep[]): Ended {
  const machines = steps.at(-1)?.machines ?? 0;
  if (entry) return { kind: entry.kind, machines, reason: entry.reason };
  return { kind: 'interrupted', machines, reason: 'the run ended before it was measured to its end' };
}

interface Measured {
  readonly steps: readonly StepOf[];
  readonly levels: readonly LevelEntry[];
}

/** A step that was measured again after it had been cut short counts as it was measured last. */
function stepsOf(
  steps: readonly StepOf[],
  levels: readonly LevelEntry[],
  loadProfile: LoadProfile,
  native: Measured,
): ConsolidationStep[] {
  const byMachines = new Map(steps.map((step) => [step.machines, step]));
  return [...byMachines.values()]
    .sort((a, b) => a.machines - b.machines)
    .map((step): ConsolidationStep => {
      const { machines, stormMs, startMs, pssBytes } = step;
      const counterpart = native.steps.filter((one) => one.machines === machines).at(-1);
      return {
        machines,
        storm: { lastMs: stormMs, medianMs: median(startMs) },
        memory:
          pssBytes &&
          memoryOf(pssBytes, isReference(step.hypervisor) ? null : (counterpart?.pssBytes ?? null)),
        levels: DEMANDS.flatMap((demand): ConsolidationLevel[] => {
          const find = (list: readonly LevelEntry[]) =>
            list.filter((one) => one.machines === machines && one.demand === demand).at(-1);
          const [own, reference] = [find(levels), find(native.levels)];
          if (!own) return [];
          const level = levelOf(own, loadProfile);
          const nativeCpu =
            reference && reference !== own ? levelOf(reference, loadProfile).cpuMsPerTurn : null;
          return [
            {
              ...level,
              cpuOverhead:
                level.cpuMsPerTurn === null || !nativeCpu ? null : level.cpuMsPerTurn / nativeCpu - 1,
            },
          ];
        }),
      };
    });
}

/** Natively, what is there is what the work touches: more than that is the hypervisor's own; below 0 where it is less. */
function memoryOf(pss: readonly number[], native: readonly number[] | null) {
  const pssBytes = mean([...pss]);
  return { pssBytes, ownBytes: native ? pssBytes - sum([...native]) / native.length : null };
}
