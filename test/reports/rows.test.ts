/** A suite that says nothing of itself, or whose plugin is not here: what its rows say is in every format. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Result } from '../../core/results/schema.ts';
import { csvReport } from '../../reports/csv.ts';
import { renderHtml } from '../../reports/html/index.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { renderTerminal } from '../../reports/terminal/index.ts';
import { suites } from '../../suites/index.ts';
import { metric, row } from '../core/judge/compare/metric-example.ts';
import { fixtureResult } from './fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-rows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const result: Result = {
  ...fixtureResult({ hostile: false }),
  rows: [
    row({ brew: metric(2e6) }),
    row({}, { dimensions: { leaf: 'black' }, status: 'failed', error: 'no water' }),
  ],
  details: { teapot: [{ cups: 8 }] },
};
const teapot = { name: 'teapot' };

test.each([
  ['terminal', (known: typeof suites) => renderTerminal(result, { colour: false, width: 120 }, known)],
  ['markdown', (known: typeof suites) => renderMarkdown(result, known)],
  ['html', (known: typeof suites) => renderHtml(result, known)],
])('%s shows figures with their units and intervals, and what failed', (_, render) => {
  const text = render(suites).replace(/<style>.*?<\/style>/gs, '');
  for (const part of ['teapot', 'brewing', '2.00 ms', 'no water', 'No plugin here gives the suite teapot'])
    expect(text).toContain(part);
  const known = render([...suites, { ...teapot, title: 'Tea', workloads: [] }]);
  expect(known).toContain('2.00 ms');
  expect(known).not.toContain('No plugin here');
});

test('CSV has a line for each metric, under a name that no suite gives a file of its own', async () => {
  await csvReport.write(result, folder, suites);
  expect(readdirSync(folder).filter((name) => name.includes('teapot'))).toEqual(['metrics-teapot.csv']);
  const lines = readFileSync(join(folder, 'metrics-teapot.csv'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^teapot,kvm,,x86_64,.*,ok,,brew,ns,lower,2000000,/);
  expect(lines[2]).toMatch(/,failed,no water,,/);
});

test('of a suite without rows there is nothing to show', () => {
  expect(renderTerminal({ ...result, rows: [] }, { colour: false, width: 120 }, suites)).not.toContain(
    'teapot',
  );
});
