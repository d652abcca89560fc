import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../../core/judge/claims/claims.ts';
import { judgeClaims } from '../../../../core/judge/claims/judge.ts';
import {
  claimResultSchema,
  type HypervisorInfo,
  type Interval,
  type Measurement,
  type SuiteSummary,
} from '../../../../core/results/schema.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { QUIET } from '../../host/example.ts';

const HOSTED = 'hosted-10-30';
const ASSISTED = 'hardware-assist-negligible';

function hypervisor(info: Partial<HypervisorInfo>): HypervisorInfo {
  return {
    id: 'v86',
    title: 'v86',
    mode: 'hosted',
    technique: 'binary-translation',
    paging: null,
    version: null,
    isas: ['i386'],
    available: true,
    evidence: [],
    notes: [],
    ...info,
  };
}

const native = hypervisor({ id: 'native', title: 'native', mode: 'native', technique: 'bare' });
const control = { ...native, id: 'control' };
const v86 = hypervisor({});
const directKvm = hypervisor({
  id: 'kvm',
  title: 'own VMM on /dev/kvm (kvm_pvm)',
  version: 'API 12',
  technique: 'direct-execution',
});
const amd = hypervisor({
  id: 'kvm',
  title: 'own VMM on /dev/kvm (kvm_amd)',
  mode: 'hardware-assisted',
  technique: 'amd-v',
  paging: 'nested-paging',
});

function summary(low: number, high: number, info: Partial<SuiteSummary> = {}): SuiteSummary {
  return {
    suite: 'cpu',
    isa: 'x86_64',
    hypervisor: 'v86',
    // Far outside every band: a verdict that looked at wall time would show.
    overhead: { estimate: 50, low: 49, high: 51 },
    cpuOverhead: { estimate: (low + high) / 2, low, high } satisfies Interval,
    workloads: 9,
    ...info,
  };
}

/** As many rows as the summary has workloads, each with the summary's own interval. */
function rowsOf(suites: readonly SuiteSummary[]): Measurement[] {
  return suites.flatMap((suite) =>
    Array.from({ length: suite.workloads }, (_, index) => measurement(suite, `w${index}`)),
  );
}

function measurement(
  { suite, isa, hypervisor, overhead, cpuOverhead }: SuiteSummary,
  workload: string,
): Measurement {
  return {
    ...{ suite, isa, hypervisor, workload, overhead, cpuOverhead },
    ...{ title: workload, exposes: '', mode: 'hosted', technique: 'binary-translation', digest: 'ab' },
    ...{ argument: 0, status: 'ok', launches: 5, rounds: 40, roundsWithoutFigure: { wall: 0, cpu: 0 } },
    ...{ iterationsPerBatch: 1, nsPerIteration: null, cpuNsPerIteration: null, cold: null },
    ...{ exitsPerSecond: null, samples: [] },
  };
}

/** A control of every suite and ISA there is, as far from 0 as told. */
function withControl(suites: readonly SuiteSummary[], noise: number): SuiteSummary[] {
  return [
    ...suites,
    ...suites.map(({ suite, isa }) => summary(-noise, noise, { suite, isa, hypervisor: 'control' })),
  ];
}

function judged(
  id: string,
  hypervisors: readonly HypervisorInfo[],
  suites: readonly SuiteSummary[],
  { negligible = 0.02, noise = 0.005, measurements = rowsOf(suites), host = QUIET } = {},
) {
  const all = withControl(suites, noise);
  return judgeClaims({
    ...{ host, hypervisors, suites: all, measurements, negligible, rows: [], launches: [] },
  }).filter((row) => row.id === id);
}

