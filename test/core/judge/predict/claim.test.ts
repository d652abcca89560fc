import { describe, expect, it } from 'vitest';
import { unfitCounts, withPredictions } from '../../../../core/judge/predict/claim.ts';
import { changed, stored, withCounts } from '../exits/example.ts';

const [measured, shadow] = [stored('measured'), stored('shadow')];

describe('withPredictions', () => {
  it('predicts of the claim that could not be tested, by hardware of the first generation, and changes no verdict', () => {
    const claims = withPredictions(measured.claims, measured, shadow);
    expect(claims.map(({ id, verdict }) => [id, verdict])).toEqual(
      measured.claims.map(({ id, verdict }) => [id, verdict]),
    );
    const told = claims.filter(({ predicted }) => predicted);
    expect(told.map(({ id }) => id)).toEqual(['hardware-assist-negligible']);
    const [prescott] = told[0]?.predicted ?? [];
    expect(prescott).toMatchObject({ paging: 'shadow-paging', recalled: true, workloads: 3 });
    // 3963 cycles at 3.8 GHz, once in 1926 ns.
    expect(prescott?.beyond).toEqual([
      { name: 'memory/first-touch (x86_64)', overhead: expect.closeTo(3963 / 3.8 / 1925.818, 5) },
    ]);
  });

  it('names nothing where all lies within the claim', () => {
    const [claim] = withPredictions(measured.claims, measured, withCounts(shadow, { exits: 0 })).filter(
      ({ predicted }) => predicted,
    );
    expect(claim?.predicted?.map(({ workloads, beyond }) => [workloads, beyond])).toEqual([
      [3, []],
      [3, []],
    ]);
  });

  it('leaves a claim that was judged, and one without counts of the same code, as they are', () => {
    const judged = measured.claims.map((claim) => ({ ...claim, verdict: 'supported' as const }));
    expect(withPredictions(judged, measured, shadow)).toEqual(judged);
    const other = changed(shadow, { measurement: (one) => ({ ...one, digest: 'e'.repeat(64) }) });
    expect(withPredictions(measured.claims, measured, other)).toEqual(measured.claims);
  });
});

describe('unfitCounts', () => {
  it('wants hardware assist with shadow paging, and all exits', () => {
    expect(unfitCounts(shadow)).toBeNull();
    expect(unfitCounts(stored('nested'))).toMatch(/^kvm had nested paging, .*--paging shadow$/);
    expect(unfitCounts(measured)).toBe('kvm ran without hardware assist');
    expect(unfitCounts({ ...shadow, hypervisors: [] })).toMatch(/^no guest counted/);
  });
});
