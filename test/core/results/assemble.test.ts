import { describe, expect, it } from 'vitest';
import { assemble } from '../../../core/results/assemble.ts';
import type { JournalEntry, Sample } from '../../../core/results/journal.ts';
import { type Measurement, type Result, resultSchema } from '../../../core/results/schema.ts';
import { createRandom } from '../../../core/stats/random.ts';
import { suites } from '../../../suites/index.ts';
import { end, failure, header, launch, row, rows, sample } from './example.ts';

/** What native takes in a round: it drifts by 40 %, as memory does; ratios within a round must not see it. */
const drift = (index: number, round: number) => 5e6 * (1 + 0.1 * ((index * 3 + round) % 5));

interface Ratios {
  readonly wall: number;
  readonly cpu?: number;
}

/** Rounds in which each machine takes its ratio times what native takes, give or take `noise`. */
function run(
  ratios: Readonly<Record<string, Ratios>>,
  { launches = 4, rounds = 3, noise = 0, rest = {} as Partial<Sample> } = {},
): Sample[] {
  const random = createRandom(1);
  const samples: Sample[] = [];
  for (let index = 0; index < launches; index++) {
    for (let round = 0; round < rounds; round++) {
      for (const [hypervisor, { wall, cpu = wall }] of [
        ['native', { wall: 1 }] as [string, Ratios],
        ...Object.entries(ratios),
      ]) {
        const ns = drift(index, round) * (1 + noise * (random.nextFloat() - 0.5));
        samples.push(
          sample({ hypervisor, launch: index, round, wallNs: ns * wall, cpuNs: ns * cpu, ...rest }),
        );
      }
    }
  }
  return samples;
}

function find(result: Result, hypervisor: string, workload = 'integer'): Measurement {
  const found = result.measurements.find((m) => m.hypervisor === hypervisor && m.workload === workload);
  if (!found) throw new Error(`no row of ${hypervisor} and ${workload}`);
  return found;
}

/** Assembles, and checks that what comes out is a result, also after a trip through a file. */
function result(...entries: readonly JournalEntry[]): Result {
  const assembled = assemble(entries, suites);
  expect(resultSchema.parse(JSON.parse(JSON.stringify(assembled)))).toEqual(assembled);
  return assembled;
}

const exactly = (value: number) => ({
  estimate: expect.closeTo(value, 9),
  low: expect.closeTo(value, 9),
  high: expect.closeTo(value, 9),
});