describe('the claim of 10–30 %', () => {
  it.each([
    [0.12, 0.28, 'supported'],
    [0.35, 0.4, 'refuted-above'],
    [0.0, 0.05, 'refuted-below'],
    [0.25, 0.35, 'undecided'],
    [0.05, 0.15, 'undecided'],
  ] as const)('with a CPU overhead of %d to %d is %s', (low, high, verdict) => {
    const rows = judged(HOSTED, [native, v86], [summary(low, high)]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      hypervisor: 'v86',
      scope: 'cpu (x86_64)',
      band: { low: 0.1, high: 0.3 },
      estimate: (low + high) / 2,
      low,
      high,
      verdict,
    });
  });

  it('says that a translator is heavier than the products of 2005, and direct execution is not', () => {
    const rows = judged(HOSTED, [v86, directKvm], [summary(1, 2), summary(0, 0.01, { hypervisor: 'kvm' })]);
    expect(rows.map(({ reason }) => reason)).toEqual([
      'All 9 workloads cost more. Translates or interprets everything; the products of 2005 ran guest user code directly.',
      'All 9 workloads cost less. Runs guest user code directly, like the products of 2005.',
    ]);
  });

  it('is judged once for each hypervisor, suite and ISA', () => {
    const suites = [
      summary(0.1, 0.2),
      summary(0.1, 0.2, { suite: 'memory' }),
      summary(0.1, 0.2, { isa: 'i386' }),
      summary(0.1, 0.2, { hypervisor: 'kvm' }),
    ];
    const rows = judged(HOSTED, [v86, directKvm], suites);
    expect(rows.map((row) => `${row.hypervisor}: ${row.scope}`)).toEqual([
      'v86: cpu (x86_64)',
      'v86: memory (x86_64)',
      'v86: cpu (i386)',
      'kvm: cpu (x86_64)',
    ]);
  });

  it('never judges native, the control, hardware assist or what is not available', () => {
    const suites = ['native', 'control', 'kvm', 'v86'].map((id) => summary(0.1, 0.2, { hypervisor: id }));
    const rows = judged(HOSTED, [native, control, amd, { ...v86, available: false }], suites);
    expect(rows.map((row) => row.hypervisor)).toEqual(['none']);
  });

  it('is not testable on a suite without a CPU overhead, and says why', () => {
    const [row] = judged(HOSTED, [v86], [summary(0, 0, { cpuOverhead: null, workloads: 0 })]);
    expect(row).toMatchObject({ hypervisor: 'v86', scope: 'cpu (x86_64)', verdict: 'not-testable' });
    expect(row).toMatchObject({ estimate: null, low: null, high: null });
    expect(row?.reason).toContain('No CPU overhead');
  });

  it('names the one workload that it was judged on', () => {
    const [row] = judged(HOSTED, [v86], [summary(0.1, 0.2, { workloads: 1 })]);
    expect(row?.reason).toMatch(/^One workload, which costs what is claimed\. /);
  });
});

describe('the claim of a negligible overhead', () => {
  const suites = (low: number, high: number) => [summary(low, high, { hypervisor: 'kvm' })];

  it.each([
    [-0.01, 0.019, 'supported'],
    [0.03, 0.05, 'refuted-above'],
    [0.01, 0.03, 'undecided'],
  ] as const)('with a CPU overhead of %d to %d is %s', (low, high, verdict) => {
    expect(judged(ASSISTED, [amd], suites(low, high))).toMatchObject([
      { hypervisor: 'kvm', band: { low: null, high: 0.02 }, verdict },
    ]);
  });

  it('takes what counts as negligible from the reader', () => {
    expect(judged(ASSISTED, [amd], suites(0.01, 0.03), { negligible: 0.05 })).toMatchObject([
      { band: { low: null, high: 0.05 }, verdict: 'supported' },
    ]);
  });

  it.each([
    ['nested-paging', 'Nested paging, which is newer (2007–2008) than the claim.'],
    ['shadow-paging', 'Shadow paging, as on the first CPUs with hardware assist.'],
    [null, 'All 9 workloads cost what is claimed.'],
  ] as const)('says what paging means for it: %s', (paging, ending) => {
    const [row] = judged(ASSISTED, [{ ...amd, paging }], suites(0, 0.01));
    expect(row?.reason?.endsWith(ending)).toBe(true);
  });

  it('is not testable without hardware assist, and says what there is instead', () => {
    const missing = { ...amd, id: 'qemu-kvm', available: false, reason: 'qemu is not installed.' };
    const rows = judged(ASSISTED, [native, control, v86, directKvm, missing], suites(0, 0.01));
    expect(rows).toMatchObject([
      {
        hypervisor: 'none',
        scope: 'all suites',
        verdict: 'not-testable',
        estimate: null,
        low: null,
        high: null,
      },
    ]);
    expect(rows[0]?.reason).toBe(
      'No available hypervisor is hardware-assisted on this host. v86 (v86) is binary translation. ' +
        'kvm (own VMM on /dev/kvm (kvm_pvm), API 12) is direct execution. ' +
        'qemu-kvm is not available: qemu is not installed.',
    );
  });

  it('is not testable where hardware assist is there but was not measured', () => {
    const rows = judged(ASSISTED, [amd, v86], [summary(0.1, 0.2)]);
    expect(rows).toMatchObject([{ hypervisor: 'none', verdict: 'not-testable' }]);
    expect(rows[0]?.reason).toBe('Available and hardware-assisted, but not measured in this run: kvm.');
  });
});

