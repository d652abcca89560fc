import { describe, expect, it } from 'vitest';
import type { Availability } from '../../../core/hypervisors/hypervisor.ts';
import { noLinux } from '../../../core/hypervisors/linux-support.ts';
import { hypervisors } from '../../../core/hypervisors/registry.ts';
import {
  fewestLaunches,
  type Goal,
  isPrecise,
  launchesNeeded,
  type RowState,
  rowStates,
  together,
  type WorkloadNeed,
  workloadsWithinBudget,
} from '../../../core/measure/stop.ts';
import { roleOf } from '../../../core/model/role.ts';
import { SampleTable } from '../../../core/results/rows.ts';
import type { Experiment, PlannedWorkload } from '../../../core/run/plan.ts';
import { cpu } from '../../../suites/cpu/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { header, sample } from '../results/example.ts';

const GOAL: Goal = { seed: 1, minLaunches: 3, precision: { direct: 0.01, translated: 0.03 } };

const state = (launches: number, halfWidth: number, target = 0.01): RowState => ({
  row: { isa: 'x86_64', suite: 'cpu', workload: 'integer', hypervisor: 'kvm' },
  translated: false,
  fewest: 3,
  launches,
  halfWidth,
  target,
});

describe('isPrecise', () => {
  it('asks for a narrow interval and for enough launches', () => {
    expect(isPrecise(state(3, 0.01))).toBe(true);
    expect(isPrecise(state(3, 0.0101))).toBe(false);
    expect(isPrecise(state(2, 0.0001))).toBe(false);
    expect(isPrecise(state(9, Number.POSITIVE_INFINITY))).toBe(false);
  });
});

describe('launchesNeeded', () => {
  it('is none for a row that is precise', () => {
    expect(launchesNeeded(state(5, 0.005))).toBe(0);
  });

  it('grows with the square of what is still too wide', () => {
    expect(launchesNeeded(state(5, 0.02))).toBe(15);
    expect(launchesNeeded(state(10, 0.03))).toBe(80);
    expect(launchesNeeded(state(5, 0.02, 0.04))).toBe(0);
  });

  it('makes the fewest launches in any case', () => {
    expect(launchesNeeded(state(0, Number.POSITIVE_INFINITY))).toBe(3);
    expect(launchesNeeded(state(1, 0.001))).toBe(2);
    expect(launchesNeeded(state(7, Number.POSITIVE_INFINITY))).toBe(1);
  });

  it('is at least one for a row that is not precise', () => {
    expect(launchesNeeded(state(100, 0.010_001))).toBe(1);
  });
});

describe('workloadsWithinBudget', () => {
  /** A workload that takes `seconds` in a launch, has had 5 launches and needs another, unless told otherwise. */
  const need = (
    workload: string,
    seconds: number,
    rest: Partial<WorkloadNeed<string>> = {},
  ): WorkloadNeed<string> => ({
    workload,
    translated: false,
    ids: ['native', 'kvm'],
    made: 5,
    launches: 1,
    seconds,
    ...rest,
  });
  const chosen = (needs: readonly WorkloadNeed<string>[], secondsLeft: number) =>
    workloadsWithinBudget(needs, secondsLeft, 0).map(({ workload }) => workload);

  it('takes all that fit into half of the time left, in the order in which they were given', () => {
    const needs = [need('c', 3), need('a', 1), need('b', 2)];
    expect(chosen(needs, 12)).toEqual(['c', 'a', 'b']);
    expect(chosen(needs, 11)).toEqual(['a', 'b']);
    expect(chosen(needs, 5)).toEqual(['a']);
  });

  it('measures at least as long as it took to start the machines, if there is time for it', () => {
    const needs = [need('c', 3), need('a', 1), need('b', 2)];
    const names = (secondsLeft: number, startSeconds: number) =>
      workloadsWithinBudget(needs, secondsLeft, startSeconds).map(({ workload }) => workload);
    expect(names(10, 6)).toEqual(['c', 'a', 'b']);
    expect(names(10, 3)).toEqual(['a', 'b']);
    expect(names(2, 60)).toEqual(['a']);
  });

  it('hands the needs themselves on, with the machines that are to run', () => {
    const needs = [need('a', 1), need('b', 1, { ids: ['native', 'v86'] })];
    expect(workloadsWithinBudget(needs, 100, 0)).toEqual(needs);
  });

  it('takes the cheapest one however little time is left, and nothing where nothing is needed', () => {
    expect(chosen([need('a', 9), need('b', 7), need('c', 8)], 0)).toEqual(['b']);
    expect(chosen([], 100)).toEqual([]);
  });

  it('counts the launches that a workload still needs, but no more than three of them', () => {
    const one = (a: WorkloadNeed<string>, b: WorkloadNeed<string>) => chosen([a, b], 4);
    expect(one(need('a', 1.5, { launches: 2 }), need('b', 2))).toEqual(['b']);
    expect(one(need('a', 1, { launches: 1000 }), need('b', 1.5, { launches: 3 }))).toEqual(['a']);
    expect(one(need('a', 1.5, { launches: 1000 }), need('b', 1, { launches: 3 }))).toEqual(['b']);
  });

  it('counts one as dearer that has had many launches and still needs more', () => {
    const needs = [need('stubborn', 1, { made: 20 }), need('a', 2), need('b', 3)];
    expect(chosen(needs, 10)).toEqual(['a', 'b']);
    expect(chosen(needs, 12)).toEqual(['stubborn', 'a', 'b']);
    expect(chosen([need('stubborn', 1, { made: 10 }), need('a', 3)], 6)).toEqual(['stubborn']);
  });
});

