import { expect, test } from 'vitest';
import { poolOf } from '../../../../core/validate/ab/pool.ts';
import { abRates, spreadOf } from '../../../../core/validate/ab/rates.ts';
import { KIND, RUNS, SETTINGS } from './example.ts';

const pool = poolOf(KIND, RUNS);

test('counts alarms where nothing changed, and finds what was slowed', async () => {
  const kinds: string[] = [];
  const settings = [SETTINGS, { ...SETTINGS, budgetSeconds: 60 }];
  const rates = await abRates([pool], {
    ...{ seed: 1, trials: 40, trialsPerEffect: 20, settings },
    onKind: (title) => kinds.push(title),
  });
  expect(kinds).toEqual(['kvm cpu, 20 s', 'kvm cpu, 60 s']);
  const [short, long] = rates;
  expect(short?.alarms.trials).toBe(40);
  expect(short?.alarms.regressed).toBeLessThanOrEqual(2);
  expect(short?.alarms.same).toBeGreaterThan(0.4);
  const [calm, noisy] = short?.rows ?? [];
  expect([calm?.workload, noisy?.workload]).toEqual(['integer', 'sha256']);
  expect(calm?.smallest).toBeLessThanOrEqual(0.02);
  expect(noisy?.smallest).toBeGreaterThan(calm?.smallest ?? 1);
  expect(long?.rows[1]?.smallest).toBeLessThanOrEqual(noisy?.smallest ?? 0);
  const last = short?.found.at(-1);
  expect(last?.share).toBeGreaterThanOrEqual(0.9);
  expect(last?.worst).toBeLessThanOrEqual(last?.share ?? 0);
});

test('gives up when it is told to', async () => {
  const checkpoint = async () => {
    throw new Error('enough');
  };
  const options = { seed: 1, trials: 1, trialsPerEffect: 1, settings: [SETTINGS], checkpoint };
  await expect(abRates([pool], options)).rejects.toThrow('enough');
});

test('the spread of a row is that of its launches', () => {
  const [calm, noisy] = spreadOf(pool);
  expect(calm).toMatchObject({ hypervisor: 'kvm', workload: 'integer', launches: 30 });
  expect(calm?.ofLaunches).toBeCloseTo(0.002, 3);
  expect(noisy?.ofLaunches).toBeCloseTo(0.02, 2);
  expect(calm?.ofRounds).toBeLessThan(0.001);
});
