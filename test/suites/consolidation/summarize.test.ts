import { expect, it } from 'vitest';
import { runLines } from '../../../core/results/journal.ts';
import { summarizeConsolidation } from '../../../suites/consolidation/summarize.ts';
import { suites } from '../../../suites/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { header, suiteEntries } from '../../core/results/example.ts';
import { ended, guest, level, levelsOf, loadProfileEntry, step } from './example.ts';

const ENTRIES = [
  loadProfileEntry(),
  ...levelsOf('native', { 1: 10, 2: 10, 4: 5 }),
  ...levelsOf('kvm', { 1: 8, 2: 8, 4: 3 }, { missedFrom: 4, mib: 30, cpu: 1.5 }),
  ended('native', 'machines', 4),
  ended('kvm', 'quality', 4),
  ended('v86', 'unavailable', 0, 'it runs no x86_64 guests'),
];

it('its entries are journal entries', () => {
  const { schema } = runLines(suites);
  for (const entry of atLeastOne(suiteEntries('consolidation', ENTRIES)))
    expect(schema.safeParse(entry).error).toBeUndefined();
});

it('a row for each hypervisor, with its steps, its knees, and native beside', () => {
  const rows = summarizeConsolidation(ENTRIES, header());
  expect(new Map(rows.map(({ hypervisor, status }) => [hypervisor, status]))).toEqual(
    new Map(Object.entries({ native: 'ok', kvm: 'ok', v86: 'unavailable' })),
  );
  const kvm = rows.find(({ hypervisor }) => hypervisor === 'kvm');
  expect(kvm?.steps.map(({ machines }) => machines)).toEqual([1, 2, 4]);
  expect(kvm?.knees).toEqual([
    { demand: 'set', machines: 2, missedAt: 4 },
    { demand: 'flat-out', machines: 2, missedAt: 4 },
  ]);
  expect(kvm?.ended).toEqual({ kind: 'quality', machines: 4, reason: 'ended by quality' });
  const [one] = kvm?.steps ?? [];
  expect(one?.memory).toEqual({ pssBytes: 30 * 2 ** 20, ownBytes: 29 * 2 ** 20 });
  expect(one?.storm).toEqual({ lastMs: 300, medianMs: 240 });
  const flatOut = one?.levels.find(({ demand }) => demand === 'flat-out');
  expect(flatOut?.turnsPerSecond.median).toBeCloseTo(16);
  // Half as much CPU time again, and eight turns for ten; requests are a small part of it.
  expect(flatOut?.cpuOverhead).toBeCloseTo(1.5 / (8 / 10) - 1, 1);
  const native = rows.find(({ hypervisor }) => hypervisor === 'native');
  expect(native?.steps[0]?.memory?.ownBytes).toBeNull();
  expect(native?.steps[0]?.levels[0]?.cpuOverhead).toBeNull();
  expect(native?.knees[0]).toEqual({ demand: 'set', machines: 4, missedAt: null });
});

it('a step that was cut short is no step, and the run that was killed says so', () => {
  const rows = summarizeConsolidation(
    [...ENTRIES.slice(0, 4), level({ hypervisor: 'native', machines: 2 })],
    header(),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.steps.map(({ machines }) => machines)).toEqual([1]);
  expect(rows[0]?.ended).toMatchObject({ kind: 'interrupted', machines: 1 });
});

it('what was measured again counts as it was measured last', () => {
  const again = [
    level({ machines: 1, guests: [guest({ turns: [7, 7, 7] })] }),
    step({ machines: 1, stormMs: 77 }),
  ];
  const [row] = summarizeConsolidation(
    [loadProfileEntry(), ...levelsOf('native', { 1: 10 }), ...again],
    header(),
  );
  expect(row?.steps).toHaveLength(1);
  expect(row?.steps[0]?.storm.lastMs).toBe(77);
  expect(row?.steps[0]?.levels.find(({ demand }) => demand === 'set')?.turnsPerSecond.median).toBe(14);
});

it('a failure is said, and costs its own row alone', () => {
  const rows = summarizeConsolidation(
    [...ENTRIES.slice(0, -2), ended('kvm', 'failed', 0, 'it broke')],
    header(),
  );
  expect(rows.find(({ hypervisor }) => hypervisor === 'kvm')).toMatchObject({
    status: 'failed',
    error: 'it broke',
  });
  expect(rows.find(({ hypervisor }) => hypervisor === 'native')).toMatchObject({ status: 'ok' });
});

it('there is nothing where it was not measured', () => {
  expect(summarizeConsolidation([], header())).toEqual([]);
});
