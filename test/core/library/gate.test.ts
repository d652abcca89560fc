/** The gate of the library, on results in files: nothing is measured here. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../../core/config/config.ts';
import { localHost } from '../../../core/host/local.ts';
import { probeHost } from '../../../core/host/probe.ts';
import { BASELINE_SCHEMA, type Baseline, writeBaseline } from '../../../core/judge/gate/baseline.ts';
import { updateBaseline } from '../../../core/library/baseline.ts';
import { type GateOptions, gate } from '../../../core/library/gate.ts';
import { readResult } from '../../../core/library/read.ts';
import type { Row } from '../../../core/model/row.ts';
import { partsOf } from '../../../core/parts.ts';
import { hostClassOf } from '../../../core/results/host-class.ts';
import type { Result } from '../../../core/results/schema.ts';
import { smallResult, withRatio } from '../judge/compare/example.ts';
import { scaled } from '../judge/compare/metric-example.ts';

const parts = partsOf({});

const folder = mkdtempSync(join(tmpdir(), 'hvbench-library-gate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const fixture = (name: string) => join(import.meta.dirname, '../../fixtures', name);

let whole: Result;
const READY = { suite: 'boot', hypervisor: 'kvm', metric: 'ready' };

/** A whole run; starts of kvm take so many times as long. */
function stored(name: string, times: number, rows: readonly Row[] = whole.rows): string {
  writeFileSync(file(name), JSON.stringify({ ...whole, rows: scaled(rows, READY, times) }));
  return file(name);
}

const watch = { listen: () => {}, signal: new AbortController().signal, wait: false };
const update = (name: string, ...results: string[]) => updateBaseline({}, results, file(name), watch, parts);
const judge = async (name: string, result: string, more: Partial<GateOptions> = {}, config: Config = {}) =>
  (await gate(config, { baseline: file(name), result, confirm: false, ...more }, parts)).gate;

let before: string;
const small = smallResult();

beforeAll(async () => {
  whole = await readResult(fixture('report/result.json'), parts);
  before = stored('before.json', 1);
  await update('whole.json', before);
  copyFileSync(fixture('before-metrics/baseline.json'), file('old.json'));
  const slower = withRatio(small, { hypervisor: 'kvm', workload: 'integer' }, 1.21);
  writeFileSync(file('after.json'), JSON.stringify(slower));
  const boots = whole.rows.filter(({ suite }) => suite === 'boot');
  writeFileSync(file('with-boots.json'), JSON.stringify({ ...small, rows: boots }));
});

