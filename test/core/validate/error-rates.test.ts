import { expect, test } from 'vitest';
import { gateErrorRates } from '../../../core/validate/error-rates.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { clean, madeRun, OPTIONS } from './example.ts';

test('counts alarms where nothing changed, and finds what was slowed', async () => {
  const kinds: string[] = [];
  const rates = await gateErrorRates([...clean, madeRun('slow-5', 5, 1.05), madeRun('slow-5', 6, 1.05)], {
    ...OPTIONS,
    gates: 15,
    gatesPerRow: 10,
    onKind: (title) => kinds.push(title),
  });
  expect(kinds).toContain('slowed by 5 %');
  expect(rates.rows).toBe(2);
  // Conditions that were not measured are not in the tables.
  expect(rates.falseAlarms.map(({ title }) => title)).toEqual(['nothing changed']);
  expect(rates.power.map(({ title }) => title)).toEqual(['slowed by 5 %']);
  const [quiet] = rates.falseAlarms;
  expect(quiet?.gates).toBe(15);
  expect(quiet?.alarms).toBeLessThanOrEqual(1);
  expect(quiet?.same).toBeGreaterThan(0.5);
  expect((quiet?.same ?? 0) + (quiet?.undecided ?? 0)).toBeLessThanOrEqual(1);
  const [slowed] = rates.power;
  expect(slowed?.measured).toBeCloseTo(0.05, 2);
  expect(slowed).toMatchObject({ gates: 15, alarms: 15 });
  expect(slowed?.groups).toEqual([
    {
      hypervisor: 'kvm',
      suite: 'cpu',
      rows: 2,
      gates: 20,
      found: expect.any(Number),
      worst: expect.any(Number),
    },
  ]);
  const [group] = slowed?.groups ?? [];
  expect(group?.worst).toBeGreaterThanOrEqual(0.9);
  expect(group?.found).toBeGreaterThanOrEqual(group?.worst as number);
  expect(rates.rowPower.map(({ workload, hypervisor }) => `${workload} ${hypervisor}`)).toEqual([
    'integer kvm',
    'sha256 kvm',
  ]);
  for (const { found, smallest, minimumEffect } of atLeastOne(rates.rowPower)) {
    expect(found).toEqual([{ slowdown: 0.05, share: expect.any(Number) }]);
    expect(smallest).toBeGreaterThan(minimumEffect);
    expect(smallest).toBeLessThanOrEqual(0.05);
  }
});

test('an alarm is counted: a disturbance that does slow guests', async () => {
  const pool = [...clean, madeRun('same-core', 9, 1.2)];
  const rates = await gateErrorRates(pool, { ...OPTIONS, gates: 10, gatesPerRow: 1 });
  const disturbed = rates.falseAlarms.find(({ title }) => title.includes('measuring core'));
  expect(disturbed).toMatchObject({ gates: 10, alarms: 10 });
});

test('an effect beyond the grid has no smallest', async () => {
  const noisy = [1, 2, 3, 4].map((number) => madeRun('clean', number, 1, 1.5));
  const rates = await gateErrorRates(noisy, { ...OPTIONS, gates: 1, gatesPerRow: 4 });
  expect(rates.rowPower.map(({ smallest }) => smallest)).toEqual([null, null]);
});