describe('overheads', () => {
  it('are exactly what the guest takes more than native in the same round, however native drifts', () => {
    const assembled = result(
      header(),
      ...run({ control: { wall: 1 }, kvm: { wall: 1.25, cpu: 1.5 } }),
      end(),
    );
    expect(find(assembled, 'kvm')).toMatchObject({
      status: 'ok',
      mode: 'hosted',
      technique: 'direct-execution',
      launches: 4,
      rounds: 12,
      iterationsPerBatch: 1000,
      overhead: exactly(0.25),
      cpuOverhead: exactly(0.5),
    });
    expect(find(assembled, 'control')).toMatchObject({
      mode: 'native',
      overhead: exactly(0),
      cpuOverhead: exactly(0),
    });
    expect(find(assembled, 'native')).toMatchObject({ status: 'ok', overhead: null, cpuOverhead: null });
  });

  it('have an interval around them that grows with the noise', () => {
    const width = (noise: number) => {
      const { overhead } = find(
        result(header(), ...run({ kvm: { wall: 1.25 } }, { noise, launches: 8 })),
        'kvm',
      );
      expect(overhead?.low).toBeLessThan(overhead?.estimate as number);
      expect(overhead?.high).toBeGreaterThan(overhead?.estimate as number);
      expect(overhead?.estimate).toBeCloseTo(0.25, 1);
      return (overhead?.high as number) - (overhead?.low as number);
    };
    expect(width(0.002)).toBeLessThan(0.005);
    expect(width(0.04)).toBeGreaterThan(5 * width(0.002));
  });

  it('take the empty batch off both sides, and compare iterations, not batches', () => {
    // 8000 ns around each batch of 5 ns an iteration natively; 500 iterations of 10 ns in the guest, around it 3000 ns.
    const samples = [0, 1, 2].flatMap((index) => [
      sample({
        launch: index,
        iterations: 2000,
        wallNs: 18_000,
        emptyWallNs: 8_000,
        cpuNs: 10_500,
        emptyCpuNs: 500,
      }),
      sample({
        launch: index,
        hypervisor: 'kvm',
        iterations: 500,
        wallNs: 8_000,
        emptyWallNs: 3_000,
        cpuNs: 7_600,
        emptyCpuNs: 100,
      }),
    ]);
    const assembled = result(header(), ...samples);
    expect(find(assembled, 'native')).toMatchObject({
      nsPerIteration: exactly(5),
      cpuNsPerIteration: exactly(5),
    });
    expect(find(assembled, 'kvm')).toMatchObject({
      iterationsPerBatch: 500,
      nsPerIteration: exactly(10),
      cpuNsPerIteration: exactly(15),
      overhead: exactly(1),
      cpuOverhead: exactly(2),
    });
  });

  it('compare only rounds that both took part in', () => {
    const samples = run({ kvm: { wall: 1.25 } });
    // Native lacks a round; the guest's figure of that round must not be held against another one.
    const lacking = samples.filter(
      ({ hypervisor, launch: index, round }) => hypervisor !== 'native' || index || round,
    );
    const wild = lacking.map((each) =>
      each.hypervisor === 'kvm' && each.launch === 0 && each.round === 0 ? { ...each, wallNs: 9e9 } : each,
    );
    const kvm = find(result(header(), ...wild), 'kvm');
    expect(kvm.overhead).toEqual(exactly(0.25));
    expect(kvm.rounds).toBe(12);
  });

  it('do not exist after a single launch, and neither do intervals of times', () => {
    const assembled = result(header(), ...run({ kvm: { wall: 1.25 } }, { launches: 1 }));
    expect(find(assembled, 'kvm')).toMatchObject({
      status: 'ok',
      launches: 1,
      rounds: 3,
      overhead: null,
      cpuOverhead: null,
    });
    expect(find(assembled, 'native')).toMatchObject({ status: 'ok', launches: 1, nsPerIteration: null });
    expect(assembled.suites.find(({ hypervisor }) => hypervisor === 'kvm')).toMatchObject({
      overhead: null,
      workloads: 0,
    });
  });

  it('come out the same from the same journal', () => {
    const entries = [header(), ...run({ kvm: { wall: 1.25 } }, { noise: 0.05 }), end()];
    expect(assemble(entries, suites)).toEqual(assemble(entries, suites));
    // The bootstrap draws by the run's seed.
    const other = assemble([header({ seed: 2 }), ...entries.slice(1)], suites);
    expect(find(other, 'kvm').overhead).not.toEqual(find(assemble(entries, suites), 'kvm').overhead);
  });
});

describe('samples', () => {
  it('are kept by launch, cold ones and warm-up left out', () => {
    const assembled = result(
      header(),
      sample({ launch: 1, phase: 'cold', wallNs: 90e6 }),
      sample({ launch: 1, phase: 'warm-up', round: 1, wallNs: 50e6 }),
      sample({ launch: 1, round: 0, wallNs: 5e6, cpuNs: 4e6 }),
      sample({ launch: 1, round: 1, wallNs: 6e6, cpuNs: 3e6 }),
    );
    expect(find(assembled, 'native')).toMatchObject({
      launches: 1,
      rounds: 2,
      samples: [{ launch: 1, nsPerIteration: [5000, 6000], cpuNsPerIteration: [4000, 3000] }],
    });
  });

  it('tell what a cold start costs: the median over launches, against the steady batches', () => {
    const cold = (index: number, factor: number) =>
      sample({ launch: index, phase: 'cold', hypervisor: 'kvm', wallNs: drift(index, 0) * factor });
    const samples = run({ kvm: { wall: 1 } }, { launches: 3, rounds: 1 });
    const assembled = result(header(), ...samples, cold(0, 2), cold(1, 10), cold(2, 4));
    const kvm = find(assembled, 'kvm');
    expect(kvm.cold?.factor).toBeCloseTo(4, 9);
    expect(kvm.cold?.nsPerIteration).toBeCloseTo((drift(2, 0) * 4) / 1000, 6);
    expect(find(assembled, 'native').cold).toBeNull();
  });
});

