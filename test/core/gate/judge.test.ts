import { describe, expect, test } from 'vitest';
import type { Confirm } from '../../../core/gate/judge.ts';
import { judge, LOOKS, rowConfidence } from '../../../core/gate/judge.ts';
import { candidate, freshLaunches } from './example.ts';

const ALPHA = 0.05;

describe('the correction', () => {
  test('every test of every look has an equal share of alpha, on the side that alarms', () => {
    expect(rowConfidence(0.05, 1)).toBeCloseTo(1 - 0.1 / 3, 12);
    expect(rowConfidence(0.05, 20)).toBeCloseTo(1 - 0.1 / 60, 12);
    expect(rowConfidence(0.05, 0)).toBe(rowConfidence(0.05, 1));
  });

  test('an interval grows with the number of rows', async () => {
    const row = candidate(1, 0, { noise: 0.01 });
    const widths: number[] = [];
    for (const rows of [1, 10, 100]) {
      const [judged] = await judge([row], { alpha: ALPHA, confirm: null, rows });
      widths.push((judged?.change.high ?? 0) - (judged?.change.low ?? 0));
    }
    expect(widths[1]).toBeGreaterThan(widths[0] as number);
    expect(widths[2]).toBeGreaterThan(widths[1] as number);
  });

  test('corrects for as many rows as there are', async () => {
    const rows = [candidate(1, 0), candidate(1, 1), candidate(1, 2)];
    const [alone] = await judge(rows.slice(0, 1), { alpha: ALPHA, confirm: null });
    const [among] = await judge(rows, { alpha: ALPHA, confirm: null });
    const [told] = await judge(rows.slice(0, 1), { alpha: ALPHA, confirm: null, rows: 3 });
    expect(among?.change).toEqual(told?.change);
    expect(among?.change.low).toBeLessThan(alone?.change.low as number);
  });
});