describe('a suite whose workloads differ', () => {
  const suite = summary(0.05, 0.5, { workloads: 3 });
  const at = (workload: string, low: number, high: number) => ({
    ...measurement(suite, workload),
    cpuOverhead: { estimate: (low + high) / 2, low, high },
  });

  it('is mixed if they disagree, whatever their mean, and names those that differ', () => {
    const measurements = [at('copy', 0, 0.001), at('chase', 0, 0.01), at('first-touch', 2.1, 2.16)];
    const [row] = judged(HOSTED, [v86], [suite], { measurements });
    expect(row).toMatchObject({
      verdict: 'mixed',
      rows: { below: ['copy', 'chase'], above: ['first-touch'], inside: [], undecided: [] },
    });
    expect(row?.spread?.low).toBeCloseTo(0.0005, 9);
    expect(row?.spread?.high).toBeCloseTo(2.13, 9);
    expect(row?.reason).toContain('2 of 3 workloads cost less, first-touch costs more.');
  });

  it('says what is undecided, what failed, and what the hypervisor cannot run', () => {
    const failed = { ...at('lz77', 0, 0), status: 'failed' as const, cpuOverhead: null };
    const cannot = {
      ...{ ...failed, workload: 'big', status: 'unavailable' as const, error: 'it offers no pages of 2 MiB' },
    };
    const natively = { ...at('big', 0, 0), hypervisor: 'native', cpuOverhead: null };
    const measurements = [at('copy', 0, 0.001), at('wide', 0, 0.2), failed, cannot, natively];
    const [row] = judged(HOSTED, [v86], [suite], { measurements });
    expect(row?.verdict).toBe('undecided');
    expect(row?.reason).toContain(
      '1 of 3 workloads costs less, wide and lz77 (failed) are undecided. Without big (it offers no pages of 2 MiB).',
    );
  });

  it('leaves out what this computer cannot run at all, native included', () => {
    const cannot = {
      ...{ ...at('big', 0, 0), cpuOverhead: null, status: 'unavailable' as const },
      error: 'it offers no pages of 2 MiB',
    };
    const natively = { ...cannot, hypervisor: 'native' };
    const ended = { ...natively, error: 'the run ended before it was measured' };
    const reasonOf = (native: Measurement) =>
      judged(HOSTED, [v86], [suite], { measurements: [at('copy', 0.11, 0.12), cannot, native] })[0]?.reason;
    expect(reasonOf(natively)).toContain('Without big (it offers no pages of 2 MiB).');
    expect(reasonOf(natively)).not.toContain('undecided');
    // What native might have run had there been time says nothing.
    expect(reasonOf(ended)).toContain('big (it offers no pages of 2 MiB) is undecided');
  });

  it('is undecided if a row was never reached, which is not a row that cannot be run', () => {
    const ended = {
      ...{ ...at('late', 0, 0), status: 'unavailable' as const, cpuOverhead: null },
      error: 'the run ended before it was measured',
    };
    const natively = { ...at('late', 0, 0), hypervisor: 'native', cpuOverhead: null };
    const [row] = judged(HOSTED, [v86], [suite], { measurements: [at('a', 0.15, 0.2), ended, natively] });
    expect(row).toMatchObject({
      verdict: 'undecided',
      rows: { undecided: ['late (the run ended before it was measured)'] },
    });
  });
});

describe('a computer that is not quiet', () => {
  it.each([
    [HOSTED, v86, 0.049, 'refuted-above'],
    [HOSTED, v86, 0.051, 'undecided'],
    [ASSISTED, { ...amd, id: 'v86' }, 0.009, 'refuted-above'],
    [ASSISTED, { ...amd, id: 'v86' }, 0.011, 'undecided'],
  ] as const)('%s of %o with a control within ±%d: %s', (id, guest, noise, verdict) => {
    expect(judged(id, [guest], [summary(0.4, 0.5)], { noise })).toMatchObject([{ verdict }]);
  });

  it('is told as too busy, with the figure of the control and what a verdict needs', () => {
    const [row] = judged(HOSTED, [v86], [summary(0.4, 0.5)], { noise: 0.08 });
    expect(row).toMatchObject({ noise: { limit: 0.05, control: { high: 0.08 }, isQuiet: false } });
    expect(row?.reason).toMatch(
      /^This computer was too busy: its control is not within ±5 %\. All 9 workloads cost more\./,
    );
  });

  it('is unknown without a control, and nothing is judged', () => {
    const suites = [summary(0.4, 0.5)];
    const claims = judgeClaims({
      ...{
        host: QUIET,
        hypervisors: [v86],
        suites,
        measurements: rowsOf(suites),
        negligible: 0.02,
        rows: [],
        launches: [],
      },
    });
    expect(claims[0]).toMatchObject({ verdict: 'undecided', noise: { control: null, isQuiet: false } });
    expect(claims[0]?.reason).toMatch(/^No control shows how busy this computer was/);
  });
});

