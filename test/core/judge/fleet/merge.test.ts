import { describe, expect, it, test } from 'vitest';
import { FleetTable } from '../../../../core/judge/fleet/table.ts';
import { fleetSchema } from '../../../../core/results/fleet/schema.ts';
import type { Result } from '../../../../core/results/schema.ts';
import { computerLike } from '../../../other-computer.ts';
import { figureOf, fleetOf, type HostExample, hostResult } from './example.ts';

const many = (examples: readonly HostExample[]) =>
  fleetOf(examples.map((example, seed) => hostResult({ ...example, seed })));

/** What is left out, as "why: hosts". */
const leftOut = (fleet: ReturnType<typeof fleetOf>) =>
  (fleet.classes[0]?.leftOut ?? []).map(
    ({ why, hosts, rows }) => `${why}: ${hosts.join(' ')}: ${rows.join(' ')}`,
  );

describe('a mean over hosts', () => {
  const fleet = many([{ ratio: 1.0 }, { ratio: 1.02 }, { ratio: 1.04 }]);

  it('is geometric, with the interval of Student’s t over hosts', () => {
    const { ratio, interval, hosts, leftOut: left, range, sd } = figureOf(fleet);
    const logs = [1.0, 1.02, 1.04].map(Math.log) as [number, number, number];
    const mean = (logs[0] + logs[1] + logs[2]) / 3;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / 2);
    expect([hosts, left]).toEqual([3, 0]);
    expect(ratio).toBeCloseTo(Math.exp(mean), 12);
    expect(sd).toBeCloseTo(deviation, 12);
    // t of 2 degrees of freedom is 4.302653.
    expect(interval?.low).toBeCloseTo(Math.exp(mean - (4.302653 * deviation) / Math.sqrt(3)), 6);
    expect(interval?.high).toBeCloseTo(Math.exp(mean + (4.302653 * deviation) / Math.sqrt(3)), 6);
    expect(range?.low).toBeCloseTo(1, 12);
    expect(range?.high).toBeCloseTo(1.04, 12);
  });

  it('keeps what each host said', () => {
    expect(figureOf(fleet).readings).toEqual([
      [0, 1, 0.998002, 1.002],
      [1, 1.02, 1.01796, 1.02204],
      [2, 1.04, 1.03792, 1.04208],
    ]);
    expect(figureOf(fleet).apart).toEqual([]);
  });

  it('tells how far hosts that do not differ would lie apart', () => {
    // Half an interval of three launches ÷ t of 2 degrees of freedom.
    expect(figureOf(fleet).expectedSd).toBeCloseTo(0.002 / 4.302653, 8);
  });

  it('is there for each workload and both clocks, and for the control', () => {
    expect(figureOf(fleet, { workload: 'sha256' }).hosts).toBe(3);
    expect(figureOf(fleet, { workload: 'integer', metric: 'cpuTime' }).hosts).toBe(3);
    expect(figureOf(fleet, { hypervisor: 'control' }).ratio).toBeCloseTo(1, 12);
  });

  it('has no interval with one host', () => {
    const { hosts, ratio, interval, sd, expectedSd } = figureOf(many([{ ratio: 1.02 }]));
    expect([hosts, interval, sd, expectedSd]).toEqual([1, null, null, null]);
    expect(ratio).toBeCloseTo(1.02, 12);
  });

  it('is what the schema says, and the same each time', () => {
    expect(fleetSchema.parse(JSON.parse(JSON.stringify(fleet)))).toEqual(fleet);
    expect(JSON.stringify(many([{ ratio: 1.0 }, { ratio: 1.02 }, { ratio: 1.04 }]))).toBe(
      JSON.stringify(fleet),
    );
  });
});

