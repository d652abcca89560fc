import { expect, test } from 'vitest';
import type { LaunchRecord } from '../../core/results/schema.ts';
import { startTables } from '../../reports/starts.ts';
import { renderTerminal } from '../../reports/terminal/index.ts';
import { suites } from '../../suites/index.ts';
import { fixtureResult } from './fixture.ts';

const launch = (index: number, rest: Partial<LaunchRecord> = {}): LaunchRecord => ({
  ...{ index, isa: 'x86_64', platform: 'linux', load: 0, stealFraction: 0, throttling: null, clocks: [] },
  startMs: { native: 4, uml: 1200 + index },
  bootMs: { uml: { console: 70, init: 1190 + index } },
  peakResidentBytes: { native: 2 ** 20, uml: 2 ** 26 },
  ...rest,
});

test('a machine that boots has its milestones, and what boots nothing has none', () => {
  const [table] = startTables({ ...fixtureResult(), launches: [launch(0), launch(1), launch(2)] });
  expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
    ['native (x86_64)', '–', '–', '4.00 ms', '1 MiB'],
    ['uml (x86_64)', '70.0 ms', '1.19 s', '1.20 s', '64 MiB'],
  ]);
  expect(table?.rows[1]?.[0]?.range).toBe('3 launches');
});

test('what was not seen is no figure', () => {
  const blind = launch(0, { bootMs: { uml: { console: null, init: 1000 } } });
  const [table] = startTables({ ...fixtureResult(), launches: [blind] });
  expect(table?.rows[1]?.map(({ text }) => text)).toEqual([
    'uml (x86_64)',
    '–',
    '1.00 s',
    '1.20 s',
    '64 MiB',
  ]);
});

test('there is no table where nothing booted', () => {
  expect(startTables(fixtureResult())).toEqual([]);
  expect(startTables({ ...fixtureResult(), launches: [launch(0, { platform: 'bare' })] })).toEqual([]);
});

test('it is part of what the terminal shows', () => {
  const text = renderTerminal(
    { ...fixtureResult(), launches: [launch(0)] },
    { colour: false, width: 120 },
    suites,
  );
  expect(text).toContain('Start-up of the machines');
});
