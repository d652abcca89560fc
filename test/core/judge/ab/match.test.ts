import { describe, expect, it } from 'vitest';
import { matchAb } from '../../../../core/judge/ab/match.ts';
import type { Row } from '../../../../core/model/row.ts';
import type { Measurement, Result } from '../../../../core/results/schema.ts';
import { fixtureResult } from '../../../reports/fixture.ts';

const OPTIONS = { base: 'kvm', candidate: 'new', minEffect: 0.01 };

/** The fixture with a second kvm, each of whose rounds took `factor` times as long. */
function withNew(change: (one: Measurement) => Measurement, rows: readonly Row[] = []): Result {
  const result = fixtureResult({ hostile: false });
  const own = result.measurements.filter(({ hypervisor }) => hypervisor === 'kvm');
  const others = own.map((one) => change({ ...one, hypervisor: 'new' }));
  return { ...result, measurements: [...result.measurements, ...others], rows: [...rows] };
}

const slower = (factor: number) => (one: Measurement) => ({
  ...one,
  samples: one.samples.map(({ launch, nsPerIteration, cpuNsPerIteration }) => ({
    launch,
    nsPerIteration: nsPerIteration.map((ns) => ns && ns * factor),
    cpuNsPerIteration: cpuNsPerIteration.map((ns) => ns && ns * factor),
  })),
});

describe('workloads', () => {
  it('are paired round by round, in both clocks', () => {
    const { candidates, absent } = matchAb(withNew(slower(1.25)), OPTIONS);
    // What failed in the fixture.
    expect(absent.map(({ reason }) => reason)).toEqual(['kvm: failed: the guest ended without a word']);
    expect(candidates.length).toBeGreaterThan(10);
    expect(new Set(candidates.map(({ metric }) => metric))).toEqual(new Set(['time', 'cpuTime']));
    for (const value of candidates.flatMap(({ logs }) => logs.flatMap(({ values }) => values)))
      expect(value).toBeCloseTo(Math.log(1.25), 9);
  });

  it('are paired by launch, whatever others there are', () => {
    const late = (one: Measurement) => ({
      ...one,
      samples: [...one.samples.slice(1), ...one.samples.slice(-1).map((last) => ({ ...last, launch: 77 }))],
    });
    const { candidates } = matchAb(withNew(late), OPTIONS);
    const [first] = candidates;
    expect(first?.logs.map(({ launch }) => launch)).toEqual([1, 2]);
    expect(first?.logs.flatMap(({ values }) => values).every((value) => value === 0)).toBe(true);
  });

  it.each<[string, (one: Measurement) => Measurement, RegExp]>([
    ['failed', (one) => ({ ...one, status: 'failed', error: 'it died' }), /^new: failed: it died$/],
    ['are of other code', (one) => ({ ...one, digest: 'x'.repeat(64) }), /not the same machine code/],
    ['have one launch', (one) => ({ ...one, samples: one.samples.slice(0, 1) }), /fewer than two launches/],
  ])('that %s are told, and not judged', (_, change, reason) => {
    const { candidates, absent } = matchAb(withNew(change), OPTIONS);
    expect(candidates).toEqual([]);
    expect(absent.length).toBeGreaterThan(0);
    expect(absent.some((one) => reason.test(one.reason))).toBe(true);
  });

  it('with a round that has no figure have none by that clock', () => {
    const gap = (one: Measurement) => ({
      ...one,
      samples: one.samples.map((launch) => ({
        ...launch,
        cpuNsPerIteration: [null, ...launch.cpuNsPerIteration.slice(1)],
      })),
    });
    const { candidates } = matchAb(withNew(gap), OPTIONS);
    expect(new Set(candidates.map(({ metric }) => metric))).toEqual(new Set(['time']));
  });
});

describe('rows of other suites', () => {
  const row = (
    hypervisor: string,
    machineType: string | null,
    values: number[][],
    over: Partial<Row> = {},
  ): Row => ({
    suite: 'boot',
    target: { hypervisor, isa: 'x86_64', machineType },
    dimensions: { role: 'bare', cache: 'warm' },
    status: 'ok',
    identity: { technique: hypervisor, image: 'i' },
    metrics: {
      ready: {
        ...{ title: 'ready', unit: 'ns', better: 'lower', value: 1 },
        minimumEffect: { fraction: 0.05, reason: 'boots vary' },
        samples: values.map((own, launch) => ({ launch, values: own })),
      },
    },
    ...over,
  });
  const only = (...rows: Row[]) => matchAb({ ...withNew((one) => one, rows), measurements: [] }, OPTIONS);

  it('are paired by launch, with the least effect that their suite says', () => {
    const { candidates } = only(row('kvm', 'pc', [[100], [200]]), row('new', 'pc', [[110], [220]]));
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({
      machineType: 'pc',
      minimumEffect: { fraction: 0.05 },
      by: 'launches',
    });
    expect(candidates[0]?.logs.map(({ values }) => Math.exp(values[0] ?? 0))).toEqual([
      ...[expect.closeTo(1.1), expect.closeTo(1.1)],
    ]);
  });

  it('of one machine each are a pair whatever machines these are; else by machine type', () => {
    expect(
      only(row('kvm', 'pc', [[1], [1]]), row('new', 'q35', [[1], [1]])).candidates[0]?.machineType,
    ).toBeNull();
    const { candidates, absent } = only(
      ...[row('kvm', 'pc', [[1], [1]]), row('kvm', 'microvm', [[1], [1]]), row('new', 'pc', [[1], [1]])],
    );
    expect(candidates.map(({ machineType }) => machineType)).toEqual(['pc']);
    expect(absent).toMatchObject([{ machineType: 'microvm', reason: 'new has no such row' }]);
  });

  it('of other work are told', () => {
    const other = row('new', 'pc', [[1], [1]], { identity: { technique: 'x', image: 'j' } });
    expect(only(row('kvm', 'pc', [[1], [1]]), other).absent).toMatchObject([
      { reason: 'not the same image (i against j)' },
    ]);
  });
});
