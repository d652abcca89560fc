import { describe, expect, test } from 'vitest';
import { judge, LOOKS, testConfidence } from '../../../../core/judge/gate/judge.ts';
import type { Interval } from '../../../../core/results/schema.ts';
import { candidate, freshLaunches, measuredBy } from './example.ts';

const ALPHA = 0.05;

const judgeRows = async (...args: Parameters<typeof judge>) => (await judge(...args)).rows;
const width = (interval: Interval | null | undefined) => (interval?.high ?? 0) - (interval?.low ?? 0);

describe('the correction', () => {
  test('every test has an equal share of alpha, on the side that alarms', () => {
    expect(testConfidence(0.05, 1)).toBeCloseTo(0.9, 12);
    expect(testConfidence(0.05, 60)).toBeCloseTo(1 - 0.1 / 60, 12);
    expect(testConfidence(0.05, 0)).toBe(testConfidence(0.05, 1));
  });

  test('is for the suspects that are measured again and their looks, not for all rows', async () => {
    const rows = [0, 1, 2, 3].map((number) => candidate(7, number, number < 2 ? { first: 1.05 } : {}));
    const { confirm } = freshLaunches(7, (workload) => (workload < 'w2' ? 1.05 : 1));
    const { rows: judged, confidence } = await judge(rows, { alpha: ALPHA, confirm });
    expect(confidence).toBeCloseTo(testConfidence(ALPHA, 2 * LOOKS.length), 12);
    expect(judged.map(({ verdict }) => verdict === 'regressed')).toEqual([true, true, false, false]);
    const { rows: alone } = await judge(rows.slice(0, 1), { alpha: ALPHA, confirm });
    expect(width(judged[0]?.confirmation)).toBeGreaterThan(width(alone[0]?.confirmation));
    // What is shown of a change is its usual interval.
    expect(judged[0]?.change).toEqual(alone[0]?.change);
  });

  test('without confirmation it is for all rows', async () => {
    const suspect = candidate(2, 0, { first: 1.03, noise: 0.005 });
    const verdicts: string[] = [];
    for (const others of [0, 500]) {
      const rows = [suspect, ...Array.from({ length: others }, (_, number) => candidate(2, number + 1))];
      const judged = await judge(rows, { alpha: ALPHA, confirm: null, resamples: 100 });
      expect(judged.confidence).toBeCloseTo(testConfidence(ALPHA, others + 1), 12);
      verdicts.push(judged.rows[0]?.verdict ?? '');
    }
    expect(verdicts).toEqual(['regressed', 'undecided']);
  });
});

describe('with time for some suspects only', () => {
  const rows = [1.03, 1.2, 1, 1.1].map((first, number) => candidate(7, number, { first }));
  const factor = (workload: string) => [1.03, 1.2, 1, 1.1][Number(workload.slice(1))] as number;

  test('the most convincing are measured again', async () => {
    const { confirm, asked } = freshLaunches(7, factor, 0.002, 2);
    const judged = await judgeRows(rows, { alpha: ALPHA, confirm });
    expect(asked).toEqual([{ rows: ['w1', 'w3'], launches: 5 }]);
    expect(judged.map(({ verdict }) => verdict)).toEqual(['undecided', 'regressed', 'same', 'regressed']);
    expect(judged[0]?.reason).toBe('there was no time for fresh launches');
  });

  test('one at least is', async () => {
    const { confirm, asked } = freshLaunches(7, factor, 0.002, 0);
    await judgeRows(rows, { alpha: ALPHA, confirm });
    expect(asked).toEqual([{ rows: ['w1'], launches: 5 }]);
  });
});

