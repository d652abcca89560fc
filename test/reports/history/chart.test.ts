import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { renderChart } from '../../../reports/history/chart.ts';
import { MOST_PANELS, panelsOf, timeAxis } from '../../../reports/history/panels.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { classHistory, days, history, hostile, manyRows } from './example.ts';

describe('panels', () => {
  test('are the rows in their order, where there are few', () => {
    const { shown, left } = panelsOf(history);
    expect(shown.map(({ name }) => name)).toEqual([
      'cpu/integer, control (x86_64)',
      'cpu/integer, kvm (x86_64)',
      'cpu/sha256, kvm (x86_64)',
      'cpu/sieve, kvm (x86_64)',
      'cpu/lz77, kvm (x86_64)',
      'cpu/integer, v86 (i386)',
    ]);
    expect(left).toEqual({ rows: 0, changed: 0 });
  });

  test('are those that changed first, and the control last, where there are many', () => {
    const { shown, left } = panelsOf(manyRows());
    expect(shown).toHaveLength(MOST_PANELS);
    expect(shown.slice(0, 2).map(({ name }) => name)).toEqual([
      'cpu/w29, kvm (x86_64)',
      'cpu/w28, kvm (x86_64)',
    ]);
    expect(shown.some(({ hypervisor }) => hypervisor === 'control')).toBe(false);
    expect(left).toEqual({ rows: 18, changed: 0 });
  });

  test('mark changes by their size and cuts by their reason, between two results', () => {
    const [, , sha256, sieve, lz77] = panelsOf(history).shown;
    expect(sha256?.marks).toMatchObject([{ kind: 'slower', text: '+5.0 %' }]);
    expect(sieve?.marks.map(({ kind }) => kind)).toEqual(['slower', 'faster']);
    expect(lz77?.marks).toMatchObject([{ kind: 'cut', text: 'other machine code' }]);
    const at = sha256?.marks[0]?.at ?? 0;
    expect(new Date(at).toISOString()).toBe('2026-01-25T15:04:05.000Z');
    expect(sieve?.levels).toHaveLength(3);
  });

  test('hold every interval, below the name, with two to five ticks', () => {
    for (const { shown } of [history, manyRows(), hostile(), classHistory(days(1))].map(panelsOf)) {
      for (const { points, min, max, top, ticks } of atLeastOne(shown)) {
        expect(Math.min(...points.map(({ low }) => low))).toBeGreaterThan(min);
        expect(Math.max(...points.map(({ high }) => high))).toBeLessThanOrEqual(top);
        expect(top).toBeLessThan(max);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        for (const { value } of atLeastOne(ticks)) {
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(top);
        }
      }
    }
  });

  test.each([
    ['a day', 1, /^2026-01-02 \d\d:00$/],
    ['three days', 3, /^2026-01-0\d \d\d:00$/],
    ['forty days', 40, /^2026-0[12]-\d\d$/],
    ['three years', 1100, /^202\d-\d\d-\d\d$/],
  ])('the axis of %s has a few dates', (_, count, label) => {
    const { shown } = panelsOf(
      classHistory(days(count).filter((_day, index) => index === 0 || index === count - 1)),
    );
    const { ticks, min, max } = timeAxis(shown);
    expect(ticks.length).toBeGreaterThanOrEqual(1);
    expect(ticks.length).toBeLessThanOrEqual(9);
    for (const tick of atLeastOne(ticks)) {
      expect(tick.label).toMatch(label);
      expect(tick.value).toBeGreaterThanOrEqual(min);
      expect(tick.value).toBeLessThanOrEqual(max);
    }
  });
});

test.each([
  ['some rows', history, 6],
  ['many rows', manyRows(), MOST_PANELS],
  ['one result', classHistory(days(1)), 6],
  ['hostile names', hostile(), 6],
])('the picture of %s has a panel for each that is shown', async (_, drawn, panels) => {
  const { width, height } = await loadImage(renderChart(drawn));
  expect(width).toBe(2400);
  expect(height).toBe(2 * (190 + panels * 118));
});

test('a change is drawn in red where the guest became slower, in green where it became faster', async () => {
  const image = await loadImage(renderChart(history));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const drawn = { red: 0, green: 0 };
  for (let index = 0; index < data.length; index += 4) {
    const colour = [data[index], data[index + 1], data[index + 2]].join();
    if (colour === '176,0,32') drawn.red++;
    if (colour === '0,107,69') drawn.green++;
  }
  expect(drawn.red).toBeGreaterThan(500);
  expect(drawn.green).toBeGreaterThan(500);
});
