import { expect, test } from 'vitest';
import { CLAIMS, FOUNDING } from '../../core/judge/claims/claims.ts';
import type { ClaimResult } from '../../core/results/schema.ts';
import {
  bandText,
  busyLine,
  claimsTable,
  evidence,
  foundingClaims,
  headline,
  judgedClaims,
  subject,
} from '../../reports/verdicts.ts';
import { fixtureResult } from './fixture.ts';

test('bands in words', () => {
  expect(bandText({ low: 0.1, high: 0.3 })).toBe('10–30 %');
  expect(bandText({ low: null, high: 0.02 })).toBe('at most 2 %');
  expect(bandText({ low: 0.07, high: null })).toBe('at least 7 %');
  expect(bandText({ low: null, high: 125e6 }, 'boot-time')).toBe('at most 125 ms');
  expect(bandText({ low: null, high: 5 * 2 ** 20 }, 'memory')).toBe('at most 5 MiB');
});

test('a claim is one sentence over all that it was judged on', () => {
  const [hosted, assisted] = judgedClaims(fixtureResult({ hostile: false }));
  expect(hosted && headline(hosted)).toBe(
    'kvm gives no clear answer on cpu (x86_64) and differs from workload to workload on memory (x86_64); v86 gives no clear answer on cpu (i386) and costs more than claimed on memory (i386).',
  );
  expect(assisted && headline(assisted)).toBe('This claim cannot be tested on this computer.');
});

test('different verdicts of one hypervisor stand in one clause', () => {
  const result = fixtureResult({ hostile: false });
  const [first, second] = result.claims;
  Object.assign(first as ClaimResult, { verdict: 'supported' });
  Object.assign(second as ClaimResult, { verdict: 'undecided' });
  const [claim] = judgedClaims(result);
  expect(claim && headline(claim)).toContain(
    'kvm matches the claim on cpu (x86_64) and gives no clear answer on memory (x86_64)',
  );
});

test('evidence is the figure, the reason, or that there is none', () => {
  const [{ spread, ...measured }] = fixtureResult({ hostile: false }).claims as [ClaimResult];
  expect(spread).toBeDefined();
  const none = { ...measured, estimate: null, low: null, high: null };
  expect(evidence({ ...measured, estimate: 0.2, low: 0.19, high: 0.21, reason: 'few launches' })).toBe(
    'CPU overhead +20.0 % [+19.0, +21.0]. few launches',
  );
  expect(
    evidence({
      ...{ ...measured, estimate: 0.2, low: 0.19, high: 0.21 },
      ...{ spread: { low: 0.001, high: 2.131 }, reason: '8 of 9 workloads cost less.' },
    }),
  ).toBe(
    'CPU overhead +20.0 % [+19.0, +21.0], geometric mean of workloads from +0.1 % to +213.1 %. 8 of 9 workloads cost less.',
  );
  expect(evidence({ ...none, reason: 'no assist' })).toBe('no assist');
  expect(evidence({ ...none, reason: undefined })).toBe('nothing was measured');
});

test('a verdict is about a hypervisor on a suite, or about all where there was none', () => {
  const { claims } = fixtureResult({ hostile: false });
  expect(claims.filter(({ id }) => FOUNDING.has(id)).map(subject)).toEqual([
    'kvm (nested) on cpu (x86_64)',
    'kvm (nested) on memory (x86_64)',
    'v86 (nested) on cpu (i386)',
    'v86 (nested) on memory (i386)',
    'all suites',
  ]);
  const [first] = claims as [ClaimResult, ...ClaimResult[]];
  expect(subject({ ...first, footing: 'dom0' })).toBe('kvm (in dom0) on cpu (x86_64)');
});

test('a computer that was too busy is told before anything else, with where and how far', () => {
  const result = fixtureResult({ hostile: false });
  expect(busyLine(result)).toBeNull();
  const noise = {
    ...{ limit: 0.05, control: { estimate: 0.01, low: -0.07, high: 0.09 }, isQuiet: false },
  };
  Object.assign(result.claims[1] as ClaimResult, { noise });
  expect(busyLine(result)).toBe(
    'This computer was too busy for a verdict on memory (x86_64): the interval of the control, which is native itself, reaches +9.0 % from 0, and ±5 % is allowed. Measure while it does nothing else, or longer.',
  );
  for (const claim of result.claims) if (claim.noise) claim.noise = { ...noise, control: null };
  expect(busyLine(result)).toBe(
    'No verdict on cpu (x86_64), memory (x86_64), cpu (i386), and memory (i386): no control shows how busy this computer was.',
  );
});

test('the two founding claims come in full, all others in one table with their sources below it', () => {
  const result = fixtureResult({ hostile: false });
  expect(foundingClaims(result).map(({ id }) => id)).toEqual([...FOUNDING]);
  const table = claimsTable(result);
  expect(table?.rows).toHaveLength(CLAIMS.length - FOUNDING.size);
  expect(table?.rows[0]?.map(({ text }) => text)).toEqual([
    'Applications in a machine that is virtualized in software run 2 to 10 times slower. (1)',
    '100–900 %',
    'v86 differs from workload to workload on cpu (i386) and memory (i386).',
  ]);
  expect(table?.notes[1]).toBe(
    '(2) Barham et al., “Xen and the Art of Virtualization”, SOSP 2003; measured; quoted from memory',
  );
  const former = { ...result, claims: result.claims.filter(({ id }) => FOUNDING.has(id)) };
  expect(claimsTable(former)).toBeNull();
});

test('what is predicted says that it is, what is not in it, and what is quoted from memory', () => {
  const result = fixtureResult({ hostile: false });
  const beyond = [{ name: 'memory/first-touch (x86_64)', overhead: 0.542 }];
  const predicted = [
    { cpu: 'a CPU, 2005', paging: 'shadow-paging' as const, recalled: true, workloads: 12, beyond },
    { cpu: 'another, 2006', paging: 'shadow-paging' as const, recalled: false, workloads: 12, beyond: [] },
  ];
  const claims = result.claims.map((claim) =>
    claim.id === 'hardware-assist-negligible' ? { ...claim, predicted } : claim,
  );
  const [hosted, assisted] = foundingClaims({ ...result, claims });
  expect(hosted?.predictions).toEqual([]);
  expect(assisted?.predictions).toEqual([
    'Predicted for first-generation hardware, and no verdict: on a CPU, 2005 (shadow paging, partly quoted from memory), 1 of 12 workloads beyond the claim: memory/first-touch (x86_64) +54.2 %; on another, 2006 (shadow paging), all 12 workloads at most 2 %. By exits alone, without two-dimensional page walks, caches and TLBs that an exit leaves cold, and asynchronous exits (interrupts, HLT).',
  ]);
});