describe('a computer that is no hardware', () => {
  const on = (hypervisor: string, emulated: boolean) => ({
    ...QUIET,
    outerHypervisor: { hypervisor, evidence: [], emulated },
  });

  it('has its claims judged where it is a guest, and labelled', () => {
    const host = on('KVM', false);
    expect(judged(ASSISTED, [amd], [summary(0, 0.01, { hypervisor: 'kvm' })], { host })).toMatchObject([
      { verdict: 'supported', footing: 'nested' },
    ]);
    expect(judged(ASSISTED, [amd], [summary(0, 0.01, { hypervisor: 'kvm' })])).toMatchObject([
      { footing: 'hardware' },
    ]);
  });

  it('has its claims labelled in dom0 of Xen, where native is no bare metal', () => {
    const domain = { role: 'dom0', kind: 'PV' } as const;
    const host = {
      ...QUIET,
      outerHypervisor: { hypervisor: 'Xen', version: '4.17.7', evidence: [], domain },
    };
    const [row] = judged(HOSTED, [v86], [summary(0.12, 0.28)], { host });
    expect(row).toMatchObject({ verdict: 'supported', footing: 'dom0' });
    expect(row?.reason).toMatch(
      /Native is not bare metal here: it is a paravirtual dom0 \(PV\) of Xen 4\.17\.7\.$/,
    );
  });

  it('tests no claim if its CPU is emulated, whatever was measured', () => {
    const suites = [summary(2, 2.1, { hypervisor: 'kvm' }), summary(5, 6)];
    const claims = judgeClaims({
      ...{ host: on('QEMU TCG', true), hypervisors: [amd, v86], negligible: 0.02, rows: [], launches: [] },
      ...{ suites: withControl(suites, 0.001), measurements: rowsOf(suites) },
    });
    expect(claims).toHaveLength(CLAIMS.length);
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['not-testable']));
    expect(claims[0]?.reason).toBe(
      'QEMU TCG emulates this computer’s CPU: the times measured on it are the emulator’s.',
    );
  });
});

describe('every row', () => {
  const suites = [summary(0.1, 0.2)];
  const rows = judgeClaims({
    ...{ host: QUIET, hypervisors: [v86, directKvm], negligible: 0.02, rows: [], launches: [] },
    ...{ suites: withControl(suites, 0.001), measurements: rowsOf(suites) },
  });

  it('has the shape that result.json promises', () => {
    for (const row of atLeastOne(rows)) expect(claimResultSchema.parse(row)).toEqual(row);
  });

  it('carries the words and the source of its claim, and no claim is left out', () => {
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(CLAIMS.map(({ id }) => id)));
    for (const row of atLeastOne(rows)) {
      const claim = CLAIMS.find(({ id }) => id === row.id);
      expect(row).toMatchObject({ statement: claim?.statement, source: claim?.source });
    }
  });
});

describe('a machine on another computer', () => {
  const { cpu, memoryBytes, kernel, os } = QUIET;
  const record: NonNullable<HypervisorInfo['computer']> = {
    ...{ cpu, memoryBytes, kernel, os, outerHypervisor: null, clockSource: 'tsc', stealFraction: 0 },
    sameAsHost: false,
  };
  const vm = (computer: typeof record) => hypervisor({ id: 'vm1', computer });
  const suites = [summary(0.4, 0.5, { hypervisor: 'vm1' })];
  const of = (id: string, computer: typeof record) => judged(id, [vm(computer)], suites)[0];

  it('with another CPU than native has no verdict on any claim', () => {
    const other = { ...record, cpu: { ...cpu, model: 'Another' } };
    for (const id of [HOSTED, 'gregg-software-2x-10x'] as const)
      expect(of(id, other)).toMatchObject({
        verdict: 'not-testable',
        reason: expect.stringMatching(/^On another computer than native, .*: CPU AuthenticAMD Another there/),
      });
  });

  it('with the same CPU has one by wall time, and none by a CPU time that its hypervisor cannot be seen in', () => {
    // Nothing is known here of the launches, and so not whether the time that passed may stand for it (wall-time.test.ts).
    expect(of(HOSTED, record)).toMatchObject({
      verdict: 'not-testable',
      reason: expect.stringMatching(/sees nothing of what its hypervisor spends; .*: no launch of vm1 is/),
    });
    // By the verdict of a claim about wall time, and not for want of a computer like native's.
    expect(of('gregg-software-2x-10x', record)).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringMatching(/^This computer was too busy: .* All 9 workloads cost more/),
    });
  });

  it('with an emulated CPU has none, since times are the emulator’s', () => {
    const outerHypervisor = { hypervisor: 'QEMU TCG', evidence: [], emulated: true };
    expect(of('gregg-software-2x-10x', { ...record, outerHypervisor })).toMatchObject({
      verdict: 'not-testable',
      reason: 'QEMU TCG emulates that computer’s CPU: the times measured on it are the emulator’s.',
    });
  });
});
