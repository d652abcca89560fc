/** The drift of a baseline from its anchor, in every format. */
import { describe, expect, test } from 'vitest';
import type { Drift, Gate, GateRow } from '../../../core/judge/gate/gate.ts';
import { gateFormats } from '../../../reports/gate/index.ts';
import { only } from './example.ts';

const drift: Drift = {
  ...{ since: '2026-01-02T03:04:05Z', runs: { anchor: 8, baseline: 3 }, now: 0.062, verdict: 'drifted' },
  drift: { estimate: 0.06, low: 0.055, high: 0.065 },
  limit: { fraction: 0.05, source: 'default' },
  reason: 'the whole interval lies above the limit',
};

/** One row that is the same as in the baseline, and drifts so. */
function gateWith(found: Drift): Gate {
  const whole = only(['same']);
  return {
    ...whole,
    rows: whole.rows.slice(0, 1).map((row): GateRow => ({ ...row, drift: found })),
    passed: found.verdict !== 'drifted',
  };
}

function render(name: string, gate: Gate): string {
  const format = gateFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(gate, { colour: false, width: 300 });
}

const PHRASE = '+6.0 % [+5.5, +6.5] since 2026-01-02 03:04 UTC (8 runs, then 3), limit ±5 %';

describe('a drift beyond the limit', () => {
  const gate = gateWith(drift);

  test.each(['terminal', 'markdown', 'github'])(
    '%s: the gate failed for it, by how much, since when',
    (name) => {
      // As people read it: without the escapes of Markdown and of workflow commands.
      const text = render(name, gate).replaceAll('\\', '').replaceAll('%25', '%');
      expect(text).toMatch(/Gate failed: the baseline of 1 of 1 rows has drifted too far from its anchor/);
      expect(text).toContain(PHRASE);
      expect(text).toContain('--accept');
    },
  );

  test('junit: a case of its own fails', () => {
    expect(render('junit', gate)).toMatch(/name="\S+: drift"><failure message="\+6\.0 %.*type="drifted"/);
  });

  test('json, bencher, github-action-benchmark: its figures', () => {
    expect(JSON.parse(render('json', gate)).rows[0].drift).toEqual(drift);
    const [measures] = Object.values(JSON.parse(render('bencher', gate))) as Record<string, unknown>[];
    expect(measures?.['drift-ratio']).toEqual({ value: 1.06, lower_value: 1.055, upper_value: 1.065 });
    expect(render('github-action-benchmark', gate)).toContain(`drift of the baseline ${PHRASE}: drifted`);
  });
});

test('within the limit it is told, and fails nothing', () => {
  const gate = gateWith({ ...drift, drift: { estimate: 0.01, low: 0.005, high: 0.015 }, verdict: 'within' });
  const text = render('terminal', gate);
  expect(text).toMatch(/^Gate passed/);
  expect(text).toContain(
    '0 of 1 figure beyond the limit; the largest: cpu/integer, control (x86_64), +1.0 % [+0.5, +1.5]',
  );
  expect(render('junit', gate)).not.toContain('<failure');
});

test('a gain is told, with how to keep it', () => {
  const text = render(
    'terminal',
    gateWith({ ...drift, drift: { estimate: -0.06, low: -0.065, high: -0.055 }, verdict: 'gained' }),
  );
  expect(text).toMatch(/^Gate passed/);
  expect(text).toContain('better than its anchor; --accept keeps the gain');
});
