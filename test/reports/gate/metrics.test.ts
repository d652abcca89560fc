import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../../../core/judge/gate/gate.ts';
import { gateFormats } from '../../../reports/gate/index.ts';
import { absentMetricLines, metricLegend } from '../../../reports/gate/metrics.ts';
import { countLines, outcome } from '../../../reports/gate/outcome.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { failed, only } from './example.ts';
import { alone, both, gateMetric, hostileMetrics, manyMetrics } from './metric-example.ts';
import { parseXml } from './xml.ts';

function render(name: string, gate: Gate, { colour = false, width = 140 } = {}): string {
  const format = gateFormats.find((one) => one.name === name);
  if (!format) throw new Error(`no format ${name}`);
  return format.render(gate, { colour, width });
}

const names = gateFormats.map(({ name }) => name);

test.each<[string, Gate, string]>([
  [
    'both kinds',
    both,
    'Gate failed: 2 of 36 rows are slower than the baseline; 2 of 5 metrics are worse than the baseline',
  ],
  ['metrics alone', alone, 'Gate failed: 2 of 5 metrics are worse than the baseline'],
  ['one', manyMetrics('regressed', 1), 'Gate failed: 1 of 1 metric is worse than the baseline'],
  [
    'none worse',
    { ...only(['same']), metrics: manyMetrics('same', 4).metrics },
    'Gate passed: none of 30 rows was found slower than the baseline; none of 4 metrics was found worse than the baseline',
  ],
  [
    'strict',
    { ...manyMetrics('undecided', 3), strict: true, passed: false },
    'Gate failed: 3 of 3 metrics are undecided (--strict)',
  ],
  [
    'strict, for what could not be judged',
    { ...manyMetrics('same', 3), strict: true, passed: false },
    'Gate failed: not everything could be judged (--strict); none of 3 metrics was found worse than the baseline',
  ],
])('the outcome is one sentence: %s', (_, gate, sentence) => {
  expect(outcome(gate)).toBe(sentence);
});

test('counts metrics on a line of their own, if there are any', () => {
  expect(countLines(both)).toEqual([
    '2 regressed, 1 improved, 3 undecided, 30 the same; 2 rows not judged',
    'Metrics: 2 regressed, 1 improved, 1 undecided, 1 the same; not judged: 5 metrics, all of 3 rows',
  ]);
  expect(countLines(alone)).toHaveLength(1);
  expect(countLines(failed)).toHaveLength(1);
});

test('what lacks the same is one line', () => {
  expect(absentMetricLines(both)).toEqual([
    'density/1 machines, kvm (x86_64): memory; density/2 machines, kvm (x86_64): memory; density/4 machines, kvm (x86_64): memory, and 2 more of density: a number without an interval',
    'samovar (2 rows): the baseline has nothing of the suite samovar; --update adds it',
    'density/3 machines, kvm (x86_64): failed: it fell',
  ]);
});

test('the legend says that metrics are not measured again, how sure it is, and what absolute figures are', () => {
  expect(metricLegend(both)).toMatch(
    /measuring them again.* whole CI of 99 %\. Absolute figures depend on the day and the host\.$/,
  );
  const oneRun = { ...both, baseline: { ...both.baseline, runs: 1 } };
  expect(metricLegend(oneRun)).toMatch(/the host; only a baseline of three or more runs shows how much\.$/);
  expect(metricLegend({ ...both, metrics: both.metrics.slice(2, 3) })).not.toContain('Absolute');
  expect(metricLegend(failed)).toBe('');
});

