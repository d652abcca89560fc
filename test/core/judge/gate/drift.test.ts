/** Forty updates in a row: a loss that each of them hides, noise alone, and what is accepted. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { accept, acceptable } from '../../../../core/judge/gate/accept.ts';
import { withAnchor } from '../../../../core/judge/gate/anchor.ts';
import {
  type Baseline,
  type BaselineClass,
  readBaseline,
  writeBaseline,
} from '../../../../core/judge/gate/baseline.ts';
import { driftOf } from '../../../../core/judge/gate/drift.ts';
import { driftsOf, type NamedDrift } from '../../../../core/judge/gate/drifts.ts';
import { createRandom, deriveSeed } from '../../../../core/stats/index.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { drawnEntry, quietEntry, REAL_FILE, realEntry } from './baselines.ts';

const LIMIT = 0.05;
const UPDATES = 40;
const STEP = 1.003;
/** The first update after which +0.3 % each are more than 5 % together: 1.003¹⁷ is 1.0522. */
const RIGHT = 17;

const real = realEntry();
const folder = mkdtempSync(join(tmpdir(), 'hvbench-drift-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `--update` in a row: the entries after each, the first of which is its own anchor. */
function updates(entryOf: (update: number) => BaselineClass): BaselineClass[] {
  const entries = [entryOf(0)];
  for (let update = 1; update <= UPDATES; update++) {
    const made = entryOf(update);
    entries.push(withAnchor(entries.at(-1), made, made).entry);
  }
  return entries;
}

const drifted = (entry: BaselineClass): NamedDrift[] =>
  driftsOf(entry, LIMIT).filter(({ drift }) => drift.verdict === 'drifted');

/** By row: after how many updates it is said to have drifted first. */
function firstAlarms(entries: readonly BaselineClass[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const [update, entry] of entries.entries())
    for (const { what } of drifted(entry)) first.set(what, first.get(what) ?? update);
  return first;
}

test('a file without anchors is read and written byte for byte, and has no drift', () => {
  const text = readFileSync(REAL_FILE, 'utf8');
  const copy = join(folder, 'copy.json');
  writeBaseline(copy, readBaseline(REAL_FILE) as Baseline);
  expect(readFileSync(copy, 'utf8')).toBe(text);
  expect(real).not.toHaveProperty('anchor');
  expect(driftsOf(real, LIMIT)).toEqual([]);
});

describe('forty updates of +0.3 % each', () => {
  test('without noise, the alarm comes with the update that makes them more than 5 %', () => {
    const entries = updates((update) => quietEntry(real, update, STEP ** update, 3));
    expect([...firstAlarms(entries).values()]).toEqual([RIGHT]);
  });

  test('of single runs, the anchor is the first three: the same update counted from their middle', () => {
    const entries = updates((update) => quietEntry(real, update, STEP ** update, 1));
    const [at] = firstAlarms(entries).values();
    // The first three lie 0.3 % apart themselves: how far runs lie apart is not known any better.
    expect(at).toBeGreaterThan(RIGHT);
    expect(at).toBeLessThanOrEqual(RIGHT + 10);
  });

  test('with the noise of real runs, every row of kvm alarms, and none too early', () => {
    const kvm = { ...real, rows: real.rows.filter(({ hypervisor }) => hypervisor === 'kvm') };
    const random = createRandom(deriveSeed(1, 'creep'));
    const first = firstAlarms(updates((update) => drawnEntry(kvm, update, STEP ** update, 3, random)));
    expect(kvm.rows.length).toBeGreaterThanOrEqual(9);
    expect(first.size).toBe(kvm.rows.length);
    for (const at of atLeastOne([...first.values()])) {
      expect(at).toBeGreaterThanOrEqual(RIGHT - 2);
      expect(at).toBeLessThanOrEqual(RIGHT + 10);
    }
  });
});

test('forty updates of noise alone raise no alarm: 3 times 40 updates of every real row, of three runs each', () => {
  const random = createRandom(deriveSeed(1, 'noise'));
  const alarms = Array.from({ length: 3 }, () =>
    firstAlarms(updates((update) => drawnEntry(real, update, 1, 3, random))),
  );
  expect(alarms.flatMap((found) => [...found.keys()])).toEqual([]);
}, 120_000);

describe('--accept', () => {
  const entries = updates((update) => quietEntry(real, update, STEP ** update, 3));
  const entry = entries.at(-1) as BaselineClass;
  const drifts = acceptable(driftsOf(entry, LIMIT));
  const after = accept(entry, drifts, new Date('2026-03-01T00:00:00Z'));

  test('sets a new anchor and says what it accepted, and by how much', () => {
    expect(drifts).toHaveLength(1);
    expect(drifted(after)).toEqual([]);
    const [accepted] = after.anchor?.accepted ?? [];
    expect(accepted).toMatchObject({ at: '2026-03-01T00:00:00.000Z', since: '2026-01-01T00:00:00.000Z' });
    expect(accepted?.what).toMatch(/^cpu\/\w+, kvm \(x86_64\)$/);
    expect(accepted?.drift.estimate).toBeCloseTo(STEP ** UPDATES - 1, 3);
  });

  test('a later update is measured from the new anchor, and keeps what was accepted', () => {
    const made = quietEntry(real, 60, STEP ** UPDATES * 1.04, 3);
    const [drift] = driftsOf(withAnchor(after, made, made).entry, LIMIT);
    expect(drift?.drift.drift.estimate).toBeCloseTo(0.04, 3);
    expect(drift?.drift.since).toBe(entry.createdAt);
    expect(withAnchor(after, made, made).entry.anchor?.accepted).toHaveLength(1);
  });
});

describe('one drift', () => {
  const runs = (percent: number) => [0, 1, 2].map((run) => [Math.log1p(percent / 100) + run * 1e-5]);
  const subject = {
    ...{ name: 'x', since: '2026-01-01T00:00:00Z', anchor: runs(0), baseline: runs(6), now: null },
    ...{ better: 'lower' as const, minimumEffect: { fraction: 0.01, source: 'default' as const } },
  };
  const verdict = (change: Partial<typeof subject> | object) =>
    driftOf({ ...subject, ...change }, LIMIT)?.verdict;

  test('beyond the limit is a loss, or a gain if more is better', () => {
    expect(verdict({})).toBe('drifted');
    expect(verdict({ better: 'higher' })).toBe('gained');
    expect(verdict({ baseline: runs(-6) })).toBe('gained');
    expect(verdict({ baseline: runs(-6), better: 'higher' })).toBe('drifted');
    expect(verdict({ baseline: runs(4) })).toBe('within');
  });

  test('what was mended since is none', () => {
    expect(verdict({ now: [Math.log(1.06)] })).toBe('drifted');
    expect(verdict({ now: [0] })).toBe('undecided');
  });

  test('an anchor of fewer than three runs raises no alarm, and says so', () => {
    const found = driftOf({ ...subject, anchor: runs(0).slice(1) }, LIMIT);
    expect(found).toMatchObject({
      verdict: 'undecided',
      reason: 'its anchor has 2 of the 3 runs that it takes',
    });
  });

  test('noise in the anchor, and what the configuration calls no change, raise the limit', () => {
    expect(verdict({ minimumEffect: { fraction: 0.08, source: 'config' } })).toBe('within');
    // The baseline's own noise does not: the anchor's counts.
    expect(verdict({ minimumEffect: { fraction: 0.08, source: 'noise' } })).toBe('drifted');
    const noisy = driftOf({ ...subject, anchor: [[-0.1], [0], [0.1]] }, LIMIT);
    expect(noisy?.limit.source).toBe('noise');
    expect(noisy?.verdict).not.toBe('drifted');
  });
});
