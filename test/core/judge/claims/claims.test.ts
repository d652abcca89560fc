import { describe, expect, it, test } from 'vitest';
import type { Claim } from '../../../../core/judge/claims/claim.ts';
import { CLAIMS, FOUNDING } from '../../../../core/judge/claims/claims.ts';
import { judgeClaims } from '../../../../core/judge/claims/judge.ts';
import { ownClaims } from '../../../../core/judge/claims/own.ts';
import type { Row } from '../../../../core/model/row.ts';
import { claimResultSchema } from '../../../../core/results/schema.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { fixtureResult } from '../../../reports/fixture.ts';

const calm = fixtureResult({ hostile: false });
const judged = (id: string, result = calm, claims: readonly Claim[] = CLAIMS) =>
  judgeClaims({ ...result, negligible: 0.02 }, claims).filter((one) => one.id === id);

describe('the table', () => {
  it('has ids of its own, sources with years, and bands that are none backwards', () => {
    expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(CLAIMS.length);
    for (const { band, source, year, statement } of atLeastOne(CLAIMS)) {
      const { low, high } = band({ negligible: 0.02 });
      expect(low ?? Number.NEGATIVE_INFINITY).toBeLessThan(high ?? Number.POSITIVE_INFINITY);
      expect(year).toBeGreaterThan(1998);
      expect(source.length).toBeGreaterThan(10);
      expect(statement.endsWith('.')).toBe(true);
    }
  });

  it('begins with the two that hvbench is about', () => {
    expect(CLAIMS.slice(0, 2).map(({ id }) => id)).toEqual([...FOUNDING]);
  });

  it('is judged whole: each claim has a verdict or says why not, in the shape that a result keeps', () => {
    const results = judgeClaims({ ...calm, negligible: 0.02 });
    expect(new Set(results.map(({ id }) => id)).size).toBe(CLAIMS.length);
    for (const one of atLeastOne(results)) {
      expect(claimResultSchema.parse(one)).toEqual(one);
      expect(one.reason).toMatch(/\.$/);
    }
  });
});

test('what is said of waiting is judged by the wall clock', () => {
  const measurements = calm.measurements.map((row) =>
    row.hypervisor === 'v86' && row.overhead
      ? { ...row, overhead: { estimate: 3, low: 2.9, high: 3.1 } }
      : row,
  );
  const whole = measurements.filter(({ status, workload }) => status === 'ok' || workload !== 'lz77');
  const result = { ...calm, measurements: whole };
  expect(judged('gregg-software-2x-10x', result).map(({ verdict }) => verdict)).toEqual([
    'supported',
    'supported',
  ]);
});

test('of the suites that a claim speaks of alone, and not testable if none of its hypervisors ran', () => {
  expect(judged('xen-2003-uml-spec-int')).toMatchObject([
    {
      verdict: 'not-testable',
      reason: 'Nothing in this run was User Mode Linux.',
      about: { recalled: true },
    },
  ]);
  const only = { ...(CLAIMS[0] as Claim), id: 'cpu-only', suites: ['cpu'] };
  expect(judged('cpu-only', calm, [only]).map(({ scope }) => scope)).toEqual(['cpu (x86_64)', 'cpu (i386)']);
});

describe('of one guest against another', () => {
  const kvm = calm.hypervisors.find(({ id }) => id === 'kvm');
  const container = { ...kvm, id: 'container', mode: 'native' as const };
  const assisted = { ...kvm, mode: 'hardware-assisted' as const };
  const rows = calm.measurements.filter(
    ({ hypervisor, suite }) => hypervisor === 'kvm' && suite === 'memory',
  );
  const inContainer = (factor: number) =>
    rows.map((row) => ({
      ...row,
      hypervisor: 'container',
      overhead: row.overhead && {
        estimate: (1 + row.overhead.estimate) * factor - 1,
        low: (1 + row.overhead.low) * factor - 1,
        high: (1 + row.overhead.high) * factor - 1,
      },
    }));
  const result = (factor: number) => ({
    ...calm,
    hypervisors: [
      ...calm.hypervisors.filter(({ id }) => id !== 'kvm'),
      assisted,
      container,
    ] as typeof calm.hypervisors,
    measurements: [...calm.measurements, ...inContainer(factor)],
    suites: [
      ...calm.suites,
      ...calm.suites
        .filter(({ hypervisor, suite }) => hypervisor === 'kvm' && suite === 'memory')
        .map((one) => ({ ...one, hypervisor: 'container' })),
    ],
  });

  it.each([
    [0.98, 'supported'],
    [1.3, 'refuted-above'],
  ] as const)('a container that takes %d times as long as the machine: %s', (factor, verdict) => {
    expect(judged('felter-2014-containers', result(factor))).toMatchObject([
      { hypervisor: 'container', scope: 'memory (x86_64), against kvm', verdict, estimate: null },
    ]);
  });

  it('is not testable without the other', () => {
    expect(judged('felter-2014-containers')[0]?.verdict).toBe('not-testable');
  });
});

