/** overhead.png: what each workload costs in each hypervisor; distribution.png: how noisy the run was. */
import { median } from 'simple-statistics';
import { groupBy } from '../../core/group-by.ts';
import { FOUNDING } from '../../core/judge/claims/claims.ts';
import type { Chart, IntervalGroup, IntervalRow, RoundGroup } from '../../core/model/chart.ts';
import { overheadText } from '../../core/present/format.ts';
import type { Measurement, Result } from '../../core/results/schema.ts';
import { bandText } from '../verdicts.ts';
import { CONTROL, type Group, groupsOf, guestOrder, NATIVE, type WorkloadRow } from '../view.ts';

/** Of a result with measurements. */
export function workloadCharts(result: Result): Chart[] {
  const groups = groupsOf(result);
  const guests = guestOrder(result);
  const shared = { bands: bandsOf(result), all: 'overhead.csv' };
  return [
    {
      file: 'overhead.png',
      title: 'What virtualization costs on this computer',
      legend: '',
      drawing: { kind: 'intervals', ...shared, hypervisors: guests, groups: groups.map(intervalGroup) },
    },
    {
      file: 'distribution.png',
      title: 'Spread of single rounds',
      legend:
        'Box: quartiles and median of the rounds; whiskers: up to 1.5 times the box; dots: outliers (one for all in the same place).',
      drawing: {
        kind: 'rounds',
        ...shared,
        hypervisors: [NATIVE, ...guests],
        groups: groups.map((group) => roundGroup(group, [NATIVE, ...guests])),
      },
    },
  ];
}

/** The closed bands that the founding claims name, each once. */
function bandsOf({ claims }: Pick<Result, 'claims'>) {
  const founding = claims.filter(({ id }) => FOUNDING.has(id));
  const byText = groupBy(founding, ({ band }) => bandText(band));
  return [...byText].flatMap(([text, [claim]]) => {
    const { low = null, high = null } = claim?.band ?? {};
    return low === null || high === null ? [] : [{ low, high, label: `claimed: ${text}` }];
  });
}

function intervalGroup({ suite, isa, name, guests, means, rows }: Group): IntervalGroup {
  return {
    ...{ suite, isa, name, hypervisors: guests },
    means: guests.flatMap((hypervisor) => {
      const overhead = means.get(hypervisor)?.overhead;
      return hypervisor === CONTROL || !overhead ? [] : [{ hypervisor, ...overheadText(overhead) }];
    }),
    rows: rows.map((row) => intervalRow(row, guests)),
  };
}

function intervalRow({ workload, guests: measured }: WorkloadRow, guests: readonly string[]): IntervalRow {
  const without = guests.filter((guest) => measured.has(guest) && !measured.get(guest)?.overhead);
  const words = without.map((guest) => {
    const status = measured.get(guest)?.status;
    return `${guest} ${status === 'ok' ? 'without a CI' : status}`;
  });
  return {
    label: workload,
    missing: words.join(', '),
    points: guests.flatMap((hypervisor) => {
      const overhead = measured.get(hypervisor)?.overhead;
      return overhead ? [{ hypervisor, ...overhead, ...overheadText(overhead) }] : [];
    }),
  };
}

function roundGroup({ name, rows }: Group, hypervisors: readonly string[]): RoundGroup {
  return {
    name,
    rows: rows.map(({ workload, native, guests }) => ({
      label: workload,
      rounds: hypervisors.map((id) => () => relativeRounds(id === NATIVE ? native : guests.get(id), native)),
    })),
  };
}

/** The caveats name rounds without a figure. */
function roundsOf(m: Measurement | undefined): number[] {
  return m?.samples.flatMap(({ nsPerIteration }) => nsPerIteration.filter((ns) => ns !== null)) ?? [];
}

/** Each round's overhead against the median round of native; empty if either is missing. */
function relativeRounds(m: Measurement | undefined, native: Measurement | undefined): number[] {
  const reference = roundsOf(native);
  if (reference.length === 0) return [];
  const centre = median(reference);
  return roundsOf(m).map((ns) => ns / centre - 1);
}
