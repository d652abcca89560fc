/** A section that no suite of ours made: what shows it knows none. */
import { loadImage } from '@napi-rs/canvas';
import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import type { Chart } from '../../core/model/chart.ts';
import type { Section } from '../../core/model/section.ts';
import { chartPng } from '../../reports/charts/index.ts';
import { csvBytes } from '../../reports/csv-table.ts';
import { presentedHtml } from '../../reports/html/presented.ts';
import { tableSection } from '../../reports/markdown.ts';
import { sectionLines } from '../../reports/terminal/section.ts';
import { atLeastOne } from '../at-least-one.ts';
import { fixtureResult, HOSTILE } from './fixture.ts';

const run = fixtureResult({ hostile: false });

const chart = (drawing: Chart['drawing']): Chart => ({
  ...{ file: 'toy.png', title: 'Toys', legend: 'How many toys there are.' },
  shown: { caption: 'Toys', alt: `Toys "${HOSTILE.markup}"` },
  drawing,
});

const panels = chart({
  kind: 'panels',
  roomy: true,
  x: { title: 'children', min: 1, max: 10, ticks: [{ value: 1, label: 'one' }] },
  series: [{ hypervisor: 'kvm', label: 'toys', dashed: true }],
  panels: [
    {
      scale: { title: 'toys', min: 1, max: 100, ticks: [{ value: 10, label: 'ten' }] },
      ...{ weight: 2, levels: [{ value: 20 }, { value: 30, label: 'enough' }] },
      points: [
        [
          { x: 2, y: 3 },
          { x: 4, y: 9, low: 8, high: 12 },
        ],
      ],
      rings: [{ series: 0, x: 4, y: 9 }],
      labels: [{ series: 0, x: 4, y: 9, text: 'nine', side: 'left', below: true }],
    },
  ],
});

const bars = chart({
  kind: 'bars',
  axis: 'minutes',
  parts: [{ title: 'play', colour: '#0072b2' }],
  groups: [
    {
      ...{ title: 'short', note: 'soon over' },
      bars: [{ label: 'ball', pale: false, end: 3, text: '3 min', cuts: [{ part: 0, from: 0, to: 3 }] }],
    },
  ],
  all: 'toys.csv',
});

const table = {
  title: `Toys | ${HOSTILE.markdown}`,
  about: 'What children have.',
  head: ['toy', 'price'],
  rows: [[{ text: HOSTILE.markup }, { text: '3', range: '[2, 4]' }]],
  notes: ['(1) a note'],
};

const section: Section = {
  ...{ id: 'toys', title: 'Toys & games', charts: [panels], tables: [table, table] },
  findings: {
    title: 'What was said',
    items: [{ statement: 'Toys break.', verdict: 'holds', evidence: 'one did' }],
  },
  files: [
    {
      file: 'toys.csv',
      columns: ['toy', 'price', 'note'],
      rows: () => [
        ['ball', -3, null],
        [HOSTILE.formula, 0.5, undefined],
        ['ball', 1e21, ''],
      ],
    },
  ],
  details: [],
};

test('the terminal shows its tables, what they have in common once, and its findings', () => {
  const lines = sectionLines(section, 80, createColors(false));
  const text = lines.join('\n');
  expect(text).toContain('3 [2, 4]');
  expect(text.match(/What children have\./g)).toHaveLength(1);
  expect(text).toContain('What was said\n  holds          Toys break. Here: one did.');
  for (const line of atLeastOne(text.split('\n'))) expect(line.length).toBeLessThanOrEqual(80);
});

test('Markdown shows its tables as text', () => {
  const text = tableSection(table);
  expect(text).toContain('## Toys \\|');
  expect(text).not.toContain('<script>');
  expect(text).toContain('| 3 \\[2, 4\\] |');
});

test('the page shows chart, findings and tables, in this order and under ids of their own', () => {
  const [html = '', ...others] = presentedHtml(section, run);
  expect(others).toEqual([]);
  expect(html).toContain('<h2 id="toys">Toys &amp; games</h2>');
  const places = ['<img alt="Toys &quot;', 'Toys break.', '<h3 id="toys-0">', '<h3 id="toys-1">'].map(
    (part) => html.indexOf(part),
  );
  expect(Math.min(...places)).toBeGreaterThan(0);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(html).not.toContain('<script>');
});

test('the page says nothing of a section without tables', () => {
  expect(presentedHtml({ ...section, tables: [] }, run)).toEqual([]);
});

test('CSV has all digits, nothing where nothing was measured, and no formula', () => {
  const [file] = section.files;
  expect(file && csvBytes(file).toString()).toBe(
    `toy,price,note\nball,-3,\n"'${HOSTILE.formula.replaceAll('"', '""')}",0.5,\nball,1e+21,\n`,
  );
});

test.each([
  ['panels', panels, 230 + 2 * 126],
  ['bars', bars, 260 + 2 * 21],
])('a chart of %s is drawn as large as it has to be', async (_, described, height) => {
  const image = await loadImage(chartPng(described, run));
  expect([image.width, image.height]).toEqual([2400, 2 * height]);
});
