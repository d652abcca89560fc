/** Claims of the library, and what stored results say of them. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLAIMS } from '../../../core/judge/claims/claims.ts';
import { judgeResult, listClaims } from '../../../core/library/claims.ts';
import { partsOf } from '../../../core/parts.ts';
import { atLeastOne } from '../../at-least-one.ts';

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures', name);
const OWN = { id: 'free', statement: 'KVM is free.', hypervisors: ['kvm' as const], band: { high: 2 } };

test('all claims are listed with what they allow, and those of a configuration behind them', () => {
  const all = listClaims({ claims: [OWN], negligible: 3 });
  expect(all.map(({ id }) => id)).toEqual([...CLAIMS.map(({ id }) => id), 'own-free']);
  const of = (id: string) => all.find((claim) => claim.id === id)?.band;
  expect(of('hardware-assist-negligible')).toEqual({ low: null, high: 0.03 });
  expect(of('hosted-10-30')).toEqual({ low: 0.1, high: 0.3 });
  expect(of('own-free')).toEqual({ low: null, high: 0.02 });
  // As JSON they are whole.
  expect(JSON.parse(JSON.stringify(all))).toEqual(all.map((claim) => ({ ...claim })));
});

test('a result is judged by them, of whichever form it is given', async () => {
  const judged = await judgeResult(fixture('report'), { claims: [OWN] }, partsOf());
  const own = judged.claims.filter(({ id }) => id === 'own-free');
  expect(atLeastOne(own).map(({ hypervisor }) => hypervisor)).toEqual(own.map(() => 'kvm'));
  expect((await judgeResult(judged, { claims: [OWN] }, partsOf())).claims).toEqual(judged.claims);
});

test('what a result could not test is predicted of counted exits', async () => {
  const exits = fixture('exits/shadow/result.json');
  const judged = await judgeResult(fixture('exits/measured'), {}, partsOf({ exits }));
  expect(judged.claims.filter(({ predicted }) => predicted !== undefined)).not.toEqual([]);
});

test('a path without a result is refused in a line', async () => {
  await expect(judgeResult('/nowhere', {}, partsOf())).rejects.toThrow(/^cannot read \/nowhere: [^\n]+$/);
});
