import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../../../core/judge/gate/gate.ts';
import { gateFormats } from '../../../reports/gate/index.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { HOSTILE } from '../fixture.ts';
import { expectInOrder } from '../in-order.ts';
import { failed, hostile, many, only, strict } from './example.ts';
import { type Element, parseXml } from './xml.ts';

function render(name: string, gate: Gate, { colour = false, width = 120 } = {}): string {
  const format = gateFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(gate, { colour, width });
}

const names = gateFormats.map(({ name }) => name);

test('the formats, people first', () => {
  expect(names).toEqual([
    ...['terminal', 'markdown', 'json', 'junit', 'github', 'github-action-benchmark'],
    ...['github-action-benchmark-bigger', 'bencher'],
  ]);
});

test.each(names)('%s: nothing in it steers a terminal, and it ends its last line', (name) => {
  const text = render(name, hostile);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  expect(text).toMatch(/[^\n]\n$/);
});

test.each(names)('%s: a gate without rows has an output', (name) => {
  expect(render(name, { ...only([]), absent: [] })).toMatch(/\S/);
});

describe('terminal', () => {
  test('the outcome, against what, the rows that changed, why, what was not judged, the interval', () => {
    const text = render('terminal', failed);
    expect(text.startsWith('Gate failed: 2 of 36 rows are slower than the baseline\n')).toBe(true);
    expectInOrder(text, ['Baseline: ci/baseline.json', '5 runs', 'Host class', 'first-touch', 'cpu/sieve']);
    expectInOrder(text, ['cpu/sieve', 'cpu/lz77', 'cpu/quicksort', '30 rows are the same within']);
    expectInOrder(text, ['30 rows are the same', 'Why it failed', 'first-touch, kvm', '6 fresh launches']);
    expectInOrder(text, ['Why it failed', 'cpu/sieve, kvm (x86_64): the', 'Not judged', 'gups-4k, v86']);
    expectInOrder(text, ['wrong checksum', 'an alarm needs a CI of 99.86 %']);
    expect(text).not.toContain('cpu/integer');
  });

  test('a row has the overheads, the change with its interval, the minimum effect and the verdict', () => {
    const row = (workload: string) =>
      render('terminal', failed)
        .split('\n')
        .find((line) => line.startsWith(`│ ${workload} `));
    expect(row('cpu/sieve')).toMatch(
      /^│ cpu\/sieve +│ kvm \(x86_64\) │ +\+10\.1 % │ +\+21\.3 % │ +\+10\.2 % \[\+9\.6, \+10\.8\] │ +±1 % │ regressed │$/,
    );
    expect(row('memory/chase-dram')).toMatch(/│ ±2\.39 % \(noise\) │ undecided │$/);
  });

  test('a strict gate also says why for the undecided rows', () => {
    const reason = 'cpu/quicksort, v86 (i386): the interval crosses';
    expect(render('terminal', strict)).toContain(reason);
    expect(render('terminal', failed)).not.toContain(reason);
  });

  test('a gate that passed gives no reason for failing', () => {
    const text = render('terminal', only(['same', 'undecided']));
    expect(text.startsWith('Gate passed: ')).toBe(true);
    expect(text).not.toContain('Why it failed');
  });

  test.each([
    [140, failed],
    [120, failed],
    [80, failed],
    [60, failed],
    [140, hostile],
    [70, hostile],
  ])('no line is wider than %d columns', (width, gate) => {
    const text = render('terminal', gate, { width });
    const words = text.split('\n').filter((line) => line.length > width);
    expect(words).toEqual([]);
    for (const word of ['first-touch', 'kvm (x86_64)', 'regressed', '[+25.4, +26.6]', '±5 % (config)']) {
      expect(text).toContain(word);
    }
  });

  test('colour changes nothing but colour', () => {
    for (const width of [120, 60]) {
      const coloured = render('terminal', failed, { colour: true, width });
      expect(coloured).toContain('\u001b[31m');
      expect(stripVTControlCharacters(coloured)).toBe(render('terminal', failed, { width }));
    }
  });
});

describe('markdown', () => {
  const above = (gate: Gate) => render('markdown', gate).split('<details>')[0];

  test('what fails it stands above, the rest is folded', () => {
    expectInOrder(above(failed) ?? '', ['## Gate failed: 2 of 36', 'first-touch', 'cpu/sieve', '6 fresh']);
    expect(above(failed)).not.toMatch(/undecided \||improved \||same \|/);
    expectInOrder(render('markdown', failed), [
      ...['<details><summary>1 row faster than the baseline</summary>', 'cpu/lz77', '</details>'],
      ...['<details><summary>3 rows undecided</summary>', 'cpu/quicksort', '</details>'],
      ...['<details><summary>30 rows the same</summary>', 'cpu/integer', '</details>'],
      ...['<details><summary>2 rows not judged</summary>', 'cpu/spectral-norm', '</details>'],
      'an alarm needs a CI of 99.86 %',
    ]);
  });

  test('undecided rows stand above where they fail it', () => {
    expect(above(strict)).toContain('| cpu/quicksort | v86 (i386) | undecided |');
    expect(render('markdown', strict)).not.toContain('rows undecided</summary>');
  });

  test('every row of a table has as many cells as its head, whatever the names are', () => {
    for (const gate of [failed, hostile]) {
      const tables = render('markdown', gate)
        .split('\n\n')
        .filter((block) => block.startsWith('| '));
      expect(tables).toHaveLength(gate.strict ? 3 : 4);
      for (const table of atLeastOne(tables)) {
        expect(new Set(table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length))).toEqual(
          new Set([8]),
        );
      }
    }
  });

  test('names stay text', () => {
    const text = render('markdown', hostile);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/<(?!\/?details>|\/?summary>)/);
    expect(text).not.toMatch(/[^\\]\[x\]/);
    expect(text).not.toMatch(/@all/);
  });
});

