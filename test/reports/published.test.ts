import { expect, test } from 'vitest';
import type { Measurement, Result } from '../../core/results/schema.ts';
import { publishedTables } from '../../reports/published.ts';
import { fixtureResult } from './fixture.ts';

/** Rows of the suite `system`, made from those of another. */
function systemResult(): Result {
  const result = fixtureResult({ hostile: false });
  const rows = (workload: string, ratio: number) =>
    result.measurements
      .filter((m) => m.isa === 'x86_64' && m.workload === 'integer')
      .map((m): Measurement => {
        const overhead =
          m.mode === 'native' ? null : { estimate: ratio - 1, low: ratio - 1.1, high: ratio - 0.9 };
        return { ...m, suite: 'system', workload, overhead };
      });
  return { ...result, measurements: [...rows('null', 100), ...rows('forkwait', 11), ...rows('signal', 2)] };
}

test('published figures stand beside the ratios of today, with their source', () => {
  const [table, ...others] = publishedTables(systemResult());
  expect(others).toEqual([]);
  const column = table?.head.indexOf('kvm') ?? -1;
  expect(column).toBeGreaterThan(4);
  expect(table?.rows.map((row) => [row[0]?.text, row[4]?.text, row[column]?.text])).toEqual([
    ['null', '149x', '100.0x'],
    ['forkwait', '1.8x', '11.0x'],
    ['forkwait', '7.95x', '11.0x'],
    ['forkwait', '191x', '11.0x'],
  ]);
  expect(table?.rows[0]?.[column]?.range).toBe('[99.9, 100.1]');
  expect(table?.notes.join('\n')).toMatch(/nommu UML[\s\S]*SOSP 2003: quoted from memory/);
  // What has no published counterpart is not shown, and the control is no hypervisor.
  expect(table?.head).not.toContain('control');
});

test('there is no table without that suite', () => {
  expect(publishedTables(fixtureResult())).toEqual([]);
});
