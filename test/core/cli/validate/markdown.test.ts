import { expect, test } from 'vitest';
import { renderValidation, type ValidationReport } from '../../../../core/cli/validate/markdown.ts';
import { HOSTILE } from '../../../reports/fixture.ts';

const ROW = { suite: 'cpu', workload: 'sieve', isa: 'x86_64', hypervisor: 'kvm', gates: 1 } as const;

/** Made up: nothing in it was ever measured. */
const report: ValidationReport = {
  createdAt: '2026-01-02T03:04:05.678Z',
  tool: '0.0.0',
  host: ['None Synthetic CPU; 2 CPUs.'],
  settings: { firstLaunches: 3, launches: 13, budgetSeconds: 60, alpha: 0.05, minEffect: 0.01, seed: 7 },
  pool: [
    { title: 'nothing else runs', runs: 5, launches: 65 },
    { title: 'guests slowed by 5 %', runs: 2, launches: 26 },
  ],
  rows: 28,
  falseAlarms: [
    { title: 'nothing changed', gates: 400, alarms: 1, same: 0.875, undecided: 0.125, alarming: [ROW] },
    { title: 'a noisy neighbour', gates: 400, alarms: 0, same: 1, undecided: 0, alarming: [] },
  ],
  power: [
    {
      ...{ title: 'slowed by 5 %', slowdown: 0.05, measured: 0.0499, gates: 400, alarms: 396 },
      groups: [
        { hypervisor: 'kvm', suite: 'cpu', rows: 18, gates: 1800, found: 0.9967, worst: 0.95 },
        { hypervisor: 'v86', suite: 'memory', rows: 8, gates: 800, found: 0.5, worst: 0 },
      ],
    },
  ],
  rowPower: [
    {
      ...{ suite: 'cpu', workload: 'sieve', isa: 'x86_64', hypervisor: 'kvm', minimumEffect: 0.01 },
      found: [
        { slowdown: 0.05, share: 1 },
        { slowdown: 0.03, share: 0.42 },
      ],
      smallest: 0.025,
    },
    {
      ...{ suite: 'memory', workload: 'chase-l2', isa: 'i386', hypervisor: 'v86', minimumEffect: 0.02387 },
      found: [{ slowdown: 0.05, share: 0.005 }],
      smallest: null,
    },
  ],
};

const lines = (text: string) => text.split('\n');

/** Cells of the table with this in its head, the rule left out. */
function table(text: string, head: string): string[][] {
  const start = lines(text).findIndex((line) => line.startsWith('|') && line.includes(head));
  const rest = lines(text).slice(start);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest
    .slice(0, end)
    .filter((_, index) => index !== 1)
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('says what it was made on, and how a gate is cut', () => {
  const [first = '', , second = ''] = lines(renderValidation(report));
  expect(first).toBe(
    'Measured by `npm run validate` on 2026-01-02, hvbench 0.0.0, seed 7. None Synthetic CPU; 2 CPUs.',
  );
  expect(second).toMatch(
    /^Each gate judges 28 rows: a first result of 3 launches.* 60 s .* and at most 10\./,
  );
  expect(second).toContain("Level of the whole gate 5 %, minimum effect 1 % or the row's noise.");
});

test('what was measured', () => {
  expect(table(renderValidation(report), 'runs measured').slice(1)).toEqual([
    ['nothing else runs', '5', '65'],
    ['guests slowed by 5 %', '2', '26'],
  ]);
});

test('false alarms, counted and as shares: small ones keep their digits', () => {
  expect(table(renderValidation(report), 'alarms')).toEqual([
    ['what differs from the baseline', 'gates', 'alarms', 'of which rows', 'rows same', 'rows undecided'],
    ['nothing changed', '400', '1 (0.25 %)', 'cpu/sieve, kvm (x86_64): 1', '87.5 %', '12.5 %'],
    ['a noisy neighbour', '400', '0 (0.0 %)', '', '100.0 %', '0.0 %'],
  ]);
});

test('power of whole gates', () => {
  expect(table(renderValidation(report), 'gate fails').slice(1)).toEqual([
    ['slowed by 5 %', '4.99 %', '400', '99.0 %'],
  ]);
});

test('power by hypervisor and suite', () => {
  expect(table(renderValidation(report), 'worst row').slice(1)).toEqual([
    ['slowed by 5 %', 'kvm cpu', '18', '1800', '99.7 %', '95.0 %'],
    ['slowed by 5 %', 'v86 memory', '8', '800', '50.0 %', '0.0 %'],
  ]);
});

test('by row: slow-downs in order, and what was not measured says so', () => {
  expect(table(renderValidation(report), 'smallest found')).toEqual([
    ['row', 'minimum effect', '3 % found', '5 % found', 'smallest found'],
    ['cpu/sieve, kvm (x86_64)', '1 %', '42.0 %', '100.0 %', '2.5 %'],
    ['memory/chase-l2, v86 (i386)', '2.39 %', 'not measured', '0.50 %', 'over 100 %'],
  ]);
});

test('a table is as wide in every line, whatever names hold', () => {
  const [row] = report.rowPower;
  if (!row) throw new Error('no row');
  const hostile = Object.values(HOSTILE).map((workload) => ({ ...row, workload: `${workload}\n| x |` }));
  const text = renderValidation({ ...report, rowPower: hostile, host: [`${HOSTILE.terminal}\nx`] });
  expect(new Set(table(text, 'smallest found').map((cells) => cells.length))).toEqual(new Set([5]));
  expect(table(text, 'smallest found')).toHaveLength(1 + hostile.length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u2028\u202e]/);
  expect(text.endsWith('|\n')).toBe(true);
});