describe('json', () => {
  test('is the gate under the name of its shape', () => {
    expect(JSON.parse(render('json', failed))).toEqual({ schema: 'hvbench/gate@1', judged: true, ...failed });
    expect(render('json', failed)).toContain('\n "passed": false,\n');
  });

  test('keeps names as they are', () => {
    const bent = { ...failed, folder: `${HOSTILE.terminal}${HOSTILE.closing}\u{e0041}\u009b\n` };
    expect(JSON.parse(render('json', bent)).folder).toBe(bent.folder);
    expect(render('json', bent)).toContain('\\u2028\\udb40\\udc41\\u009b\\n');
  });
});

describe('junit', () => {
  const suites = (gate: Gate) => parseXml(render('junit', gate)).children;
  const cases = (gate: Gate) => suites(gate).flatMap(({ children }) => children);
  const find = (gate: Gate, classname: string, name: string) =>
    cases(gate).find(({ attributes: of }) => of.classname === classname && of.name === name)?.children;

  test('the whole has the counts and the time', () => {
    const { name, attributes } = parseXml(render('junit', failed));
    expect(name).toBe('testsuites');
    expect(attributes).toEqual({
      ...{ name: 'hvbench gate', tests: '38', failures: '2', errors: '0', time: '154.322' },
    });
    expect(render('junit', failed).match(/ time="/g)).toHaveLength(1);
  });

  test('a suite for each suite, ISA and hypervisor, with its own counts and the time of day', () => {
    expect(suites(failed).map(({ attributes }) => attributes.name)).toEqual([
      ...['control.x86_64.cpu', 'kvm.x86_64.cpu', 'v86.i386.cpu'],
      ...['control.x86_64.memory', 'kvm.x86_64.memory', 'v86.i386.memory'],
    ]);
    expect(suites(failed)[1]?.attributes).toEqual({
      ...{ name: 'kvm.x86_64.cpu', tests: '8', failures: '1', errors: '0', skipped: '1' },
      timestamp: '2026-02-03T04:05:06',
    });
  });

  test.each([
    ['failed', failed],
    ['strict', strict],
    ['hostile', hostile],
  ])('counts are those of the cases: %s', (_, gate) => {
    const number = (element: Element, name: string) =>
      element.children.filter(({ children }) => children[0]?.name === name).length;
    for (const suite of atLeastOne(suites(gate))) {
      expect(suite.attributes).toMatchObject({
        tests: String(suite.children.length),
        failures: String(number(suite, 'failure')),
        skipped: String(number(suite, 'skipped')),
      });
    }
    const all = parseXml(render('junit', gate));
    for (const what of ['tests', 'failures']) {
      const sum = all.children.reduce((total, { attributes }) => total + Number(attributes[what]), 0);
      expect(all.attributes[what]).toBe(String(sum));
    }
  });

  test('a regressed row is a failure with its figures and the reason', () => {
    expect(find(failed, 'kvm.x86_64.cpu', 'sieve')).toEqual([
      {
        name: 'failure',
        attributes: {
          message:
            'overhead +10.1 % in the baseline, +21.3 % now; change +10.2 % [+9.6, +10.8], minimum effect ±1 %',
          type: 'regressed',
        },
        children: [],
        text: 'the whole interval lies above the minimum effect, and 6 fresh launches confirm it',
      },
    ]);
  });

  test('an undecided row is skipped, or a failure where the gate is strict', () => {
    expect(find(failed, 'v86.i386.cpu', 'quicksort')).toMatchObject([
      { name: 'skipped', attributes: { message: expect.stringContaining('undecided: the interval') } },
    ]);
    expect(find(strict, 'v86.i386.cpu', 'quicksort')).toMatchObject([
      { name: 'failure', attributes: { type: 'undecided' } },
    ]);
  });

  test('the others pass; what was not judged is skipped with its reason', () => {
    expect(find(failed, 'v86.i386.cpu', 'lz77')).toEqual([]);
    expect(find(failed, 'kvm.x86_64.cpu', 'integer')).toEqual([]);
    expect(find(failed, 'v86.i386.memory', 'gups-4k')).toMatchObject([
      {
        name: 'skipped',
        attributes: { message: 'not judged: failed: wrong checksum: 1 instead of 2' },
      },
    ]);
  });

  test('names stay text', () => {
    const texts = cases(hostile).map(({ attributes }) => attributes.name);
    expect(texts).toContain(`integer ${HOSTILE.markup}`);
    expect(texts).toContain('interpreter ]]>&"\' ');
  });
});

describe('github', () => {
  const lines = (gate: Gate) => render('github', gate).trimEnd().split('\n');
  const level = (gate: Gate, name: string) => lines(gate).filter((line) => line.startsWith(`::${name} `));

  test('errors, warnings and notices, escaped', () => {
    expect(lines(failed)[1]).toBe(
      '::error title=cpu/sieve%2C kvm (x86_64)%3A slower than the baseline::overhead +10.1 %25 in the ' +
        'baseline, +21.3 %25 now; change +10.2 %25 [+9.6, +10.8], minimum effect ±1 %25%0A' +
        'the whole interval lies above the minimum effect, and 6 fresh launches confirm it',
    );
    expect(level(failed, 'error')).toHaveLength(2);
    expect(level(failed, 'warning')).toHaveLength(3);
    expect(level(failed, 'notice')).toEqual([
      '::notice title=hvbench gate::Gate failed: 2 of 36 rows are slower than the baseline%0A' +
        '2 regressed, 1 improved, 3 undecided, 30 the same; 2 rows not judged',
      expect.stringMatching(/^::notice title=cpu\/lz77%2C v86 \(i386\)%3A faster than the baseline::/),
    ]);
  });

  test('undecided rows are errors where the gate is strict', () => {
    expect(level(strict, 'error')).toHaveLength(5);
    expect(level(strict, 'warning')).toEqual([]);
  });

  test.each([
    ['error', 'regressed', 10],
    ['warning', 'undecided', 10],
    ['notice', 'improved', 9],
  ] as const)('at most ten of level %s, the last counting the rest', (name, verdict, room) => {
    const outcomes = name === 'notice' ? 1 : 0;
    expect(level(many(verdict, room), name)).toHaveLength(room + outcomes);
    expect(level(many(verdict, room), name).at(-1)).toContain(`w${room - 1}`);
    const more = level(many(verdict, room + 5), name);
    expect(more).toHaveLength(10);
    expect(more.at(-1)).toMatch(
      new RegExp(`^::${name} title=6 more rows::cpu/w${room - 1}, .*w${room + 4},`),
    );
  });

  test('no name ends a property or begins a command', () => {
    const all = lines(hostile);
    expect(all).toHaveLength(7);
    for (const line of atLeastOne(all)) expect(line).toMatch(/^::(error|notice) title=[^:,\r]*::[^\r]*$/);
    const rows = hostile.rows.filter(({ workload }) => workload.startsWith('matrix-product'));
    const bent = render('github', {
      ...hostile,
      rows: rows.map((row) => ({ ...row, verdict: 'regressed' })),
    });
    expect(bent).toContain('%3A%3Aset-output name=x%3A%3Ay%250A%2Ctitle=z');
    expect(bent.trimEnd().split('\n')).toHaveLength(4);
  });
});

describe('github-action-benchmark', () => {
  const read = (gate: Gate) => JSON.parse(render('github-action-benchmark', gate));

  test('has the guest time of every judged row in per cent of native time', () => {
    const entries: { name: string }[] = read(failed);
    expect(entries).toHaveLength(36);
    expect(entries.find(({ name }) => name === 'cpu/sieve kvm x86_64')).toEqual({
      name: 'cpu/sieve kvm x86_64',
      unit: '% of native time',
      value: 121.2972,
      range: '± 0.3032',
      extra: expect.stringMatching(
        /^overhead \+21\.3 % .*\nin the baseline \+10\.1 % .*\nchange .*: regressed$/,
      ),
    });
  });

  test('no name ends a cell or the code in it', () => {
    expect(read(hostile).map(({ name }: { name: string }) => name)).toContain(
      'cpu/lz77 _a__b_ [x](javascript:alert(1)) @all kvm x86_64',
    );
  });
});

describe('bencher', () => {
  const read = (gate: Gate) => JSON.parse(render('bencher', gate));

  test('has guest time ÷ native time of every judged row with its interval', () => {
    const metrics = read(failed);
    expect(Object.keys(metrics)).toHaveLength(36);
    const { value, lower_value, upper_value, ...rest } = metrics['cpu/sieve kvm x86_64']['overhead-ratio'];
    expect(rest).toEqual({});
    expect([value, lower_value, upper_value].map((ratio) => ratio.toFixed(4))).toEqual([
      ...['1.2130', '1.2099', '1.2160'],
    ]);
  });

  test('no name is longer than Bencher allows', () => {
    const long = {
      ...failed,
      rows: many('same', 1).rows.map((row) => ({ ...row, workload: '€'.repeat(4000) })),
    };
    const [name = ''] = Object.keys(read(long));
    expect(name).toMatch(/^cpu\/€+…$/);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1024);
  });
});