describe('a figure of its own', () => {
  const claim: Claim = {
    ...(CLAIMS.find(({ id }) => id === 'firecracker-boot-125-ms') as Claim),
    of: { words: 'kvm', ids: ['kvm'] },
  };
  const row = (ms: number, cache: string): Row => ({
    ...{ suite: 'boot', target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null } },
    ...{ dimensions: { role: 'linux', cache }, status: 'ok', identity: {} },
    metrics: {
      userSpace: {
        ...{ title: 'user space', unit: 'ns', better: 'lower' },
        value: { estimate: ms * 1e6, low: ms * 0.9e6, high: ms * 1.1e6 },
        minimumEffect: { fraction: 0.05, reason: 'made up' },
      },
    },
  });
  const boot = (...rows: Row[]) => judged(claim.id, { ...calm, rows }, [claim]);

  it('is judged by the rows that have it', () => {
    expect(boot(row(90, 'warm'))).toMatchObject([
      { scope: 'boot (x86_64)', verdict: 'supported', estimate: 90e6, about: { figure: 'boot-time' } },
    ]);
    expect(boot(row(90, 'warm'), row(400, 'cold'))).toMatchObject([
      { verdict: 'mixed', rows: { inside: ['linux warm'], above: ['linux cold'] } },
    ]);
    expect(boot(row(120, 'warm'))[0]?.verdict).toBe('undecided');
    expect(boot()[0]?.reason).toBe('Available, but not measured with the suite boot in this run: kvm.');
  });

  it('of a number alone lies as sharp as the suite says that it means something, at most machines', () => {
    const density = (machines: number, mib: number): Row => ({
      ...{ suite: 'density', target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null } },
      ...{ dimensions: { machines }, status: 'ok', identity: {} },
      metrics: {
        memory: {
          ...{ title: 'memory', unit: 'bytes', better: 'lower', value: mib * 2 ** 20 },
          minimumEffect: { fraction: 0.05, reason: 'made up' },
        },
      },
    });
    const of = (mib: number) =>
      judged('firecracker-memory-5-mib', { ...calm, rows: [density(1, 60), density(1000, mib)] });
    expect(of(1.2)).toMatchObject([{ verdict: 'supported', rows: { inside: ['machines 1000'] } }]);
    expect(of(4.9)[0]?.verdict).toBe('undecided');
    expect(of(9)[0]?.verdict).toBe('refuted-above');
  });

  it('of memory is judged on an emulated CPU too, and of time is not', () => {
    const host = { ...calm.host, outerHypervisor: { hypervisor: 'QEMU TCG', evidence: [], emulated: true } };
    const results = judgeClaims({ ...calm, host, rows: [row(90, 'warm')], negligible: 0.02 }, [claim]);
    expect(results).toMatchObject([{ verdict: 'not-testable', hypervisor: 'none' }]);
  });
});

describe("a configuration's own", () => {
  it('is judged like the others, in percent as it was written', () => {
    const config = {
      claims: [
        {
          id: 'kvm-is-free',
          statement: 'KVM is free.',
          hypervisors: ['kvm'],
          suites: ['cpu'],
          band: { high: 5 },
        },
      ],
    };
    const own = ownClaims(config);
    expect(own).toHaveLength(1);
    expect(judged('own-kvm-is-free', calm, own)).toMatchObject([
      { scope: 'cpu (x86_64)', band: { low: null, high: 0.05 }, source: 'this configuration' },
    ]);
  });

  it('of a result that is somebody else’s may be anything', () => {
    expect(ownClaims({ claims: 'none' })).toEqual([]);
    expect(ownClaims({})).toEqual([]);
  });
});
