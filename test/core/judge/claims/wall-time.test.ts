/** Claims about CPU time where a machine is on another computer: judged by the clock, if nothing speaks against it. */
import { expect, test } from 'vitest';
import { judgeClaims } from '../../../../core/judge/claims/judge.ts';
import {
  type ClaimResult,
  type ComputerRecord,
  claimResultSchema,
  type Measurement,
  type Result,
} from '../../../../core/results/schema.ts';
import { evidence, headline, judgedClaims, subject } from '../../../../reports/verdicts.ts';
import { fixtureResult } from '../../../reports/fixture.ts';

const HOSTED = 'hosted-10-30';
const base = fixtureResult({ hostile: false });
const { cpu, memoryBytes, kernel, os } = base.host;
const there: ComputerRecord = {
  ...{ cpu, memoryBytes, kernel, os, outerHypervisor: { hypervisor: 'Xen', evidence: [] } },
  ...{ clockSource: 'tsc', stealFraction: 0, sameAsHost: false },
};
const TWENTY = { estimate: 0.2, low: 0.18, high: 0.22 };

interface Differs {
  /** By launch, of the machine there; null if it did not tell. */
  readonly stolen?: readonly (number | null)[];
  /** The same of native, here. */
  readonly nativeStolen?: number;
  readonly row?: (row: Measurement) => Measurement;
  readonly computer?: ComputerRecord;
}

/** The fixture with KVM on another computer: its rows take 20 % more time, by either clock there, and 900 % by CPU overhead. */
function result({ stolen = [0, 0.001, 0], nativeStolen = 0, row = (one) => one, computer = there }: Differs) {
  const figures = { overhead: TWENTY, cpuOverhead: { estimate: 9, low: 8.9, high: 9.1 } };
  const measurements = base.measurements
    .filter(({ suite, status }) => suite === 'cpu' && status === 'ok')
    .map((one) => row(one.hypervisor === 'kvm' ? { ...one, ...figures } : one));
  return {
    ...base,
    measurements,
    hypervisors: base.hypervisors.map((one) => (one.id === 'kvm' ? { ...one, computer } : one)),
    suites: base.suites
      .filter(({ suite }) => suite === 'cpu')
      .map((one) => (one.hypervisor === 'kvm' ? { ...one, ...figures } : one)),
    launches: base.launches.map((one, index) => {
      const share = stolen[index] ?? null;
      return {
        ...{ ...one, stealFraction: nativeStolen },
        ...(share !== null && { stolenElsewhere: { kvm: share } }),
      };
    }),
  } satisfies Result;
}

const judged = (differs: Differs): ClaimResult | undefined =>
  judgeClaims({ ...result(differs), negligible: 0.02 }).find(
    ({ id, hypervisor }) => id === HOSTED && hypervisor === 'kvm',
  );

const onCpuFor = (share: number, of: (row: Measurement) => boolean) => (row: Measurement) =>
  of(row) && row.nsPerIteration
    ? { ...row, cpuNsPerIteration: { ...row.nsPerIteration, estimate: row.nsPerIteration.estimate * share } }
    : row;

test('it is judged by the time that passed, with what allows it beside it', () => {
  const claim = judged({});
  expect(claim).toMatchObject({
    ...{ verdict: 'supported', scope: 'cpu (x86_64), by wall-clock time', ...TWENTY },
    about: { figure: 'cpu-time' },
    wallTime: { stolen: 0.001, onCpu: expect.closeTo(1, 3) },
    reason: expect.stringMatching(
      /Judged by wall-clock time: .* At most 0\.1 % of CPU time was stolen in a launch, .* had its CPU for at least 100 % of its time/,
    ),
  });
  expect(claimResultSchema.parse(claim)).toEqual(claim);
});

test('wherever its verdict is told, it is said to be by wall-clock time', () => {
  const claims = judgeClaims({ ...result({}), negligible: 0.02 });
  const [hosted] = judgedClaims({ ...base, claims });
  const own = claims.find(({ id, hypervisor }) => id === HOSTED && hypervisor === 'kvm') as ClaimResult;
  expect(hosted && headline(hosted)).toContain('kvm matches the claim on cpu (x86_64), by wall-clock time');
  expect(`${subject(own)}: ${evidence(own)}`).toMatch(
    /^kvm \(nested\) on cpu \(x86_64\), by wall-clock time: wall-clock overhead \+20\.0 % /,
  );
});

test('the control has to be quiet by the same clock', () => {
  const { suites, ...rest } = result({});
  const noisy = suites.map((one) =>
    one.hypervisor === 'control' ? { ...one, overhead: { estimate: 0.1, low: 0.05, high: 0.15 } } : one,
  );
  const claims = judgeClaims({ ...rest, suites: noisy, negligible: 0.02 });
  expect(claims.find(({ id, hypervisor }) => id === HOSTED && hypervisor === 'kvm')).toMatchObject({
    verdict: 'undecided',
    noise: { control: { estimate: 0.1 }, isQuiet: false },
  });
});

const kvm = ({ hypervisor, workload }: Measurement) => hypervisor === 'kvm' && workload === 'sieve';
const native = ({ hypervisor, workload }: Measurement) => hypervisor === 'native' && workload === 'sieve';

test.each([
  [
    'much was stolen there',
    { stolen: [0, 0.03, 0] },
    /: 3 % of the CPU time of kvm was stolen in a launch, and 0\.2 % is/,
  ],
  ['much was stolen from native', { nativeStolen: 0.02 }, /: 2 % of the CPU time of native was stolen/],
  [
    'it did not tell',
    { stolen: [0, null, 0] },
    /: what was stolen from kvm is unknown in 1 of 3 launches\.$/,
  ],
  [
    'others ran there',
    { row: onCpuFor(0.95, kvm) },
    /: sieve had its CPU for 95 % of its time in kvm, and 99 % is needed/,
  ],
  [
    'others ran beside native',
    { row: onCpuFor(0.9, native) },
    /: sieve had its CPU for 90 % of its time in native/,
  ],
  [
    'a row has no CPU time',
    { row: (row: Measurement) => (kvm(row) ? { ...row, cpuNsPerIteration: null } : row) },
    /: sieve has no CPU time in kvm\.$/,
  ],
] as const)('it has no verdict where %s, and says so', (_, differs, reason) => {
  expect(judged(differs)).toMatchObject({
    ...{ verdict: 'not-testable', estimate: null, scope: 'cpu (x86_64)' },
    reason: expect.stringMatching(reason),
  });
});

test('what was stolen in launches in which it took no part is not asked for', () => {
  const { launches, ...rest } = result({});
  const [first] = launches;
  const without = { ...first, index: 9, startMs: { native: 3 }, stealFraction: 0.5, stolenElsewhere: {} };
  const all = [...launches, without] as Result['launches'];
  const claims = judgeClaims({ ...rest, launches: all, negligible: 0.02 });
  expect(claims.find(({ id, hypervisor }) => id === HOSTED && hypervisor === 'kvm')).toMatchObject({
    verdict: 'supported',
  });
});

test('a machine that is this computer itself, reached by SSH, has its own CPU time', () => {
  const claim = judged({ computer: { ...there, sameAsHost: true } });
  expect(claim).toMatchObject({ verdict: 'refuted-above', estimate: 9, scope: 'cpu (x86_64)' });
  expect(claim).not.toHaveProperty('wallTime');
});
