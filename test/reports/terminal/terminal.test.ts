import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderTerminal } from '../../../reports/index.ts';
import { suites } from '../../../suites/index.ts';
import { fixtureResult } from '../fixture.ts';

const calm = fixtureResult({ hostile: false });
const wide = renderTerminal(calm, { colour: false, width: 110 }, suites);

test('tables come before verdicts, verdicts before host and seed', () => {
  const order = [
    'against native (x86_64)',
    'against native (i386)',
    'kvm gives no clear answer on cpu (x86_64)',
    'refuted: costs more  v86 (nested) on memory (i386)',
    'Failed',
    'Caveats',
    'Host: Synthetic CPU 9000',
    'seed 42',
    'Reproduce with: hvbench run',
  ].map((text) => wide.indexOf(text));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
});

test('a row shows native time, the noise floor, the overhead with its interval, and CPU where it differs', () => {
  const lines = wide.split('\n');
  const row = lines.findIndex((line) => /│ +sieve .*x +\[/.test(line));
  expect(lines[row]).toMatch(
    /│ +sieve +│ \d+\.\d µs │ +[-+]?\d\.\d % +\[.*\] │ +● \d\.\d\dx +\[\d\.\d\d, \d\.\d\d\] │/,
  );
  expect(lines[row + 1]).toMatch(/CPU \d\.\d\dx +\[/);
});

test('what is missing is marked, and explained below its table', () => {
  expect(wide).toMatch(/│ +recursion .* failed \(2\) │/);
  expect(wide).toContain('(2) the guest ended without a word');
  expect(wide).toMatch(/│ +gups-4k .* unavailable \(4\) │/);
  expect(wide).toContain('(4) no large pages');
});

test.each([100, 70, 52])('no line is wider than %d columns', (width) => {
  const text = renderTerminal(calm, { colour: false, width }, suites);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
  // Narrow or not, every hypervisor has its column.
  expect(text).toMatch(/│ +kvm │/);
  expect(text).toMatch(/│ +v86 │/);
});

test('colour changes nothing but colour', () => {
  const coloured = renderTerminal(calm, { colour: true, width: 110 }, suites);
  expect(coloured).toContain('\u001b[');
  expect(stripVTControlCharacters(coloured)).toBe(wide);
});

test('names and errors cannot steer the terminal', () => {
  const text = renderTerminal(fixtureResult(), { colour: false, width: 110 }, suites);
  expect(text).toContain('red ]0;owned gnp');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a result without anything measured is still a report', () => {
  const empty = { ...calm, measurements: [], suites: [], claims: [], failures: [], launches: [] };
  const text = renderTerminal(empty, { colour: false, width: 80 }, suites);
  expect(text).toContain('Stopped after 2m 3s and 0 launches');
  expect(text).not.toContain('Failed');
});
