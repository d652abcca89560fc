/** A gate that has judged nothing, in every format. */
import { describe, expect, test } from 'vitest';
import type { Unjudged } from '../../../core/judge/gate/unjudged.ts';
import { gateFormats } from '../../../reports/gate/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { HOSTILE } from '../fixture.ts';
import { parseXml } from './xml.ts';

const unjudged: Unjudged = {
  ...{ judged: false, passed: false, kind: 'no-entry', learnt: null },
  reason: 'ci.json holds no baseline for this host class (the nearest one in it: CPU A, not B)',
  advice: 'write one here with --update or --learn',
  baseline: { path: 'ci.json' },
  hostClass: { id: '0123456789ab', facts: [['CPU', 'B']] },
  classes: [
    {
      hostClass: { id: 'ba9876543210', facts: [['CPU', 'A']] },
      ...{ createdAt: '2026-01-02T03:04:05Z', runs: 3, rows: 13, differs: ['CPU A, not B'] },
    },
  ],
  folder: 'results/today',
};
const learnt: Unjudged = { ...unjudged, passed: true, learnt: { runs: 1, rows: 13, metrics: 2 } };

function render(name: string, of: Unjudged = unjudged): string {
  const format = gateFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.unjudged(of, { colour: false, width: 100 });
}

test.each(gateFormats.map(({ name }) => name))('%s says so, and steers no terminal', (name) => {
  expect(render(name)).toMatch(/[Nn]othing was judged|"judged": false/);
  const hostile = render(name, {
    ...unjudged,
    reason: HOSTILE.terminal,
    folder: HOSTILE.closing,
    baseline: { path: HOSTILE.terminal },
  });
  expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(hostile).toMatch(/[^\n]\n$/);
});

test('for people: why, what to do, and the host classes that there are', () => {
  for (const name of atLeastOne(['terminal', 'markdown'])) {
    const text = render(name).replaceAll(/\s+/g, ' ');
    expect(text).toContain('holds no baseline for this host class');
    expect(text).toContain('--learn');
    expect(text).toContain('Host classes in the baseline');
    expect(text).toContain('ba9876543210, 2026-01-02 03:04 UTC, 13 rows from 3 runs; CPU A, not B');
    expect(render(name, learnt)).toContain('Learnt: 13 rows and 2 metrics from one run, added to ci.json');
  }
});

test('json has the reason and the classes', () => {
  expect(JSON.parse(render('json'))).toEqual({ schema: 'hvbench/gate@1', ...unjudged });
});

test('junit has one case, skipped', () => {
  const text = render('junit');
  expect(parseXml(text).name).toBe('testsuites');
  expect(text).toMatch(/tests="1" failures="0" errors="0"/);
  expect(text.match(/<testcase /g)).toHaveLength(1);
  expect(text).toMatch(/<skipped message="Nothing was judged: ci\.json holds no baseline/);
});

test('github has a warning', () => {
  expect(render('github')).toMatch(/^::warning title=hvbench gate::Nothing was judged: ci\.json/);
});

describe('services that follow a gate', () => {
  test('get a figure that says that nothing was judged: they refuse a file without any', () => {
    for (const name of atLeastOne(['github-action-benchmark', 'github-action-benchmark-bigger']))
      expect(JSON.parse(render(name))).toMatchObject([
        { name: 'hvbench gate', unit: 'rows judged', value: 0 },
      ]);
    expect(JSON.parse(render('bencher'))).toEqual({
      'hvbench gate: nothing was judged': { 'rows-judged': { value: 0 } },
    });
  });
});