describe('left out with the reason', () => {
  it('a host whose control leaves out 0, but for the control’s own rows', () => {
    const fleet = many([{}, {}, { ratio: 1.5, control: 1.05 }]);
    expect(figureOf(fleet)).toMatchObject({ hosts: 2, leftOut: 1 });
    expect(figureOf(fleet).ratio).toBeCloseTo(1.01, 12);
    expect(figureOf(fleet).apart.map(([host]) => host)).toEqual([2]);
    expect(figureOf(fleet, { hypervisor: 'control' }).hosts).toBe(3);
    const [first] = fleet.classes[0]?.leftOut ?? [];
    expect(first).toMatchObject({ why: 'busy', hosts: [2], target: { hypervisor: 'kvm' }, rowCount: 3 });
    expect(first?.reason).toContain('leaves out 0 (wall-clock time)');
  });

  it('by the clock that the control was disturbed by alone', () => {
    const disturbed = hostResult({
      seed: 3,
      finish: (result) => ({
        ...result,
        suites: result.suites.map((one) =>
          one.hypervisor === 'control'
            ? { ...one, cpuOverhead: { estimate: 0.05, low: 0.04, high: 0.06 } }
            : one,
        ),
      }),
    });
    const fleet = fleetOf([hostResult(), hostResult({ seed: 2 }), disturbed]);
    expect(figureOf(fleet).hosts).toBe(3);
    expect(figureOf(fleet, { metric: 'cpuTime' }).hosts).toBe(2);
  });

  const other: HostExample = {
    ratio: 1.5,
    change: (one) => (one.workload === 'sha256' ? { ...one, digest: 'cd'.repeat(32) } : one),
  };

  it('other machine code than on most hosts: the row, and the mean that it is in', () => {
    const fleet = many([{}, other, {}]);
    expect(figureOf(fleet, { workload: 'sha256' })).toMatchObject({ hosts: 2, leftOut: 1 });
    expect(figureOf(fleet).hosts).toBe(2);
    expect(figureOf(fleet, { workload: 'integer' }).hosts).toBe(3);
    expect(leftOut(fleet)).toContain('other-code: 1: sha256');
  });

  it('a tie of machine codes leaves the row without a figure', () => {
    const fleet = many([{}, other, {}, other]);
    expect(figureOf(fleet, { workload: 'sha256' })).toMatchObject({
      hosts: 0,
      leftOut: 4,
      ratio: null,
      interval: null,
    });
    expect(figureOf(fleet, { workload: 'integer' }).hosts).toBe(4);
    expect(leftOut(fleet)).toContain('no-majority: 0 1 2 3: mean sha256');
    expect(fleetSchema.safeParse(fleet).success).toBe(true);
  });

  it('another working set, and another variant of the same name', () => {
    const set: HostExample = { change: (one) => ({ ...one, argument: one.workload === 'sha256' ? 64 : 0 }) };
    expect(figureOf(many([{}, {}, set]), { workload: 'sha256' }).hosts).toBe(2);
    const variant: HostExample = {
      finish: (result) => ({
        ...result,
        hypervisors: result.hypervisors.map((one) =>
          one.id === 'kvm'
            ? { ...one, variant: { of: 'kvm', program: null, options: { accel: 'other' } } }
            : one,
        ),
      }),
    };
    expect(figureOf(many([{}, {}, variant]), { workload: 'integer' }).hosts).toBe(2);
  });

  it('a machine of the same name on another computer, which may be on another one than most', () => {
    const on = (model: string): HostExample => ({
      finish: (result) => {
        const computer = computerLike(result.host, model);
        const place = (id: string) => (['native', 'control', 'kvm'].includes(id) ? { computer } : {});
        return {
          ...result,
          hypervisors: result.hypervisors.map((one) => ({ ...one, ...place(one.id) })),
        };
      },
    });
    expect(figureOf(many([on('A'), on('A'), on('A')]), { workload: 'integer' }).hosts).toBe(3);
    const fleet = many([on('A'), on('A'), on('B'), {}]);
    expect(leftOut(fleet)).toContain('no-majority: 0 1 2 3: mean integer sha256');
    expect(leftOut(many([on('A'), on('A'), on('B')]))).toContain('other-code: 2: mean integer sha256');
  });

  it('a row that failed, that there is not, and one without a figure', () => {
    const failed: HostExample = {
      change: (one) =>
        one.workload === 'sha256' && one.hypervisor === 'kvm'
          ? {
              ...one,
              status: 'failed',
              error: 'wrong checksum',
              overhead: null,
              cpuOverhead: null,
              nsPerIteration: null,
              samples: [],
            }
          : one,
    };
    const gone: HostExample = {
      finish: (result) => ({
        ...result,
        measurements: result.measurements.filter(({ workload }) => workload !== 'sha256'),
      }),
    };
    const bare: HostExample = {
      change: (one) =>
        one.workload === 'sha256' && one.hypervisor === 'kvm'
          ? { ...one, overhead: null, cpuOverhead: null }
          : one,
    };
    const fleet = many([{}, failed, gone, bare]);
    expect(figureOf(fleet, { workload: 'sha256' })).toMatchObject({ hosts: 1, leftOut: 3 });
    const reasons = (fleet.classes[0]?.leftOut ?? []).filter(
      ({ rows, target }) => rows.join() === 'sha256' && target.hypervisor === 'kvm',
    );
    expect(reasons.map(({ hosts, reason }) => `${hosts.join(' ')}: ${reason}`)).toEqual([
      '1: wrong checksum',
      '2: its result has no such row',
      '3: no ratio to native: too few launches, or a round without a figure',
    ]);
  });

  it('what failed everywhere, though there is no figure of it', () => {
    const failed: HostExample = {
      change: (one) =>
        one.hypervisor === 'kvm'
          ? {
              ...one,
              status: 'failed',
              error: 'it triple-faulted',
              overhead: null,
              cpuOverhead: null,
              nsPerIteration: null,
              samples: [],
            }
          : one,
    };
    expect(leftOut(many([failed, failed]))).toContain('not-measured: 0 1: integer sha256');
  });
});

