import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../../reports/html/index.ts';
import { renderMarkdown } from '../../../../reports/markdown.ts';
import { renderTerminal } from '../../../../reports/terminal/index.ts';
import { difference } from '../../../../suites/boot/present/cost.ts';
import { bootsFastestFirst } from '../../../../suites/boot/present/rows.ts';
import { segmentsOf, splitAt } from '../../../../suites/boot/present/segments.ts';
import { bootTables } from '../../../../suites/boot/present/view.ts';
import type { BootResult } from '../../../../suites/boot/schema.ts';
import { suites } from '../../../../suites/index.ts';
import { fixtureResult, HOSTILE } from '../../../reports/fixture.ts';
import { csvOf } from '../../../reports/presented.ts';
import { booted, bootResult, bootRow } from './example.ts';

const texts = (rows: readonly (readonly { text: string }[])[] = []) =>
  rows.map((row) => row.map(({ text }) => text));

describe('the table of boots', () => {
  test('has a row for each machine and role, the fastest first', () => {
    const [table] = bootTables(booted());
    expect(texts(table?.rows).map((row) => row.slice(0, 7))).toEqual([
      ['native, bare', '–', '1.80 ms', '–', '–', '2.00 ms', '3.00 ms'],
      ['kvm, bare', '60.0 ms', '95.0 ms', '–', '–', '100 ms', '120 ms'],
      ['qemu-tcg pc, minimal', '60.0 ms', '200 ms', '500 ms', '2.00 s', '2.10 s', '2.50 s'],
      ['qemu-tcg pc, full', '60.0 ms', '200 ms', '500 ms', '2.50 s', '2.60 s', '2.90 s'],
    ]);
    expect(table?.rows[1]?.[5]?.range).toBe('[90, 110]');
    expect(table?.rows[1]?.slice(8).map(({ text }) => text)).toEqual(['32 MiB', '64 MiB']);
    expect(table?.notes.join(' ')).toContain('from 40 % (kvm, bare) to 100 % (native, bare)');
  });

  test('says of what is missing why, once', () => {
    const absent = { status: 'unavailable', error: 'no sign of life', launches: 0 } as const;
    const rows = (['warm', 'cold'] as const).map((cache) =>
      bootRow('qemu-kvm', 1, { ...absent, cache, role: 'full', samples: [] }),
    );
    const [table] = bootTables(booted(rows));
    expect(table?.rows).toHaveLength(4);
    expect(table?.notes.filter((note) => note.includes('no sign of life'))).toEqual([
      'qemu-kvm, full unavailable: no sign of life',
    ]);
  });

  test('says how much was cold only where something was launched cold', () => {
    const notes = (rows: readonly BootResult[]) =>
      bootTables({ ...booted(), boots: [bootRow('kvm', 100), ...rows] })[0]?.notes.join(' ');
    const unknown = { cache: 'cold', coldFraction: null } as const;
    expect(notes([])).not.toMatch(/cold/i);
    expect(notes([bootRow('kvm', 100, { ...unknown, launches: 0, samples: [] })])).not.toContain(
      'really cold',
    );
    expect(notes([bootRow('kvm', 120, unknown)])).toContain('How much was really cold is unknown');
  });

  test('a single launch is shown as what it is', () => {
    const none = { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: null };
    const row = bootRow('v86', 700, { isa: 'i386', launches: 1 });
    const single = { ...row, milestonesMs: none, cpuMs: null, samples: row.samples.slice(1, 2) };
    const [table] = bootTables(booted([single]));
    const shown = table?.rows.find(([name]) => name?.text === 'v86 (i386), bare');
    expect(shown?.[5]).toEqual({ text: '700 ms', range: '(1 launch)' });
    expect(shown?.[6]?.text).toBe('–');
  });

  test('is not there where nothing booted', () => {
    expect(bootTables({ ...booted(), boots: [] })).toEqual([]);
    expect(renderMarkdown(fixtureResult(), suites)).not.toContain('boot.png');
  });
});

describe('what a role costs', () => {
  test('is the difference of two roles, with its interval', () => {
    const [, costs] = bootTables(booted());
    expect(texts(costs?.rows).map((row) => row.slice(0, 4))).toEqual([
      ['qemu-tcg pc: full − minimal', '+54 MiB', '+500 ms', '+400 ms'],
    ]);
    expect(costs?.rows[0]?.[2]?.range).toMatch(/^\[\d+, \d+\]$/);
    expect(costs?.rows[0]?.at(-1)?.text).toBe('+0 B');
  });

  test('has no interval where a role was launched once', () => {
    const [small, large] = [bootRow('uml', 100), bootRow('uml', 150)];
    const once = { ...large, samples: large.samples.slice(0, 1) };
    const ready = (sample: (typeof large.samples)[number]) => sample.milestonesMs.ready;
    expect(difference(small, once, ready, booted())).toEqual({ estimate: expect.closeTo(48.5, 6) });
    expect(difference(small, undefined, ready, booted())).toBeNull();
  });
});

describe('the bars', () => {
  test('are cut at the milestones that were seen', () => {
    const rows = bootsFastestFirst(booted());
    expect(segmentsOf(rows[0]?.warm as never)).toEqual([
      { stretch: 'guest', from: 0, to: 1.8 },
      { stretch: 'ready', from: 1.8, to: 2 },
    ]);
    expect(segmentsOf(rows[2]?.warm as never).map(({ stretch, to }) => [stretch, Math.round(to)])).toEqual([
      ['hypervisor', 60],
      ['guest', 200],
      ['kernel', 500],
      ['userSpace', 2000],
      ['ready', 2100],
    ]);
  });

  test('that are far longer than the others get an axis of their own', () => {
    expect(splitAt([2, 100, 2000, 2600])).toBe(2);
    expect(splitAt([2, 3, 4])).toBe(3);
    expect(splitAt([])).toBe(0);
  });
});

test('boot.csv has a row for each machine, role and cache', () => {
  const lines = csvOf(bootResult(), 'boot.csv')?.trim().split('\n') ?? [];
  expect(lines).toHaveLength(9);
  expect(lines[0]).toContain('ready_ms,ready_ms_low,ready_ms_high');
  expect(lines[3]).toMatch(/^kvm,,x86_64,bare,warm,ok,,3,1048576,,60,54,66,/);
});

test('every report shows it, and nothing of it is obeyed', () => {
  const evil = bootRow('kvm', 5, { machineType: HOSTILE.markup, role: HOSTILE.terminal });
  const failed = bootRow('uml', 5, { status: 'failed', error: HOSTILE.closing });
  const result = bootResult([evil, failed]);
  for (const width of [80, 120]) {
    const text = renderTerminal(result, { colour: false, width }, suites);
    expect(text).toContain("What a role's size costs");
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(text).not.toContain('\u001b');
  }
  const page = renderHtml(result, suites);
  expect(page).toContain('<img alt="A bar for the boot time of each machine');
  expect(page).toContain('src="data:image/png;base64,');
  expect(page).not.toContain('<script>globalThis');
  expect(page).not.toContain('<img src=x');
  const summary = renderMarkdown(result, suites);
  expect(summary).toContain('`boot.png`');
  expect(summary).not.toContain('<img');
});
