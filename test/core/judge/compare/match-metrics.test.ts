import { describe, expect, test } from 'vitest';
import { matchMetrics, metricRowName } from '../../../../core/judge/compare/match-metrics.ts';
import type { Row } from '../../../../core/model/row.ts';
import { metric, row } from './metric-example.ts';

const own = row({ it: metric(100) });
const reasons = (...lists: Row[][]) =>
  matchMetrics(lists).unmatched.map(({ result, reason, wholeSuite }) => [result, reason, wholeSuite]);

test('rows are named by suite, dimensions, machine and ISA', () => {
  expect(metricRowName(own)).toBe('teapot/green/3 cups, kvm (x86_64)');
  const pc = row({}, { target: { hypervisor: 'qemu-tcg', isa: 'i386', machineType: 'pc' }, dimensions: {} });
  expect(metricRowName(pc)).toBe('teapot, qemu-tcg pc (i386)');
});

test('every metric of a row that all results have is matched', () => {
  const both = row({ it: metric(1), other: metric(2) });
  const { matched, unmatched } = matchMetrics([[both], [both]]);
  expect(matched.map((one) => [one.metric, one.figures.length])).toEqual([
    ['it', 2],
    ['other', 2],
  ]);
  expect(unmatched).toEqual([]);
});

test.each([
  ['another hypervisor', { target: { hypervisor: 'v86', isa: 'x86_64', machineType: null } }],
  ['another ISA', { target: { hypervisor: 'kvm', isa: 'i386', machineType: null } }],
  ['another machine type', { target: { hypervisor: 'kvm', isa: 'x86_64', machineType: 'q35' } }],
  ['another dimension', { dimensions: { leaf: 'black', cups: 3 } }],
  ['a number that is a word', { dimensions: { leaf: 'green', cups: '3' } }],
] as const)('%s is another row', (_, rest) => {
  expect(reasons([own], [row({ it: metric(1) }, rest as Partial<Row>)])).toEqual([
    [0, 'B has no such row', false],
    [1, 'A has no such row', false],
  ]);
});

describe('rows that differ in what they are of are listed with the reason', () => {
  const other = (identity: Row['identity']) => row({ it: metric(1) }, { identity });

  test('said in words if they are short', () => {
    const reason = 'not the same technique (amd-v against vt-x)';
    expect(reasons([own], [other({ technique: 'vt-x' })])).toEqual([
      [0, reason, false],
      [1, reason, false],
    ]);
  });

  test('a digest is no word', () => {
    const of = (digest: string) => other({ 'machine code': digest.repeat(64) });
    expect(reasons([of('a')], [of('b')])[0]?.[1]).toBe('not the same machine code (another one)');
  });

  test('what one does not know is unknown, and what both do not know is equal', () => {
    expect(reasons([own], [other({})])[0]?.[1]).toBe('not the same technique (amd-v against unknown)');
    expect(reasons([other({ technique: null })], [other({})])).toEqual([]);
  });
});

test('what failed is listed; what no computer could run is no loss', () => {
  const failed = row({}, { status: 'failed', error: 'boiled over' });
  const unavailable = row({}, { status: 'unavailable', error: 'no kettle' });
  expect(reasons([own], [failed])).toEqual([
    [0, 'B: failed: boiled over', false],
    [1, 'B: failed: boiled over', false],
  ]);
  expect(reasons([own], [unavailable])).toEqual([[0, 'B: unavailable: no kettle', false]]);
  expect(reasons([unavailable], [unavailable])).toEqual([]);
});

test('a metric that one result lacks is listed by itself', () => {
  const more = row({ it: metric(1), lid: metric(2, { title: 'lid' }) });
  const { matched, unmatched } = matchMetrics([[more], [own]]);
  expect(matched.map((one) => one.metric)).toEqual(['it']);
  expect(unmatched).toMatchObject([{ metric: 'lid', result: 0, reason: 'B has no such figure (lid)' }]);
});

test('a result that measured nothing of a suite is told so', () => {
  expect(reasons([own, row({}, { dimensions: { leaf: 'black' } })], [])).toEqual([
    [0, 'B has nothing of the suite teapot', true],
    [0, 'B has nothing of the suite teapot', true],
  ]);
});
