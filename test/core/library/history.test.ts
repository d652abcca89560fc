/** Histories of the library, on results in memory: nothing is measured here. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type HistoryShowOptions,
  historyAdd,
  historyRead,
  historyShow,
} from '../../../core/library/history.ts';
import { readResult } from '../../../core/library/read.ts';
import { partsOf } from '../../../core/parts.ts';
import { smallResult } from '../judge/compare/example.ts';

const parts = partsOf({});

const folder = mkdtempSync(join(tmpdir(), 'hvbench-library-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const dir = join(folder, 'history');
const stored = join(import.meta.dirname, '../../fixtures/report/result.json');

beforeAll(async () => {
  const whole = await readResult(stored, parts);
  const days = [1, 2].map((day) => new Date(Date.UTC(2026, 2, day)).toISOString());
  await historyAdd(
    days.map((startedAt) => ({ ...whole, startedAt })),
    { dir },
    parts,
  );
});

/** What is shown: "cpu/integer overhead", "boot/bare/warm ready". */
function shown(options: HistoryShowOptions): string[] {
  const { classes } = historyShow({ dir, ...options });
  return classes.flatMap(({ rows, metrics }) => [
    ...rows.map(({ suite, workload }) => `${suite}/${workload} overhead`),
    ...metrics.map(
      ({ suite, dimensions, metric }) => `${[suite, ...Object.values(dimensions)].join('/')} ${metric}`,
    ),
  ]);
}

describe('show', () => {
  test('has every metric of every suite beside the workloads', () => {
    const suites = new Set(shown({}).map((name) => name.split('/')[0]));
    for (const suite of ['cpu', 'boot', 'consolidation', 'privileged']) expect(suites).toContain(suite);
  });

  test('keeps those of a suite, a metric, a hypervisor or an ISA', () => {
    const ready = shown({ suite: ['boot'], metric: ['ready'], hypervisor: ['kvm'], isa: ['x86_64'] });
    expect(ready).toEqual(['boot/bare/warm ready', 'boot/bare/cold ready']);
    expect(shown({ suite: ['cpu'] }).every((name) => name.endsWith(' overhead'))).toBe(true);
  });

  test('by workload keeps what has that among its dimensions', () => {
    expect(new Set(shown({ workload: ['cpuid'] }))).toEqual(new Set(['privileged/cpuid time']));
    expect(new Set(shown({ workload: ['integer', 'full'], metric: ['overhead', 'ready'] }))).toEqual(
      new Set(['cpu/integer overhead', 'boot/full/warm ready', 'boot/full/cold ready']),
    );
  });

  test('a metric that there is not is an error that names some', () => {
    expect(() => shown({ metric: ['none'] })).toThrow(
      /^no row in .* matches: it has x86_64 cpu .*, and \d+ more$/,
    );
    expect(() => shown({ suite: ['boot'], metric: ['overhead'] })).toThrow('matches: it has');
  });
});

test('a result of boots alone is added; one of nothing at all is refused', async () => {
  const boots = { ...(await readResult(stored, parts)), measurements: [] };
  const alone = join(folder, 'alone');
  const [added] = await historyAdd([boots], { dir: alone }, parts);
  expect(added?.added).toBe(true);
  const [{ entries } = { entries: [] }] = historyRead(alone);
  expect(entries[0]).toMatchObject({
    rows: [],
    metrics: expect.arrayContaining([expect.objectContaining({ suite: 'boot' })]),
  });
  const nothing = { ...smallResult(), measurements: [] };
  await expect(historyAdd([nothing], { dir: alone }, parts)).rejects.toThrow(
    'a result in memory holds no overhead and no other metric: nothing to add',
  );
});

test('a result of workloads alone has the line that it had before there were metrics', async () => {
  const lines = join(folder, 'lines');
  const [old = ''] = readFileSync(
    join(import.meta.dirname, '../../fixtures/before-metrics/history.ndjson'),
    'utf8',
  )
    .split('\n')
    .slice(1);
  const { startedAt } = JSON.parse(old);
  const [added] = await historyAdd(
    [{ ...smallResult(), startedAt }],
    { dir: lines, commit: 'c0ffee' },
    parts,
  );
  const [, line = ''] = readFileSync(added?.file ?? '', 'utf8').split('\n');
  expect(Object.keys(JSON.parse(line))).toEqual(Object.keys(JSON.parse(old)));
});
