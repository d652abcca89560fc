import { expect, test } from 'vitest';
import type { ClaimResult } from '../../core/results/schema.ts';
import { bandText, evidence, headline, judgedClaims, subject } from '../../reports/verdicts.ts';
import { fixtureResult } from './fixture.ts';

test('bands in words', () => {
  expect(bandText({ low: 0.1, high: 0.3 })).toBe('10–30 %');
  expect(bandText({ low: null, high: 0.02 })).toBe('at most 2 %');
  expect(bandText({ low: 0.07, high: null })).toBe('at least 7 %');
});

test('a claim is one sentence over all that it was judged on', () => {
  const [hosted, assisted] = judgedClaims(fixtureResult({ hostile: false }));
  expect(hosted && headline(hosted)).toBe(
    'kvm costs less than claimed on cpu (x86_64) and memory (x86_64); v86 costs more than claimed on cpu (i386) and memory (i386).',
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
  const [measured] = fixtureResult({ hostile: false }).claims as [ClaimResult];
  const none = { ...measured, estimate: null, low: null, high: null };
  expect(evidence({ ...measured, estimate: 0.2, low: 0.19, high: 0.21, reason: 'few launches' })).toBe(
    'CPU overhead +20.0 % [+19.0, +21.0]. few launches',
  );
  expect(evidence({ ...none, reason: 'no assist' })).toBe('no assist');
  expect(evidence({ ...none, reason: undefined })).toBe('nothing was measured');
});

test('a verdict is about a hypervisor on a suite, or about all where there was none', () => {
  const { claims } = fixtureResult({ hostile: false });
  expect(claims.map(subject)).toEqual([
    'kvm on cpu (x86_64)',
    'kvm on memory (x86_64)',
    'v86 on cpu (i386)',
    'v86 on memory (i386)',
    'all suites',
  ]);
});