describe('rows that were not measured', () => {
  it('say that the machine cannot run the workload', () => {
    const cannot = row({ hypervisor: 'kvm', unavailable: 'it offers no pages of 2 MiB' });
    const assembled = result(header({ rows: [row(), cannot] }), ...run({}));
    const kvm = find(assembled, 'kvm');
    expect(kvm).toMatchObject({
      status: 'unavailable',
      error: 'it offers no pages of 2 MiB',
      launches: 0,
      iterationsPerBatch: null,
      nsPerIteration: null,
      overhead: null,
      samples: [],
    });
    expect(kvm).not.toHaveProperty('unavailable');
  });

  it('say that the workload failed, even after some launches, whose samples are kept', () => {
    const samples = run({ control: { wall: 1 }, kvm: { wall: 1.25 } }, { launches: 2 });
    const assembled = result(
      header({ rows: rows('integer', 'tak') }),
      ...samples,
      failure({ launch: 2 }),
      end(),
    );
    expect(find(assembled, 'kvm')).toMatchObject({
      status: 'failed',
      error: 'the guest triple-faulted',
      launches: 2,
      overhead: exactly(0.25),
    });
    expect(find(assembled, 'control').status).toBe('ok');
    // A failure is of one workload.
    expect(find(assembled, 'kvm', 'tak')).toMatchObject({
      status: 'unavailable',
      error: 'the run ended before it was measured',
    });
    expect(assembled.failures).toEqual([
      { launch: 2, isa: 'x86_64', hypervisor: 'kvm', workload: 'integer', error: 'the guest triple-faulted' },
    ]);
  });

  it('all say that the machine did not start, but for those measured before', () => {
    const start = failure({ suite: null, workload: null, error: 'the process holds no vCPU' });
    const never = result(header({ rows: rows('integer', 'tak') }), ...run({ control: { wall: 1 } }), start);
    for (const workload of ['integer', 'tak']) {
      expect(find(never, 'kvm', workload)).toMatchObject({
        status: 'failed',
        error: 'the process holds no vCPU',
      });
    }
    const later = result(header({ rows: rows('integer', 'tak') }), ...run({ kvm: { wall: 1.25 } }), start);
    expect(find(later, 'kvm')).toMatchObject({ status: 'ok', overhead: exactly(0.25) });
    expect(find(later, 'kvm', 'tak').status).toBe('failed');
  });

  it('say that native failed, which leaves nothing to compare with', () => {
    const broken = failure({ hypervisor: 'native', error: 'the machine died by SIGSEGV' });
    const assembled = result(
      header({ rows: rows('integer', 'tak') }),
      broken,
      ...run({ kvm: { wall: 1 } }, { rest: { workload: 'tak' } }),
    );
    expect(find(assembled, 'native')).toMatchObject({
      status: 'failed',
      error: 'the machine died by SIGSEGV',
    });
    for (const guest of ['control', 'kvm']) {
      expect(find(assembled, guest)).toMatchObject({
        status: 'unavailable',
        error: 'native failed: the machine died by SIGSEGV',
      });
    }
    expect(find(assembled, 'kvm', 'tak').status).toBe('ok');
  });

  it('are told apart by their ISA', () => {
    const both = [...rows('integer'), ...rows('integer').map((each) => ({ ...each, isa: 'i386' as const }))];
    const assembled = result(header({ rows: both }), ...run({ kvm: { wall: 1 } }), failure({ isa: 'i386' }));
    expect(assembled.measurements.filter(({ status }) => status === 'failed').map(({ isa }) => isa)).toEqual([
      'i386',
    ]);
    expect(find(assembled, 'kvm')).toMatchObject({ isa: 'x86_64', status: 'ok' });
  });
});