test('hosts of different classes are never put together', () => {
  const otherCpu: HostExample = {
    ratio: 2,
    finish: (result) => ({
      ...result,
      host: { ...result.host, cpu: { ...result.host.cpu, model: 'Another CPU' } },
    }),
  };
  const { classes } = many([otherCpu, {}, {}]);
  expect(classes.map(({ hosts }) => hosts)).toEqual([[1, 2], [0]]);
});

test('what differs within a class is told, the most frequent first', () => {
  const kernel = (text: string): HostExample => ({
    finish: (result) => ({ ...result, host: { ...result.host, kernel: text } }),
  });
  const { classes } = many([kernel('6.5'), {}, {}]);
  expect(classes[0]?.differences).toEqual([
    {
      what: 'kernel',
      values: [
        { value: '6.1.0', hosts: 2 },
        { value: '6.5', hosts: 1 },
      ],
      more: 0,
    },
  ]);
});

test('hosts without a control count, and are told', () => {
  const without: HostExample = {
    finish: (result) => ({
      ...result,
      measurements: result.measurements.filter(({ hypervisor }) => hypervisor !== 'control'),
      suites: result.suites.filter(({ hypervisor }) => hypervisor !== 'control'),
    }),
  };
  const fleet = many([without, {}, {}]);
  expect(figureOf(fleet).hosts).toBe(3);
  expect(fleet.classes[0]?.withoutControl).toEqual([{ suite: 'cpu', isa: 'x86_64', hosts: 1 }]);
});

test('a result with a row twice is refused as a whole', () => {
  const twice = (result: Result): Result => ({ ...result, suites: [...result.suites, ...result.suites] });
  const table = new FleetTable();
  expect(table.add(0, hostResult({ finish: twice }))).toMatchObject({
    why: 'unreadable',
    reason: expect.stringContaining('a row twice: cpu, control (x86_64)'),
  });
  expect(table.classes()).toEqual([]);
});

test('what would not fit into memory is refused as a whole, and what is like others fits', () => {
  const table = new FleetTable(6000);
  expect(table.add(0, hostResult())).toBeNull();
  const strange = hostResult({
    change: (one) => ({ ...one, workload: `${one.workload}-${'x'.repeat(3000)}` }),
  });
  expect(table.add(1, strange)).toMatchObject({ why: 'too-many-rows' });
  expect(table.add(2, hostResult({ seed: 2 }))).toBeNull();
  expect(table.classes()[0]?.hosts).toEqual([0, 2]);
});