it('takes translators last, however cheap they are', () => {
  const needs = [
    { workload: 'a', translated: true, ids: ['native', 'v86'], made: 3, launches: 1, seconds: 1 },
    { workload: 'b', translated: false, ids: ['native', 'kvm'], made: 9, launches: 3, seconds: 4 },
  ];
  expect(workloadsWithinBudget(needs, 8, 0).map(({ workload }) => workload)).toEqual(['b']);
  expect(workloadsWithinBudget(needs, 10, 0)).toEqual(needs);
});

it('runs the machines of one workload side by side, translators and others', () => {
  const needs = [
    { workload: 'a', translated: false, ids: ['native', 'kvm'], made: 3, launches: 1, seconds: 1 },
    { workload: 'b', translated: false, ids: ['native', 'uml'], made: 3, launches: 1, seconds: 1 },
    { workload: 'a', translated: true, ids: ['native', 'v86'], made: 3, launches: 1, seconds: 1 },
  ];
  expect(together(needs)).toEqual([
    { workload: 'a', ids: ['native', 'kvm', 'v86'] },
    { workload: 'b', ids: ['native', 'uml'] },
  ]);
});

it.each([
  [2, 2, 2],
  [3, 3, 3],
  [5, 5, 3],
  [10, 10, 6],
])(
  'of a minimum of %d launches, direct rows make %d and translators %d',
  (minLaunches, direct, translated) => {
    expect(fewestLaunches(false, { ...GOAL, minLaunches })).toBe(direct);
    expect(fewestLaunches(true, { ...GOAL, minLaunches })).toBe(translated);
  },
);

describe('rowStates', () => {
  const planned = (...ids: string[]): Experiment => ({
    isa: 'x86_64',
    platform: 'bare',
    workloads: [],
    operations: [],
    operators: [],
    machines: ids.map((id) => {
      const technique = id === 'v86' ? 'binary-translation' : id === 'kvm' ? 'direct-execution' : 'bare';
      const [info] = header().hypervisors;
      return {
        hypervisor: hypervisors.find((hypervisor) => hypervisor.id === id) as (typeof hypervisors)[number],
        availability: { ...info, id, technique, onRequest: [], features: [], linux: noLinux } as Availability,
        image: { isa: 'x86_64', runtime: 'linux', path: '', folder: '' },
        role: roleOf(id),
        kernel: undefined,
        operations: null,
      };
    }),
  });
  const integer: PlannedWorkload = {
    suite: 'cpu',
    workload: cpu.workloads[0] as (typeof cpu.workloads)[number],
    isa: 'x86_64',
    entry: 'cpu/integer',
    digest: '',
    argument: 0,
    targets: [],
  };
  const none = () => false;

  /** `ratio` times native, give or take `noise`, in each of some launches. */
  function table(launches: number, ratios: Record<string, number>, noise = 0): SampleTable {
    const samples = new SampleTable();
    for (let launch = 0; launch < launches; launch++) {
      for (let round = 0; round < 3; round++) {
        samples.add(sample({ launch, round, wallNs: 5e6 }));
        for (const [hypervisor, ratio] of Object.entries(ratios)) {
          const wallNs = 5e6 * ratio * (1 + noise * (launch % 2 ? 1 : -1));
          samples.add(sample({ hypervisor, launch, round, wallNs }));
        }
      }
    }
    return samples;
  }
  const states = (isa: Experiment, samples: SampleTable, skipped: Parameters<typeof rowStates>[2] = none) =>
    rowStates(isa, integer, skipped, samples, GOAL);

  it('is of every machine but native, which is what the others are compared with', () => {
    const all = states(
      planned('native', 'control', 'kvm', 'v86'),
      table(4, { control: 1, kvm: 1.02, v86: 5 }),
    );
    expect(all.map(({ row, launches, target }) => [row.hypervisor, launches, target])).toEqual([
      ['control', 4, 0.01],
      ['kvm', 4, 0.01],
      ['v86', 4, 0.03],
    ]);
    for (const each of atLeastOne(all)) expect(each.halfWidth).toBeCloseTo(0, 9);
  });

  it('is of native itself where it is alone', () => {
    const [own, ...others] = states(planned('native'), table(4, {}));
    expect(own).toMatchObject({ row: { hypervisor: 'native' }, launches: 4 });
    expect(own?.halfWidth).toBeCloseTo(0, 9);
    expect(others).toEqual([]);
  });

  it('leaves out what is not measured any more', () => {
    const all = states(
      planned('native', 'control', 'kvm'),
      table(4, { control: 1, kvm: 1 }),
      (row) => row.hypervisor === 'kvm',
    );
    expect(all.map(({ row }) => row.hypervisor)).toEqual(['control']);
  });

  it('has no width before the second launch', () => {
    const width = (launches: number) =>
      states(planned('native', 'kvm'), table(launches, { kvm: 1.1 }))[0]?.halfWidth;
    expect(width(0)).toBe(Number.POSITIVE_INFINITY);
    expect(width(1)).toBe(Number.POSITIVE_INFINITY);
    expect(width(2)).toBeCloseTo(0, 9);
  });

  it('narrows with more launches, and asks the precision of a large overhead relative to it', () => {
    const width = (launches: number, ratio: number) =>
      states(planned('native', 'kvm'), table(launches, { kvm: ratio }, 0.01))[0]?.halfWidth as number;
    expect(width(16, 1)).toBeLessThan(width(4, 1) / 2);
    expect(width(8, 1)).toBeGreaterThan(0.001);
    expect(width(8, 20) / width(8, 1)).toBeCloseTo(1, 1);
  });
});