describe('verdicts', () => {
  test('a slow-down that fresh launches show too has regressed', async () => {
    const { confirm, asked } = freshLaunches(7, () => 1.05);
    const [row] = await judge([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row).toMatchObject({
      verdict: 'regressed',
      reason: 'the whole interval lies above, and fresh launches agree',
      launches: { before: 15, now: 5, fresh: 5 },
    });
    expect(row?.change.estimate).toBeCloseTo(0.05, 2);
    expect(row?.change.low).toBeGreaterThan(0.01);
    expect(row?.confirmation?.estimate).toBeCloseTo(0.05, 2);
    expect(row?.before.estimate).toBeCloseTo(0.1, 2);
    expect(row?.after.estimate).toBeCloseTo(1.1 * 1.05 - 1, 2);
    expect(asked).toEqual([{ rows: ['w0'], launches: 5 }]);
  });

  test('a first result that lay apart is cleared by fresh launches', async () => {
    const { confirm, asked } = freshLaunches(7, () => 1);
    const [row] = await judge([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row?.verdict).not.toBe('regressed');
    expect(row?.confirmation?.estimate).toBeCloseTo(0, 2);
    expect(row?.launches.fresh).toBeGreaterThanOrEqual(5);
    expect(asked[0]).toEqual({ rows: ['w0'], launches: 5 });
  });

  test('fresh launches that disagree overrule an interval that lies above', async () => {
    const now = candidate(7, 0, { first: 1.3, launches: 15 });
    const { confirm } = freshLaunches(7, () => 1);
    // The first result has so many launches that five fresh ones hardly move the interval over all.
    const [row] = await judge([now], {
      alpha: ALPHA,
      confirm: (rows, launches) => (launches === 5 ? confirm(rows, launches) : Promise.resolve(null)),
    });
    expect(row?.change.low).toBeGreaterThan(0.01);
    expect(row).toMatchObject({ verdict: 'undecided', reason: 'fresh launches do not agree' });
  });

  test('without time for fresh launches a suspect is undecided, and says why', async () => {
    const [row] = await judge([candidate(7, 0, { first: 1.05 })], {
      alpha: ALPHA,
      confirm: async () => null,
    });
    expect(row).toMatchObject({
      verdict: 'undecided',
      reason: 'there was no time for fresh launches',
      confirmation: null,
      launches: { fresh: 0 },
    });
    expect(row?.change.low).toBeGreaterThan(0.01);
  });

  test.each([[[]], [[{ launch: 0, values: [0.15] }]]])(
    'fewer than two fresh launches confirm nothing: %j',
    async (fresh) => {
      const row = candidate(7, 0, { first: 1.05 });
      const confirm: Confirm = async () => new Map([['cpu/w0, kvm (x86_64)', fresh]]);
      const [judged] = await judge([row], { alpha: ALPHA, confirm });
      expect(judged).toMatchObject({ verdict: 'undecided', confirmation: null });
      expect(judged?.reason).not.toMatch(/agree/);
    },
  );

  test('a suspect that failed in its fresh launches is not confirmed', async () => {
    const confirm: Confirm = async () => new Map();
    const [row] = await judge([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row).toMatchObject({ verdict: 'undecided', launches: { fresh: 0 }, confirmation: null });
  });

  test('without confirmation the first result decides', async () => {
    const rows = [candidate(7, 0, { first: 1.05 }), candidate(7, 1, { first: 0.9 }), candidate(7, 2)];
    const judged = await judge(rows, { alpha: ALPHA, confirm: null });
    expect(judged.map(({ verdict }) => verdict)).toEqual(['regressed', 'improved', 'same']);
    expect(judged.map(({ reason }) => reason)).toEqual([
      'the whole interval lies above',
      'the whole interval lies below',
      'the whole interval lies within',
    ]);
  });

  test('what is too wide to tell is undecided', async () => {
    const [row] = await judge([candidate(7, 0, { noise: 0.1 })], { alpha: ALPHA, confirm: null });
    expect(row).toMatchObject({ verdict: 'undecided', reason: 'the interval is too wide to tell' });
  });

  test('a slow-down below the minimum effect of its row is the same', async () => {
    const row = candidate(7, 0, { first: 1.05, fraction: 0.08 });
    const { confirm, asked } = freshLaunches(7, () => 1.05);
    const [judged] = await judge([row], { alpha: ALPHA, confirm });
    expect(judged?.verdict).toBe('same');
    expect(asked).toEqual([]);
  });

  test('the same launches give the same verdicts', async () => {
    const rows = [candidate(9, 0, { noise: 0.01 }), candidate(9, 1, { first: 1.02 })];
    const once = await judge(rows, { alpha: ALPHA, confirm: freshLaunches(9, () => 1.02).confirm });
    const twice = await judge(rows, { alpha: ALPHA, confirm: freshLaunches(9, () => 1.02).confirm });
    expect(twice).toEqual(once);
  });
});

describe('what is asked for', () => {
  test('only suspects are measured again', async () => {
    const rows = [candidate(3, 0), candidate(3, 1, { first: 1.1 }), candidate(3, 2, { first: 0.8 })];
    const { confirm, asked } = freshLaunches(3, () => 1.1);
    const judged = await judge(rows, { alpha: ALPHA, confirm });
    expect(asked).toEqual([{ rows: ['w1'], launches: 5 }]);
    expect(judged.map(({ confirmation }) => confirmation !== null)).toEqual([false, true, false]);
    expect(judged.map(({ launches }) => launches.fresh)).toEqual([0, 5, 0]);
  });

  test('what stays open is looked at with 5, 10 and 20 launches, and no more often', async () => {
    // Straddles its minimum effect whatever is measured.
    const rows = [
      candidate(3, 0, { first: 1.03, noise: 0.03, fraction: 0.02 }),
      candidate(3, 1, { first: 1.2, noise: 0.002 }),
    ];
    const factor = (workload: string) => (workload === 'w0' ? 1.02 : 1.2);
    const { confirm, asked } = freshLaunches(3, factor, 0.03);
    rows[0] = {
      ...(rows[0] as (typeof rows)[0]),
      now: [0.02, 0.03, 0.05].map((value, launch) => ({ launch, values: [Math.log(1.1) + value] })),
    };
    const wide: Confirm = async (suspects, launches) => {
      const measured = new Map(await confirm(suspects, launches));
      const values = Array.from({ length: launches }, (_, launch) => ({
        launch,
        values: [Math.log(1.1) + (launch % 2 === 0 ? 0.05 : -0.01)],
      }));
      measured.set('cpu/w0, kvm (x86_64)', values);
      return measured;
    };
    const judged = await judge(rows, { alpha: ALPHA, confirm: wide });
    expect(asked.map(({ launches }) => launches)).toEqual([...LOOKS]);
    expect(LOOKS).toEqual([5, 10, 20]);
    expect(asked.map((ask) => ask.rows)).toEqual([['w0', 'w1'], ['w0'], ['w0']]);
    expect(judged[0]?.launches.fresh).toBe(20);
    expect(judged[1]).toMatchObject({ verdict: 'regressed', launches: { fresh: 5 } });
  });

  test('no time left ends it; what was measured by then still counts', async () => {
    const row = {
      ...candidate(3, 0),
      now: [0.02, 0.03, 0.05].map((value, launch) => ({ launch, values: [Math.log(1.1) + value] })),
    };
    const looks: number[] = [];
    const confirm: Confirm = async (_, launches) => {
      looks.push(launches);
      if (launches > 5) return null;
      const values = [0.05, -0.01, 0.05, -0.01, 0.05].map((value, launch) => ({
        launch,
        values: [Math.log(1.1) + value],
      }));
      return new Map([['cpu/w0, kvm (x86_64)', values]]);
    };
    const [judged] = await judge([row], { alpha: ALPHA, confirm });
    expect(looks).toEqual([5, 10]);
    expect(judged).toMatchObject({ verdict: 'undecided', launches: { now: 3, fresh: 5 } });
  });

  test('without suspects nothing is measured', async () => {
    const { confirm, asked } = freshLaunches(3, () => 1);
    await judge([candidate(3, 0), candidate(3, 1)], { alpha: ALPHA, confirm });
    expect(asked).toEqual([]);
  });
});

describe('error rates, of synthetic launches', () => {
  const resamples = 200;

  test('of 500 gates of 20 rows in which nothing changed, at most 2 % alarm', {
    timeout: 240_000,
  }, async () => {
    let alarms = 0;
    for (let gate = 0; gate < 500; gate++) {
      const rows = Array.from({ length: 20 }, (_, number) => candidate(gate, number, { noise: 0.01 }));
      const { confirm } = freshLaunches(gate, () => 1, 0.01);
      const judged = await judge(rows, { alpha: ALPHA, confirm, resamples });
      if (judged.some(({ verdict }) => verdict === 'regressed')) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  test('a slow-down of 5 % is found at a noise of 1 % between launches', { timeout: 120_000 }, async () => {
    let found = 0;
    for (let gate = 0; gate < 100; gate++) {
      const row = candidate(gate, 0, { first: 1.05, noise: 0.01 });
      const { confirm } = freshLaunches(gate, () => 1.05, 0.01);
      const [judged] = await judge([row], { alpha: ALPHA, confirm, rows: 20, resamples });
      if (judged?.verdict === 'regressed') found++;
    }
    expect(found).toBeGreaterThanOrEqual(95);
  });
});
