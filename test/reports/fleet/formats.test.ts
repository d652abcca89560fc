import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../../core/results/fleet/schema.ts';
import { fleetFormats } from '../../../reports/fleet/index.ts';
import { figureOf, fleetOf, hostResult } from '../../core/judge/fleet/example.ts';
import { expectInOrder } from '../in-order.ts';
import { hostileFleet, madeUpFleet, twoClasses } from './example.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/fleet');

function render(name: string, fleet: Fleet, { colour = false, width = 120 } = {}): string {
  const format = fleetFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(fleet, { colour, width });
}

const forty = madeUpFleet(40);
const thousand = madeUpFleet(1000);

describe('word by word (-u writes them anew)', () => {
  test.each([
    ['terminal', 'terminal-120.txt'],
    ['markdown', 'fleet.md'],
    ['csv', 'fleet.csv'],
    ['svg', 'fleet.svg'],
  ])('%s', async (name, file) => {
    await expect(render(name, madeUpFleet(12))).toMatchFileSnapshot(join(FIXTURES, file));
  });

  test('the terminal of 80 columns', async () => {
    await expect(render('terminal', madeUpFleet(12), { width: 80 })).toMatchFileSnapshot(
      join(FIXTURES, 'terminal-80.txt'),
    );
  });
});

test.each(['terminal', 'markdown', 'html'])(
  '%s: the finding, then figures, then what was left out',
  (name) => {
    const text = render(name, forty)
      .replace(/<style>.*<\/style>/s, '')
      .replace(/<svg.*?<\/svg>/gs, '');
    expectInOrder(text.replaceAll('\\[', '[').replaceAll('\\]', ']'), [
      'kvm on cpu (x86',
      'over 36 of 40 hosts (one class); 4 left out',
      '39 with a result that counts, 1 without',
      'SD (if equal)',
      'host-39: its run failed: exit code 2',
      'host-9, host-19, host-29, cpu, kvm (x86',
      'by chance alone',
    ]);
  },
);

test('one host gives no interval, and it says so', () => {
  const [first] = render('terminal', fleetOf([hostResult({ ratio: 1.02 })]), { width: 200 }).split('\n');
  expect(first).toBe(
    'kvm on cpu (x86_64): +2.0 % on 1 of 1 host (one class), and one host gives no interval',
  );
});

test('classes are told apart', () => {
  const text = render('terminal', twoClasses(), { width: 200 });
  expectInOrder(text, [
    'of class 1 of 2',
    'kvm on cpu (x86_64): +40.0 % on 1 of 1 host of class 2 of 2',
    'Host class 1 (',
    'Host class 2 (',
    'never put together',
    'Host class 1, means over workloads',
    'Host class 2, means over workloads',
  ]);
});

test('if all hosts of a figure are left out, there is none, and it says so', () => {
  const other = hostResult({ seed: 2, change: (one) => ({ ...one, digest: 'cd'.repeat(32) }) });
  const fleet = fleetOf([hostResult(), other]);
  expect(figureOf(fleet).ratio).toBeNull();
  for (const name of ['terminal', 'markdown', 'html'])
    expect(render(name, fleet)).toMatch(/no figure, all 2 hosts/);
  expect(render('svg', fleet)).toContain('0 of 2 hosts');
});

describe('terminal', () => {
  test.each([120, 100, 70])('no line is wider than %d columns', (width) => {
    const lines = render('terminal', forty, { width }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  test('colour changes nothing but colour', () => {
    expect(stripVTControlCharacters(render('terminal', forty, { colour: true }))).toBe(
      render('terminal', forty),
    );
  });

  test('names and reasons cannot steer it', () => {
    expect(render('terminal', hostileFleet()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test('CSV has a line for each figure, and one for each host of it', () => {
  const figures = forty.classes[0]?.figures.length ?? 0;
  expect(figures).toBe(12);
  expect(render('csv', forty).trim().split('\n')).toHaveLength(1 + figures);
  const lines = render('hosts-csv', forty).trim().split('\n');
  expect(lines).toHaveLength(1 + figures * 39);
  expect(lines.filter((line) => line.endsWith(',no')).length).toBe(3 * 6);
});

test.each(['csv', 'hosts-csv'])('%s: no cell begins as a formula', (name) => {
  const cells = render(name, hostileFleet()).split(/[\n,]/);
  expect(cells.filter((cell) => /^"?[=@\t]/.test(cell))).toEqual([]);
});

test.each(['html', 'svg', 'markdown'])('%s: nothing in a name becomes markup', (name) => {
  const text = render(name, hostileFleet()).replace(/<style>.*<\/style>/s, '');
  expect(text).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
});

describe('the chart', () => {
  test('has a dot for each of few hosts, hollow if it is left out, with its name', () => {
    const svg = render('svg', madeUpFleet(12));
    expect(svg.match(/<circle /g)).toHaveLength(11);
    expect(svg.match(/<circle [^>]*fill="#ffffff"/g)).toHaveLength(1);
    expect(svg).toContain('host-9 (left out)');
  });

  test('of a thousand hosts has columns, whose heights add up to all of them, and stays small', () => {
    const svg = render('svg', thousand);
    expect(svg).not.toContain('<circle');
    expect(svg.length).toBeLessThan(40_000);
    const [, most = ''] = /text-anchor="end"[^>]*>(\d+) hosts</.exec(svg) ?? [];
    const heights = [...svg.matchAll(/height="([\d.]+)" fill="#(?:0072b2|b5b5b5)"/g)].map(([, height]) =>
      Number(height),
    );
    const sum = heights.reduce((all, height) => all + height, 0);
    expect((sum * Number(most)) / 74).toBeCloseTo(999, -1);
  });

  test('marks the mean, its band and the scale within the plot', () => {
    const svg = render('svg', forty);
    const places = [...svg.matchAll(/(?:x1|cx)="([\d.]+)"/g)].map(([, place]) => Number(place));
    expect(places.length).toBeGreaterThan(40);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(170);
    expect(Math.max(...places)).toBeLessThanOrEqual(944);
  });
});

test('JSON is the fleet itself', () => {
  expect(JSON.parse(render('json', forty))).toEqual(forty);
});
