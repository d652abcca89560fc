import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../../core/results/schema.ts';
import { renderHtml } from '../../../../reports/html/index.ts';
import { renderMarkdown } from '../../../../reports/markdown.ts';
import { renderTextTable } from '../../../../reports/terminal/text-table.ts';
import { densityCharts } from '../../../../suites/density/present/chart.ts';
import { comparison, densitySentences, densityTables } from '../../../../suites/density/present/view.ts';
import { summarizeDensity } from '../../../../suites/density/summarize.ts';
import { suites } from '../../../../suites/index.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { fixtureResult } from '../../../reports/fixture.ts';
import { csvOf, pngOf } from '../../../reports/presented.ts';
import { journal, name, step } from '../example.ts';

const found = { density: summarizeDensity(journal) };
const only = (...entries: Parameters<typeof summarizeDensity>[0]) => ({ density: summarizeDensity(entries) });
const resultOf = ({ density }: typeof found): Result => ({
  ...fixtureResult({ hostile: false }),
  details: { density: density.map((row) => ({ ...row })) },
});
const result = resultOf(found);

describe('densityTables', () => {
  const [steps, limits] = densityTables(found);

  it('has a row for each step, with what one machine takes', () => {
    const cells = steps?.rows.map((row) => row.map(({ text }) => text)) ?? [];
    expect(cells[0]?.slice(0, 2)).toEqual(['kvm × 1', '502 ms']);
    expect(cells[1]).toEqual([
      ...['kvm × 10,000', '20.5 s', '2.00 s', '512 KiB', '128 KiB', '8 KiB', '504 KiB'],
    ]);
    expect(steps?.rows[1]?.[2]?.range).toBe('5,000/s');
  });

  it('does not pretend to know what the noise hides', () => {
    expect(steps?.rows[2]?.map(({ text }) => text)).toEqual([
      ...['qemu-kvm × 1', '502 ms', '200 µs', '–', '30 MiB', '8 KiB', '–'],
    ]);
    expect(steps?.notes.at(-1)).toMatch(/^–: together they took less than 32 MiB/);
  });

  it('shows how many of those that were asked answered', () => {
    const failed = { ...step(100, 1, { right: 98, wrong: 1, dead: 1 }) };
    const [first] = journal;
    const [table] = densityTables(
      only(first as (typeof journal)[number], { type: 'density-step', ...name('kvm'), ...failed }),
    );
    expect(table?.rows[0]?.[2]?.text).toBe('98 of 100');
  });

  it('says what each limit allows, and which decides', () => {
    expect(limits?.rows).toEqual([
      [{ text: 'memory' }, { text: '20,000' }, { text: '20,000', range: 'binds' }],
      [{ text: 'address space' }, { text: 'no limit' }, { text: 'no limit' }],
    ]);
  });

  it('is empty where nothing was measured, and short where nothing could be', () => {
    expect(densityTables({ density: [] })).toEqual([]);
    const tables = densityTables(only(...journal.slice(-1)));
    expect(tables).toHaveLength(1);
    expect(tables[0]?.notes).toEqual(['qemu-tcg unavailable: no such accelerator.']);
  });

  it.each([80, 120])('fits a terminal of %i columns', (width) => {
    const lines = densityTables(found).flatMap((table) => renderTextTable(table, width, createColors(false)));
    for (const line of atLeastOne(lines.flatMap((text) => text.split('\n'))))
      expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe('in words', () => {
  it('compares ours with QEMU in the same memory', () => {
    expect(comparison(found)).toEqual([
      '10,000 machines of kvm against 250 of qemu-kvm: 40 times as many in the same memory.',
    ]);
  });

  it('does not claim the same memory where QEMU ended for another reason', () => {
    const slow = journal.map((entry) =>
      entry.type === 'density-end' && entry.hypervisor === 'qemu-kvm'
        ? { ...entry, reason: 'time' as const }
        : entry,
    );
    expect(comparison(only(...slow))).toEqual([
      '10,000 machines of kvm against 250 of qemu-kvm: 40 times as many, but qemu-kvm did not use up the memory.',
    ]);
  });

  it('says how many, why no more, and whether the ceiling was kept', () => {
    const [own, qemu] = densitySentences(found);
    expect(own).toBe(
      'kvm: 10,000 machines lived and answered; each takes 504 KiB beyond its touched memory, within the limit of 1 MiB. Stopped: it reached the requested number.',
    );
    expect(qemu).toContain('in 4.9 GiB, the memory that kvm took');
    expect(qemu).toContain('its memory was used up (one more would be too many)');
    const heavy = only(...journal.slice(0, 2), { type: 'density-step', ...name('kvm'), ...step(100, 2) });
    expect(densitySentences(heavy)[0]).toMatch(/above the limit of 1 MiB.* Stopped: the run ended early/);
  });
});

describe('the chart', () => {
  it('is a picture, with its figures in words beside it', () => {
    expect(pngOf(result, 'density.png')?.subarray(1, 4).toString()).toBe('PNG');
    expect(densityCharts(found)[0]?.shown?.alt).toContain(
      'kvm: 10,000 machines of 512 KiB each, started in 20.5 s',
    );
  });

  it('is left out where no machine lived', () => {
    expect(pngOf(resultOf(only(...journal.slice(-1))), 'density.png')).toBeNull();
    expect(pngOf(resultOf({ density: [] }), 'density.png')).toBeNull();
  });
});

describe('the other reports', () => {
  it('have a line a step in CSV, and one for what could not be measured', () => {
    const lines = csvOf(result, 'density.csv')?.trim().split('\n') ?? [];
    expect(lines).toHaveLength(6);
    expect(lines[2]).toMatch(/^density,x86_64,kvm,ok,,cpu\/integer,d{64},10000,10000,goal,/);
    expect(lines[5]).toMatch(/^density,x86_64,qemu-tcg,unavailable,no such accelerator,/);
  });

  it('have the table and the chart on the page and in the summary', () => {
    const page = renderHtml(result, suites);
    expect(page).toMatch(/<img alt="Memory per machine[^"]*10,000[^"]*" src="data:image\/png;base64,/);
    expect(page).toContain('kvm × 10,000');
    const summary = renderMarkdown(result, suites);
    expect(summary).toContain('`density.png`');
    expect(summary).toContain('kvm × 10,000');
  });
});