describe.each(names)('%s', (name) => {
  test('nothing in it steers a terminal, and it ends its last line', () => {
    const text = render(name, hostileMetrics);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe('terminal', () => {
  test('has a table for each suite and basis, with units, and says which it is', () => {
    const text = render('terminal', both, { width: 180 });
    const line = (start: string) => text.split('\n').find((one) => one.startsWith(`│ ${start}`));
    expect(text).toContain('boot, absolute: depends on the day and the host\n');
    expect(text).toContain('privileged, against native in the same run\n');
    expect(line('bare/warm, kvm (x86_64): ready')).toMatch(
      /ready +│ regressed │ +100 ms +\[99, 101\] │ +150 ms +\[148, 152\] │ \+50\.0 % +\[\+48\.0, \+52\.0\] │ +±5 % │$/,
    );
    expect(line('set, kvm (x86_64): knee')).toMatch(/│ regressed │ 16 +\[15, 17\] │ +6 │ -62\.0 % \(1\) /);
    expect(line('cpuid, kvm (x86_64): time')).toMatch(/│ improved │ 20\.0x .*│ 14\.0x /);
    expect(line('bare/warm, qemu-tcg pc (x86_64): memory when ready')).toMatch(/│ undecided │ +32 MiB /);
    expect(text).toContain(
      'ready: changes within ±5 % count as none: the scheduler moves a start by as much',
    );
    expect(text).toContain(
      '(1) a run gives only one such figure: judged by how much the runs of the baseline differ',
    );
  });

  test('says why it failed, and what was not judged', () => {
    const text = render('terminal', both);
    expect(text).toContain('  - boot/bare/warm, kvm (x86_64): ready: the whole interval lies above\n');
    expect(text).toContain('  - samovar (2 rows): the baseline has nothing of the suite samovar');
  });

  test('of many, those with nothing to tell are only counted', () => {
    expect(render('terminal', manyMetrics('same', 12))).toContain('r11, kvm');
    const text = render('terminal', manyMetrics('same', 13));
    expect(text).not.toContain('r11, kvm');
    expect(text).toContain('13 metrics are the same within the minimum effect');
  });

  test('without workloads it is silent about them', () => {
    const text = render('terminal', alone);
    expect(text).not.toMatch(/rows? |Overheads/);
    expect(text).not.toContain('\n\n\n');
  });

  test.each([140, 100, 80])('no line is wider than %d columns', (width) => {
    const lines = render('terminal', both, { width }).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  test('colour changes nothing but colour', () => {
    const coloured = render('terminal', both, { colour: true });
    expect(stripVTControlCharacters(coloured)).toBe(render('terminal', both));
  });
});

describe('markdown', () => {
  test('what fails it stands above, the rest is folded', () => {
    const text = render('markdown', both);
    const [above = '', ...folded] = text.split('<details>');
    expect(above).toContain('### boot, absolute: depends on the day and the host');
    expect(above).toContain('| bare/warm, kvm (x86\\_64): ready | regressed | 100 ms \\[99, 101\\] | 150 ms');
    expect(above).toContain('- consolidation/set, kvm (x86\\_64): knee: the whole interval lies below');
    expect(above).not.toContain('cpuid');
    expect(folded.map((part) => part.match(/<summary>(.*)<\/summary>/)?.[1])).toEqual(
      expect.arrayContaining([
        '1 metric better than the baseline',
        '1 metric undecided',
        'Metrics not judged',
      ]),
    );
  });

  test('names stay text, and every row of a table has as many cells as its head', () => {
    const text = render('markdown', hostileMetrics);
    expect(text).not.toMatch(/<(?!\/?details>|\/?summary>)/);
    const tables = text.split('\n\n').filter((block) => block.startsWith('| figure'));
    expect(tables.length).toBeGreaterThan(0);
    for (const table of atLeastOne(tables))
      expect(new Set(table.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length)).size).toBe(1);
  });
});

test.each(names.filter((name) => name !== 'json'))('%s: without metrics there is no word of them', (name) => {
  expect(render(name, failed)).not.toMatch(/metric/i);
});

test('json has everything, in units that stand beside the figures', () => {
  const { schema, metrics, absentMetrics, metricConfidence } = JSON.parse(render('json', both));
  expect(schema).toBe('hvbench/gate@1');
  expect(metrics[0]).toMatchObject({ metric: 'ready', unit: 'ns', better: 'lower', basis: 'absolute' });
  expect([metrics.length, absentMetrics.length, metricConfidence]).toEqual([5, 8, 0.99]);
});

test('junit has a case for each metric, failed, passed or skipped', () => {
  const root = parseXml(render('junit', both));
  const cases = root.children.flatMap(({ children }) => children);
  const caseOf = (classname: string, name: string) =>
    cases.find(({ attributes }) => attributes.classname === classname && attributes.name === name);
  const ready = caseOf('kvm.x86_64.boot', 'bare/warm: ready')?.children[0];
  expect(ready?.name).toBe('failure');
  expect(ready?.attributes.message).toBe(
    'ready: 100 ms [99, 101] in the baseline, 150 ms [148, 152] now (absolute); change +50.0 % [+48.0, +52.0], lower is better, minimum effect ±5 %',
  );
  expect(caseOf('kvm.x86_64.boot', 'bare/cold: ready')?.children).toEqual([]);
  expect(caseOf('qemu-tcg.pc.x86_64.boot', 'bare/warm: memory')?.children[0]?.name).toBe('skipped');
  expect(caseOf('kvm.x86_64.density', '4: memory')?.children[0]?.attributes.message).toMatch(
    /^not judged: a number/,
  );
  expect(root.attributes).toMatchObject({ tests: String(36 + 2 + 5 + 8), failures: '4' });
});

test('github annotates metrics, worse ones as errors', () => {
  const lines = render('github', both).split('\n');
  expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(4);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^::error title=consolidation\/set%2C kvm .*knee%3A worse than the baseline::16 \[15, 17\] in/,
    ),
  );
  expect(lines.filter((line) => /^::notice .*cpuid.*better than the baseline/.test(line))).toHaveLength(1);
  expect(render('github', manyMetrics('regressed', 12))).toContain('title=3 more rows');
});

test('github-action-benchmark has a file for each of its tools, with units', () => {
  const smaller = JSON.parse(render('github-action-benchmark', alone));
  expect(smaller.map(({ name, unit }: { name: string; unit: string }) => [name, unit])).toEqual([
    ['boot/bare/warm kvm x86_64: ready', 'ns'],
    ['privileged/cpuid kvm x86_64: time', 'times native'],
    ['boot/bare/warm qemu-tcg pc x86_64: memory', 'bytes'],
    ['boot/bare/cold kvm x86_64: ready', 'ns'],
  ]);
  expect(smaller[0]).toMatchObject({ value: 1.5e8, range: '± 2000000' });
  const bigger = JSON.parse(render('github-action-benchmark-bigger', alone));
  expect(bigger).toMatchObject([{ name: 'consolidation/set kvm x86_64: knee', unit: 'of them', value: 6 }]);
  expect(bigger[0]).not.toHaveProperty('range');
});

test('bencher has a measure for each metric of a row, named with its unit', () => {
  const two = [gateMetric(), gateMetric({ metric: 'cpuTime', after: 7 })];
  expect(JSON.parse(render('bencher', { ...alone, metrics: [...two, ...both.metrics.slice(2, 3)] }))).toEqual(
    {
      'boot/bare/warm kvm x86_64': {
        'ready-ns': { value: 1.5e8, lower_value: 1.48e8, upper_value: 1.52e8 },
        'cpu-time-ns': { value: 7 },
      },
      'privileged/cpuid kvm x86_64': {
        'time-native-ratio': { value: 14, lower_value: 13.9, upper_value: 14.1 },
      },
    },
  );
});
