/** A machine of one name may be on any computer: its rows are compared with those of the same computers alone. */
import { expect, test } from 'vitest';
import { hostDifferences } from '../../../core/judge/compare/hosts.ts';
import { matchRows } from '../../../core/judge/compare/match.ts';
import { baselineOf, baselineSchema, withClass } from '../../../core/judge/gate/baseline.ts';
import { matchBaseline } from '../../../core/judge/gate/match.ts';
import { entryOf, entrySchema } from '../../../core/judge/history/entry.ts';
import { rowHistories } from '../../../core/judge/history/series.ts';
import type { ComputerRecord, Result } from '../../../core/results/schema.ts';
import { smallResult } from './compare/example.ts';

const NOW = new Date('2026-02-03T04:05:06Z');
const local = smallResult();
const { cpu, memoryBytes, kernel, os } = local.host;
const computer = (hypervisor: string, sameAsHost = false): ComputerRecord => ({
  ...{ cpu, memoryBytes, kernel, os, clockSource: 'tsc', stealFraction: 0, sameAsHost },
  outerHypervisor: { hypervisor, evidence: [] },
});
/** The same figures, of machines that are on other computers. */
const on = (places: Readonly<Record<string, ComputerRecord>>, startedAt = local.startedAt): Result => ({
  ...{ ...local, startedAt },
  hypervisors: local.hypervisors.map((one) => {
    const computer = places[one.id];
    return computer ? { ...one, computer } : one;
  }),
});

const onXen = on({ kvm: computer('Xen') });
const OTHERS: [string, Result][] = [
  ['local', local],
  ['of another hypervisor', on({ kvm: computer('VMware') })],
  ['of another CPU', on({ kvm: { ...computer('Xen'), cpu: { ...cpu, model: 'Another' } } })],
  ['of a native elsewhere', on({ kvm: computer('Xen'), native: computer('Xen') })],
];
const LIKE: [string, Result][] = [
  ['the same again', onXen],
  [
    'another kernel, memory and microcode',
    on({ kvm: { ...computer('Xen'), kernel: '9.9', memoryBytes: 1, cpu: { ...cpu, microcode: '0x2' } } }),
  ],
];

test.each(OTHERS)('a gate judges no row by a baseline that is %s', (_, other) => {
  const { candidates, absent } = matchBaseline(baselineOf([other], NOW), onXen, { minEffect: 0.01 });
  expect(candidates).toEqual([]);
  expect(absent.map(({ side }) => side)).toEqual(['baseline', 'baseline']);
  expect(absent[0]?.reason).toMatch(
    /^its computer differs from the baseline \(the machine on None Synthetic CPU/,
  );
});

test.each(LIKE)('a gate judges it by a baseline of a like computer: %s', (_, like) => {
  const baseline = baselineOf([like], NOW);
  expect(baselineSchema.parse(withClass(null, baseline)).classes).toEqual([baseline]);
  expect(matchBaseline(baseline, onXen, { minEffect: 0.01 }).candidates).toHaveLength(2);
});

test('runs of a baseline on two computers are not taken together: the latest counts', () => {
  const runs = (results: readonly Result[]) =>
    baselineOf(results, NOW).rows.map((row) => row.logRatios.length);
  expect(runs([onXen, onXen])).toEqual([2, 2]);
  expect(runs([local, onXen])).toEqual([1, 1]);
  expect(baselineOf([local, onXen], NOW).rows).toEqual(baselineOf([onXen], NOW).rows);
});

test.each(OTHERS)(
  'a comparison has no change of it against one that is %s, and says first what differs',
  (_, other) => {
    const { matched, unmatched } = matchRows([other, onXen]);
    expect(matched.map(({ hypervisor }) => hypervisor)).not.toContain('kvm');
    expect(unmatched.find(({ hypervisor }) => hypervisor === 'kvm')?.reason).toMatch(
      /^the computer differs \(/,
    );
    expect(hostDifferences([other, onXen]).map(({ what }) => what)).toContain('other computers of kvm');
  },
);

test('a comparison of like computers has', () => {
  expect(matchRows([onXen, onXen]).unmatched).toEqual([]);
  expect(hostDifferences([onXen, onXen])).toEqual([]);
});

test('a history is cut where the computer changes, and goes on where it does not', () => {
  const notes = { commit: null, label: null };
  const day = (date: number) => `2026-01-0${date}T03:04:05Z`;
  const places = { kvm: computer('Xen') };
  const results = [on({}, day(1)), on({}, day(2)), on(places, day(3)), on(places, day(4))];
  const entries = results.map((result) => entryOf(result, notes));
  expect(entries.map((entry) => entrySchema.parse(entry))).toEqual(entries);
  const series = rowHistories(entries).find(({ hypervisor }) => hypervisor === 'kvm');
  expect(series?.stretches.map(({ points, cut }) => [points.length, cut])).toEqual([
    [2, null],
    [
      2,
      expect.stringMatching(/^another computer, the machine on .* instead of the machine and native on this/),
    ],
  ]);
});

test('this computer itself, reached by SSH, is this one', () => {
  const again = on({ kvm: computer('KVM', true) });
  expect(baselineOf([again], NOW)).toEqual(baselineOf([local], NOW));
  expect(matchRows([local, again]).unmatched).toEqual([]);
});
