/**
 * Whole reports of one stored result with every kind of figure in it (`fixture.ts` and its like made them up), kept word
 * by word: who changes a sentence sees it in all of them. `npx vitest run test/reports/whole.test.ts -u` writes them anew.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseResult } from '../../core/results/read-result.ts';
import type { Result } from '../../core/results/schema.ts';
import { csvReport } from '../../reports/csv.ts';
import { renderHtml } from '../../reports/html/index.ts';
import { renderTerminal } from '../../reports/index.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { suites } from '../../suites/index.ts';
import { atLeastOne } from '../at-least-one.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/report');
const kept = (file: string) => join(FIXTURES, file);

const result: Result = parseResult(JSON.parse(readFileSync(kept('result.json'), 'utf8')), suites);
const folder = mkdtempSync(join(tmpdir(), 'hvbench-whole-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without what is the same on every page, or drawn: style, scripts, their digests and pictures. */
function withoutAssets(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '<style></style>')
    .replace(/<script>.*?<\/script>/gs, '<script></script>')
    .replace(/'sha256-[^']*'/g, "'sha256-'")
    .replace(/base64,[\w+/=]*/g, 'base64,');
}

test('the stored result has every kind of figure', () => {
  const { measurements, operations, details } = result;
  const { boot = [], consolidation = [], density = [] } = details;
  for (const rows of [measurements, operations, boot, consolidation, density])
    expect(rows.length).toBeGreaterThan(0);
});

test('the summary', async () => {
  await expect(renderMarkdown(result, suites)).toMatchFileSnapshot(kept('summary.md'));
});

test.each([80, 120])('the terminal of %i columns', async (width) => {
  await expect(renderTerminal(result, { colour: false, width }, suites)).toMatchFileSnapshot(
    kept(`terminal-${width}.txt`),
  );
});

test('the page', async () => {
  await expect(withoutAssets(renderHtml(result, suites))).toMatchFileSnapshot(kept('report.html'));
});

test('the CSV files, and no others', async () => {
  await csvReport.write(result, folder, suites);
  const files = readdirSync(folder).sort();
  expect(files).toEqual([
    ...['boot.csv', 'consolidation.csv', 'density.csv', 'generations.csv', 'operations.csv', 'overhead.csv'],
    'samples.csv',
  ]);
  for (const file of atLeastOne(files))
    await expect(readFileSync(join(folder, file), 'utf8')).toMatchFileSnapshot(kept(file));
});