describe('a baseline with metrics', () => {
  test('boots that an update made slower have drifted from their anchor, though nothing differs from the entry', async () => {
    const runs = (times: number, day: number) =>
      [0, 1, 2].map((run) => {
        const path = stored(`drift-${day + run}.json`, times);
        const startedAt = new Date(Date.UTC(2026, 0, day + run)).toISOString();
        writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), startedAt }));
        return path;
      });
    await update('drift.json', ...runs(1, 1));
    const { anchor } = await update('drift.json', ...runs(1.5, 11));
    expect(anchor).toMatchObject({ begun: true, completed: 0, anew: 0 });
    const found = await judge('drift.json', file('drift-11.json'));
    const drifted = found.metrics.filter(({ drift }) => drift?.verdict === 'drifted');
    expect(drifted.map(({ dimensions, metric, verdict }) => [dimensions.cache, metric, verdict])).toEqual([
      ['warm', 'ready', 'same'],
      ['cold', 'ready', 'same'],
    ]);
    expect(drifted[0]?.drift?.drift.estimate).toBeCloseTo(0.5, 2);
    expect(found.passed).toBe(false);
    // Rows and metrics that did not move have not drifted.
    expect(found.rows.filter(({ drift }) => drift?.verdict === 'drifted')).toEqual([]);
  });

  test('holds those of every suite beside the workloads', async () => {
    const { rows, metrics } = await update('counted.json', before);
    const { classes } = JSON.parse(readFileSync(file('counted.json'), 'utf8'));
    const suites = new Set(classes[0].metrics.map(({ suite }: { suite: string }) => suite));
    expect([...suites].sort()).toEqual(['boot', 'consolidation', 'density', 'privileged']);
    expect(rows).toBe(classes[0].rows.length);
    expect(metrics).toBeGreaterThan(40);
  });

  test('fails a slower boot, and only that', async () => {
    const found = await judge('whole.json', stored('slower.json', 3));
    expect(found.passed).toBe(false);
    const regressed = found.metrics.filter(({ verdict }) => verdict === 'regressed');
    expect(
      regressed.map(({ dimensions, metric, target }) => [dimensions.cache, metric, target.hypervisor]),
    ).toEqual([
      ['warm', 'ready', 'kvm'],
      ['cold', 'ready', 'kvm'],
    ]);
    expect(found.rows.filter(({ verdict }) => verdict === 'regressed')).toEqual([]);
  });

  test('passes a faster boot', async () => {
    const found = await judge('whole.json', stored('faster.json', 0.3));
    expect(found.passed).toBe(true);
    expect(found.metrics.filter(({ verdict }) => verdict === 'improved')).toHaveLength(2);
  });

  test('tells of what cannot be judged, and lets it fail only if it is strict', async () => {
    const found = await judge('whole.json', before);
    expect(found.passed).toBe(true);
    const reasons = new Set(
      found.absentMetrics.map(({ suite, reason }) => `${suite}: ${reason.slice(0, 10)}`),
    );
    expect(reasons).toContain('density: a number w');
    expect((await judge('whole.json', before, { strict: true })).passed).toBe(false);
  });

  test('leaves to each kind half of the chance of a false alarm', async () => {
    await update('both.json', file('with-boots.json'));
    const both = await judge('both.json', file('with-boots.json'));
    expect(both.confidence).toBeCloseTo(1 - both.alpha / both.rows.length, 12);
    expect(both.metricConfidence).toBeCloseTo(1 - both.alpha / both.metrics.length, 12);
    await update('metrics-only.json', before);
    const metrics = await judge('metrics-only.json', before);
    expect(metrics.rows).toEqual([]);
    expect(metrics.metricConfidence).toBeCloseTo(1 - (2 * metrics.alpha) / metrics.metrics.length, 12);
  });

  test('obeys the configuration by the name of a metric', async () => {
    const config = { gate: { rows: [{ suite: 'boot', metric: 'ready', minEffect: 400 }] } };
    const found = await judge('whole.json', stored('configured.json', 3), {}, config);
    expect(found.passed).toBe(true);
    expect(found.metrics.find(({ metric }) => metric === 'ready')?.minimumEffect).toEqual({
      ...{ fraction: 4, source: 'config' },
    });
  });

  test('of three runs knows how far one figure varies: a result in which fewer lived fails', async () => {
    const held = (times: number) => scaled(whole.rows, { suite: 'density', metric: 'held' }, times);
    const runs = [1, 1.01, 0.99].map((times, index) => stored(`run-${index}.json`, 1, held(times)));
    await update('three.json', ...runs);
    const found = await judge('three.json', stored('fewer.json', 1, held(0.4)));
    const lived = found.metrics.filter(({ metric }) => metric === 'held');
    expect(lived.length).toBeGreaterThan(0);
    expect(new Set(lived.map(({ verdict, by }) => `${verdict} by ${by}`))).toEqual(
      new Set(['regressed by runs']),
    );
    expect(found.passed).toBe(false);
    const again = await judge('three.json', runs[0] as string);
    expect(again.metrics.filter(({ verdict }) => verdict === 'regressed')).toEqual([]);
  });

  test('and no workloads takes a result: a gate measures nothing else by itself', async () => {
    const hostClass = hostClassOf(await probeHost(localHost));
    const { classes } = JSON.parse(readFileSync(file('whole.json'), 'utf8')) as Baseline;
    const here = classes.map((entry) => ({ ...entry, hostClass, rows: [] }));
    writeBaseline(file('here.json'), { schema: BASELINE_SCHEMA, classes: here });
    await expect(gate({}, { baseline: file('here.json') }, parts)).rejects.toThrow(
      /here\.json has no workloads, and the gate itself measures nothing else; give it the folder of a run$/,
    );
  });
});

describe('a baseline that was written before there were metrics', () => {
  test('judges as it did then', async () => {
    const kept = JSON.parse(readFileSync(fixture('before-metrics/gate.json'), 'utf8'));
    const found = await judge('old.json', file('after.json'), { strict: true });
    expect(found).toMatchObject(kept);
    expect(found).toMatchObject({ metrics: [], absentMetrics: [], metricConfidence: null });
  });

  test('lets a strict gate pass, whatever else the result has, and tells of it', async () => {
    const found = await judge('old.json', file('with-boots.json'), { strict: true });
    expect(found.passed).toBe(true);
    expect(new Set(found.absentMetrics.map(({ reason }) => reason))).toEqual(
      new Set(['the baseline has nothing of the suite boot; --update adds it']),
    );
  });
});

describe('what a baseline cannot be is told before anything is measured', () => {
  test.each([['control'], ['native,control']])('of %s, which is no guest', async (ids) => {
    const measuring = updateBaseline({ hypervisors: ids.split(',') }, [], file('new.json'), watch, parts);
    await expect(measuring).rejects.toThrow(
      /^a baseline is of guests, and .*control is none: name a hypervisor/,
    );
  });

  test('in a folder that is not there', async () => {
    await expect(updateBaseline({}, [], file('none/b.json'), watch, parts)).rejects.toThrow(
      /none\/b\.json: ENOENT; choose another --baseline$/,
    );
  });
});