describe('suites', () => {
  const suiteOf = (assembled: Result, hypervisor: string) =>
    assembled.suites.find((suite) => suite.hypervisor === hypervisor);

  it('are geometric means over their workloads', () => {
    const assembled = result(
      header({ rows: rows('integer', 'tak') }),
      ...run({ control: { wall: 1 }, kvm: { wall: 2, cpu: 4 } }),
      ...run({ control: { wall: 1 }, kvm: { wall: 8, cpu: 1 } }, { rest: { workload: 'tak' } }),
    );
    expect(suiteOf(assembled, 'kvm')).toEqual({
      suite: 'cpu',
      isa: 'x86_64',
      hypervisor: 'kvm',
      overhead: exactly(3),
      cpuOverhead: exactly(1),
      workloads: 2,
    });
    expect(suiteOf(assembled, 'control')).toMatchObject({ overhead: exactly(0) });
    expect(suiteOf(assembled, 'native')).toBeUndefined();
  });

  it('go without a workload that was launched once only', () => {
    const assembled = result(
      header({ rows: rows('integer', 'tak') }),
      ...run({ kvm: { wall: 2 } }),
      ...run({ kvm: { wall: 8 } }, { rest: { workload: 'tak' }, launches: 1 }),
    );
    expect(suiteOf(assembled, 'kvm')).toMatchObject({ overhead: exactly(1), workloads: 1 });
  });

  it('are kept apart', () => {
    const others = rows('chase-l1').map((each) => ({ ...each, suite: 'memory' }));
    const assembled = result(
      header({ rows: [...rows('integer'), ...others] }),
      ...run({ kvm: { wall: 2 } }),
      ...run({ kvm: { wall: 3 } }, { rest: { workload: 'chase-l1', suite: 'memory' } }),
    );
    const kvm = assembled.suites.filter(({ hypervisor }) => hypervisor === 'kvm');
    expect(kvm.map(({ suite, overhead }) => [suite, overhead?.estimate])).toEqual([
      ['cpu', expect.closeTo(1, 9)],
      ['memory', expect.closeTo(2, 9)],
    ]);
  });
});

describe('the run', () => {
  it('tells how it ended, or that it was recovered from a journal without an end', () => {
    expect(result(header(), end({ reason: 'budget', elapsedSeconds: 35 })).stopped).toEqual({
      reason: 'budget',
      elapsedSeconds: 35,
    });
    expect(result(header(), sample()).stopped).toEqual({ reason: 'recovered', elapsedSeconds: 0 });
  });

  it('of several ends, as a resumed one has, takes the last, unless that one was cut off', () => {
    const first = end({ reason: 'interrupted' });
    expect(result(header(), first, sample(), end()).stopped.reason).toBe('precision');
    expect(result(header(), first, sample()).stopped.reason).toBe('recovered');
  });

  it('keeps its launches, and what was seen from inside each hypervisor', () => {
    const assembled = result(
      header(),
      {
        ...{ type: 'evidence', hypervisor: 'kvm', isa: 'x86_64', platform: 'bare' },
        evidence: ['CPUID: hvbench VMM', 'a vCPU'],
      },
      launch(0, { load: 0.5 }),
      launch(1),
    );
    expect(assembled.hypervisors.map(({ id, evidence }) => [id, evidence])).toEqual([
      ['native', []],
      ['control', []],
      ['kvm', ['x86_64: CPUID: hvbench VMM', 'x86_64: a vCPU']],
    ]);
    expect(assembled.launches.map(({ index, load }) => [index, load])).toEqual([
      [0, 0.5],
      [1, 0.1],
    ]);
    expect(assembled.launches[0]).not.toHaveProperty('type');
  });

  it('needs a header', () => {
    expect(() => assemble([sample(), end()], suites)).toThrow('no header');
    expect(() => assemble([], suites)).toThrow('no header');
  });
});
