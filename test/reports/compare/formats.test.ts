import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type ComparisonReport, comparisonFormats } from '../../../reports/compare/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { HOSTILE } from '../fixture.ts';
import { expectInOrder } from '../in-order.ts';
import { hostile, pair, strangers, three } from './example.ts';

function render(name: string, report: ComparisonReport, { colour = false, width = 120 } = {}): string {
  const format = comparisonFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(report, { colour, width });
}

test.each(['terminal', 'markdown', 'html'])(
  '%s: counts, hosts, changes, then what was not compared',
  (name) => {
    const text = render(name, pair).replace(/<style>.*<\/style>/s, '');
    expectInOrder(text, ['1 worse, 0 better', 'Host differences', '6.1.0', '6.2.0', '+10.0 %']);
    expectInOrder(text, ['+10.0 %', 'worse', 'same within ±1 %', 'Not compared', 'the machine code differs']);
  },
);

test.each(comparisonFormats.map(({ name }) => name))(
  '%s: without a row in common, all rows are still listed',
  (name) => {
    const text = render(name, strangers);
    expect(text).toMatch(/A has no such row/);
    expect(text).toMatch(/B has no such row/);
  },
);

test.each(['terminal', 'markdown', 'html'])('%s: equal hosts are said to be', (name) => {
  const text = render(name, { ...pair, hosts: [] });
  expect(text).toContain('The recorded facts about the hosts are identical.');
});

describe('terminal', () => {
  test('a row has the overheads, the change with its interval and the verdict', () => {
    const line = render('terminal', pair)
      .split('\n')
      .find((one) => /cpu\/integer .*kvm/.test(one));
    expect(line).toMatch(
      /^│ cpu\/integer +│ x86_64 +│ kvm +│ \+10\.\d+ % │ \+21\.\d+ % │ \+10\.\d+ % \[\+9\.\d+, \+10\.\d+\] │ worse +│$/,
    );
  });

  test('of three results, each has its change against A', () => {
    const text = render('terminal', three, { width: 200 });
    expect(text).toMatch(/│ +B against A │ verdict +│ +C against A │ verdict +│/);
    expect(text).toMatch(/cpu\/integer .*kvm .*worse.*-10\.\d+ % .*better/);
  });

  test.each([120, 100, 70])('no line of the table is wider than %d columns', (width) => {
    for (const report of [pair, three]) {
      const text = render('terminal', report, { width });
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
      for (const word of ['cpu/sha256', 'kvm', 'x86_64', 'worse']) expect(text).toContain(word);
    }
  });

  test('colour changes nothing but colour', () => {
    const coloured = render('terminal', pair, { colour: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(render('terminal', pair));
  });

  test('names and reasons cannot steer it', () => {
    const text = render('terminal', hostile());
    expect(text).toContain('red ]0;owned gnp');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('markdown', () => {
  test('every row of a table has as many cells as its head, whatever the names are', () => {
    for (const report of [pair, three, hostile()]) {
      const tables = render('markdown', report)
        .split('\n\n')
        .filter((block) => block.startsWith('| '));
      expect(tables).toHaveLength(2);
      for (const table of atLeastOne(tables)) {
        expect(new Set(table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length)).size).toBe(1);
      }
    }
  });

  test('names stay text', () => {
    const text = render('markdown', hostile());
    expect(text).not.toMatch(/<(script|img)/);
    expect(text).not.toMatch(/[^\\]\[x\]/);
    expect(text).not.toMatch(/@all/);
  });
});

describe('csv', () => {
  const records = (report: ComparisonReport) =>
    render('csv', report)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));

  test('has a row for each row and result, then what was not compared with its reason', () => {
    const [head = [], ...rows] = records(pair);
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column('result')).toEqual(['B', 'B', 'B', 'A B']);
    expect(column('verdict')).toEqual(['same', 'worse', 'same', 'not compared']);
    expect(column('reason')).toEqual(['', '', '', 'the machine code differs (another digest)']);
    expect(records(three).map((row) => row[head.indexOf('result')])).toEqual([
      'result',
      ...['B', 'C', 'B', 'C', 'B', 'C', 'A B C'],
    ]);
  });

  test('has the figures as fractions', () => {
    const [head = [], ...rows] = records(pair);
    const row = rows.find((cells) => cells.includes('integer') && cells.includes('kvm')) ?? [];
    const value = (name: string) => Number(row[head.indexOf(name)]);
    const { overheads, changes } = pair.rows.find(
      (one) => one.workload === 'integer' && one.hypervisor === 'kvm',
    ) as ComparisonReport['rows'][number];
    expect([value('overhead_a'), value('overhead'), value('overhead_high')]).toEqual([
      overheads[0]?.estimate,
      overheads[1]?.estimate,
      overheads[1]?.high,
    ]);
    expect([value('change'), value('change_low'), value('margin')]).toEqual([
      changes[0]?.estimate,
      changes[0]?.low,
      0.01,
    ]);
  });

  test('no spreadsheet takes a name for a formula, and no terminal obeys one', () => {
    const text = render('csv', hostile());
    expect(text).toContain(`"'${HOSTILE.formula.replaceAll('"', '""')}"`);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('html', () => {
  test('runs no script and asks the network for nothing', () => {
    const page = render('html', pair);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^;]*'; base-uri 'none'; form-action 'none'$/,
    );
    expect(page).not.toMatch(/<script/);
    expect(page.replace(/<style>.*<\/style>/s, '')).not.toMatch(/\b(src|href|action)="(?!#)/);
  });

  test('every row of a table has as many cells as its head', () => {
    for (const report of [pair, three, hostile()]) {
      const tables = render('html', report).match(/<table.*?<\/table>/gs) ?? [];
      expect(tables).toHaveLength(2);
      for (const table of atLeastOne(tables)) {
        const cells = table.match(/<tr>.*?<\/tr>/gs)?.map((row) => row.match(/<t[hd]/g)?.length);
        expect(new Set(cells).size).toBe(1);
      }
    }
  });

  test('text opens no element', () => {
    const page = render('html', hostile());
    expect(page).not.toMatch(/<(script|img)/);
    expect(page).toContain('&lt;script&gt;globalThis.pwned=1&lt;/script&gt;');
  });

  test('the first link leads to something', () => {
    for (const report of [pair, strangers]) {
      const page = render('html', report);
      const target = /class="skip" href="#([^"]*)"/.exec(page)?.[1];
      expect(page).toContain(`id="${target}"`);
    }
  });
});

describe('json', () => {
  test('is the comparison, with letters, dates and counts', () => {
    const { results, ...comparison } = pair;
    expect(JSON.parse(render('json', pair))).toMatchObject({
      schema: 'hvbench/comparison@1',
      results: [
        { letter: 'A', ...results[0] },
        { letter: 'B', ...results[1] },
      ],
      counts: [{ letter: 'B', worse: 1, better: 0, rows: 3 }],
      ...comparison,
    });
  });

  test('keeps names as they are, without what a terminal obeys', () => {
    const report = hostile();
    const text = render('json', report);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(JSON.parse(text)).toMatchObject({ unmatched: report.unmatched, hosts: report.hosts });
    const beyond = {
      ...pair,
      results: [{ path: '\u{e0041}\u009b', startedAt: pair.results[0]?.startedAt ?? '' }],
    };
    expect(render('json', beyond)).toContain('\\udb40\\udc41\\u009b');
    expect(JSON.parse(render('json', beyond)).results[0].path).toBe('\u{e0041}\u009b');
  });
});