describe('verdicts', () => {
  test('a slow-down that fresh launches show too has regressed', async () => {
    const { confirm, asked } = freshLaunches(7, () => 1.05);
    const [row] = await judgeRows([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row).toMatchObject({
      verdict: 'regressed',
      reason: 'the whole interval of its fresh launches lies above',
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
    const [row] = await judgeRows([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row?.verdict).not.toBe('regressed');
    expect(row?.confirmation?.estimate).toBeCloseTo(0, 2);
    expect(row?.launches.fresh).toBeGreaterThanOrEqual(5);
    expect(asked[0]).toEqual({ rows: ['w0'], launches: 5 });
  });

  test('fresh launches that disagree overrule an interval that lies above', async () => {
    const now = candidate(7, 0, { first: 1.3, launches: 100 });
    const { confirm } = freshLaunches(7, () => 1);
    // The first result has so many launches that five fresh ones hardly move the interval over all.
    const [row] = await judgeRows([now], {
      alpha: ALPHA,
      confirm: measuredBy((rows, launches) =>
        launches === 5 ? confirm.measure(rows, launches) : Promise.resolve(null),
      ),
    });
    expect(row?.change.low).toBeGreaterThan(0.01);
    expect(row).toMatchObject({ verdict: 'undecided', reason: 'fresh launches do not confirm it' });
  });

  test('without time for fresh launches a suspect is undecided, and says why', async () => {
    const [row] = await judgeRows([candidate(7, 0, { first: 1.05 })], {
      alpha: ALPHA,
      confirm: measuredBy(async () => null),
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
      const confirm = measuredBy(async () => new Map([['cpu/w0, kvm (x86_64)', fresh]]));
      const [judged] = await judgeRows([row], { alpha: ALPHA, confirm });
      expect(judged).toMatchObject({ verdict: 'undecided', confirmation: null });
      expect(judged?.reason).not.toMatch(/agree/);
    },
  );

  test('a suspect that failed in its fresh launches is not confirmed', async () => {
    const confirm = measuredBy(async () => new Map());
    const [row] = await judgeRows([candidate(7, 0, { first: 1.05 })], { alpha: ALPHA, confirm });
    expect(row).toMatchObject({ verdict: 'undecided', launches: { fresh: 0 }, confirmation: null });
  });

  test('without confirmation the first result decides', async () => {
    const rows = [candidate(7, 0, { first: 1.05 }), candidate(7, 1, { first: 0.9 }), candidate(7, 2)];
    const judged = await judgeRows(rows, { alpha: ALPHA, confirm: null });
    expect(judged.map(({ verdict }) => verdict)).toEqual(['regressed', 'improved', 'same']);
    expect(judged.map(({ reason }) => reason)).toEqual([
      'the whole interval lies above',
      'the whole interval lies below',
      'the whole interval lies within',
    ]);
  });

  test('what is too wide to tell is undecided', async () => {
    const [row] = await judgeRows([candidate(7, 0, { noise: 0.1 })], { alpha: ALPHA, confirm: null });
    expect(row).toMatchObject({ verdict: 'undecided', reason: 'the interval is too wide to tell' });
  });

  test('a slow-down below the minimum effect of its row is the same', async () => {
    const row = candidate(7, 0, { first: 1.05, fraction: 0.08 });
    const { confirm, asked } = freshLaunches(7, () => 1.05);
    const [judged] = await judgeRows([row], { alpha: ALPHA, confirm });
    expect(judged?.verdict).toBe('same');
    expect(asked).toEqual([]);
  });

  test('the same launches give the same verdicts', async () => {
    const rows = [candidate(9, 0, { noise: 0.01 }), candidate(9, 1, { first: 1.02 })];
    const once = await judgeRows(rows, { alpha: ALPHA, confirm: freshLaunches(9, () => 1.02).confirm });
    const twice = await judgeRows(rows, { alpha: ALPHA, confirm: freshLaunches(9, () => 1.02).confirm });
    expect(twice).toEqual(once);
  });
});

describe('what is asked for', () => {
  test('only suspects are measured again', async () => {
    const rows = [candidate(3, 0), candidate(3, 1, { first: 1.1 }), candidate(3, 2, { first: 0.8 })];
    const { confirm, asked } = freshLaunches(3, () => 1.1);
    const judged = await judgeRows(rows, { alpha: ALPHA, confirm });
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
    const wide = measuredBy(async (suspects, launches) => {
      const measured = new Map(await confirm.measure(suspects, launches));
      const values = Array.from({ length: launches }, (_, launch) => ({
        launch,
        values: [Math.log(1.1) + (launch % 2 === 0 ? 0.05 : -0.01)],
      }));
      measured.set('cpu/w0, kvm (x86_64)', values);
      return measured;
    });
    const judged = await judgeRows(rows, { alpha: ALPHA, confirm: wide });
    expect(asked.map(({ launches }) => launches)).toEqual([...LOOKS]);
    expect(LOOKS).toEqual([5, 10, 20]);
    expect(asked.map((ask) => ask.rows)).toEqual([['w1', 'w0'], ['w0'], ['w0']]);
    expect(judged[0]?.launches.fresh).toBe(20);
    expect(judged[1]).toMatchObject({ verdict: 'regressed', launches: { fresh: 5 } });
  });

  test('no time left ends it; what was measured by then still counts', async () => {
    const row = {
      ...candidate(3, 0),
      now: [0.02, 0.03, 0.05].map((value, launch) => ({ launch, values: [Math.log(1.1) + value] })),
    };
    const looks: number[] = [];
    const confirm = measuredBy(async (_, launches) => {
      looks.push(launches);
      if (launches > 5) return null;
      const values = [0.05, -0.01, 0.05, -0.01, 0.05].map((value, launch) => ({
        launch,
        values: [Math.log(1.1) + value],
      }));
      return new Map([['cpu/w0, kvm (x86_64)', values]]);
    });
    const [judged] = await judgeRows([row], { alpha: ALPHA, confirm });
    expect(looks).toEqual([5, 10]);
    expect(judged).toMatchObject({ verdict: 'undecided', launches: { now: 3, fresh: 5 } });
  });

  test('without suspects nothing is measured', async () => {
    const { confirm, asked } = freshLaunches(3, () => 1);
    await judgeRows([candidate(3, 0), candidate(3, 1)], { alpha: ALPHA, confirm });
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
      const judged = await judgeRows(rows, { alpha: ALPHA, confirm, resamples });
      if (judged.some(({ verdict }) => verdict === 'regressed')) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  test('a slow-down of 5 % is found at a noise of 1 % between launches', { timeout: 120_000 }, async () => {
    let found = 0;
    for (let gate = 0; gate < 100; gate++) {
      const row = candidate(gate, 0, { first: 1.05, noise: 0.01 });
      const { confirm } = freshLaunches(gate, () => 1.05, 0.01);
      const [judged] = await judgeRows([row], { alpha: ALPHA, confirm, resamples });
      if (judged?.verdict === 'regressed') found++;
    }
    expect(found).toBeGreaterThanOrEqual(95);
  });
});
