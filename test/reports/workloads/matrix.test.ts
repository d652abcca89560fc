/** What a table of workloads and hypervisors says of each. */
import { describe, expect, test } from 'vitest';
import type { TextCell } from '../../../core/model/section.ts';
import type { Interval, Measurement, Result } from '../../../core/results/schema.ts';
import { overheadTables } from '../../../reports/workloads/matrix.ts';
import { fixtureResult } from '../fixture.ts';

const result = fixtureResult({ hostile: false });

/** The fixture with some of its measurements changed. */
function changed(to: (m: Measurement) => Partial<Measurement>): Result {
  return { ...result, measurements: result.measurements.map((m) => ({ ...m, ...to(m) })) };
}

function cellOf(of: Result, workload: string, hypervisor: string): TextCell | undefined {
  const [table] = overheadTables(of);
  const column = table?.head.indexOf(hypervisor) ?? -1;
  return table?.rows.find(([first]) => first?.text === workload)?.[column];
}

test('there is a table for each ISA, with a row for each workload below its suite', () => {
  const tables = overheadTables(result);
  expect(tables.map(({ title }) => title)).toEqual([
    'Overhead against native (x86_64)',
    'Overhead against native (i386)',
  ]);
  expect(tables.map(({ head }) => head.slice(2))).toEqual([
    ['control', 'kvm'],
    ['control', 'v86'],
  ]);
  const heads = tables[0]?.rows.filter(([first]) => first?.heads).map(([first]) => first);
  expect(heads).toEqual([
    { text: 'cpu', range: 'geometric mean', heads: true },
    { text: 'memory', range: 'geometric mean', heads: true },
  ]);
  expect(tables[0]?.rows).toHaveLength(2 + 17);
});

describe('a tone says what the whole interval does', () => {
  test.each<[string, Omit<Interval, 'estimate'>]>([
    ['negligible', { low: -0.1, high: 0.02 }],
    ['undecided', { low: 0.02, high: 0.03 }],
    ['more', { low: 0.021, high: 0.9 }],
    ['more', { low: 0.3, high: 0.9 }],
    ['heavy', { low: 0.31, high: 0.9 }],
  ])('%s: %o', (tone, ends) => {
    const overhead = { ...ends, estimate: (ends.low + ends.high) / 2 };
    const of = changed((m) => (m.hypervisor === 'native' ? {} : { overhead, cpuOverhead: overhead }));
    expect(cellOf(of, 'integer', 'kvm')?.tone).toBe(tone);
    // The control tells of noise, whatever it shows.
    expect(cellOf(of, 'integer', 'control')?.tone).toBe('quiet');
  });

  test('and the key has those that are seen, with the limit of the plan', () => {
    const at = (negligible: number) =>
      overheadTables({ ...result, plan: { ...result.plan, negligible } })[0]?.key;
    const [negligible, more, heavy] = [
      ['negligible', 'negligible, at most 2 %'],
      ['more', 'more than 2 %'],
      ['heavy', 'more than 30 %'],
    ];
    expect(at(0.02)).toEqual([negligible, more, heavy]);
    expect(at(0.005)?.at(-1)).toEqual(['undecided', 'undecided, 0.5 % is within the CI']);
  });
});

test('a CPU overhead of its own stands below', () => {
  const of = changed(({ workload }) =>
    workload === 'integer' ? { cpuOverhead: { estimate: 0.5, low: 0.49, high: 0.51 } } : {},
  );
  expect(cellOf(of, 'integer', 'kvm')?.also).toEqual({ text: 'CPU +50.0 %', range: '[+49.0, +51.0]' });
});

test('an interval that says nothing has no figure, and the table says what that means', () => {
  const overhead = { estimate: 0.05, low: -0.76, high: 3.65 };
  const of = changed(({ workload, hypervisor }) =>
    workload === 'integer' && hypervisor === 'kvm' ? { overhead } : {},
  );
  expect(cellOf(of, 'integer', 'kvm')).toEqual({ text: 'not precise', tone: 'undecided' });
  expect(overheadTables(of)[0]?.about).toContain('not precise: the ends of the CI');
  expect(overheadTables(result)[0]?.about).not.toContain('not precise');
});

test('a mean of fewer workloads than the suite has says of how many', () => {
  const head = cellOf(result, 'cpu', 'kvm');
  expect(head?.text).toMatch(/^\+0\.\d % \(1\)$/);
  expect(overheadTables(result)[0]?.notes[0]).toBe('(1) geometric mean of 8 of 9 workloads');
});

describe('what could not run', () => {
  const missing = (m: Measurement, error: string): Partial<Measurement> => ({
    ...{ status: 'unavailable', error, overhead: null, cpuOverhead: null, nsPerIteration: null },
    ...{ cpuNsPerIteration: null, samples: [], launches: 0, rounds: 0, hypervisor: m.hypervisor },
  });

  test('here at all has neither a column nor a note, which stands below all tables', () => {
    const of = changed((m) => (m.hypervisor === 'kvm' ? missing(m, 'no /dev/kvm') : {}));
    const hypervisors = of.hypervisors.map((one) => (one.id === 'kvm' ? { ...one, available: false } : one));
    const [table] = overheadTables({ ...of, hypervisors });
    expect(table?.head).toEqual(['workload', 'native', 'control']);
    expect(table?.notes).toEqual([]);
  });

  test('on one ISA alone has a note there', () => {
    const of = changed((m) => (m.hypervisor === 'kvm' ? missing(m, 'no 64-bit guests') : {}));
    expect(overheadTables(of)[0]?.head).not.toContain('kvm');
    expect(overheadTables(of)[0]?.notes).toEqual(['kvm unavailable: no 64-bit guests']);
  });

  test('in one suite says so once, at its head', () => {
    const of = changed((m) =>
      m.hypervisor === 'kvm' && m.suite === 'memory' ? missing(m, 'no kernel') : {},
    );
    expect(cellOf(of, 'memory', 'kvm')?.text).toBe('unavailable (3)');
    expect(cellOf(of, 'gups-4k', 'kvm')).toEqual({ text: '–', tone: 'quiet' });
    expect(overheadTables(of)[0]?.notes).toContain('(3) no kernel');
  });
});
