import { expect, test } from 'vitest';
import { type AbValidation, renderAbValidation } from '../../../../core/cli/validate/ab-markdown.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { HOSTILE } from '../../../reports/fixture.ts';

const setting = { budgetSeconds: 60, alpha: 0.05, minEffect: 0.01 };
const kind = { hypervisor: 'kvm', suite: 'cpu' };

/** Made up: nothing in it was ever measured. */
const report: AbValidation = {
  createdAt: '2026-01-02T03:04:05.678Z',
  tool: '0.0.0',
  host: 'None Synthetic CPU; 2 CPUs.',
  settings: { ...setting, seed: 7, trials: 400, trialsPerEffect: 50 },
  runs: [
    {
      ...{ ...kind, slowdown: 0, runs: 3, regressed: 1, improved: 0, figures: 54 },
      ...{ found: 1, same: 40, undecided: 13, measured: 0.0002, seconds: 41.4 },
    },
    {
      ...{ ...kind, slowdown: 0.05, runs: 1, regressed: 1, improved: 0, figures: 18 },
      ...{ found: 17, same: 0, undecided: 1, measured: 0.0512, seconds: 33 },
    },
  ],
  rates: [
    {
      ...{ ...kind, setting, smallest: 0.03 },
      alarms: { trials: 400, regressed: 2, improved: 1, same: 0.8, undecided: 0.195, seconds: 44 },
      found: [
        { slowdown: 0.02, share: 0.5, worst: 0.1 },
        { slowdown: 0.03, share: 0.95, worst: 0.92 },
      ],
      rows: [{ isa: 'x86_64', suite: 'cpu', workload: 'sieve', smallest: 0.03 }],
    },
  ],
  spread: [
    { ...kind, isa: 'x86_64', workload: 'sieve', launches: 30, ofLaunches: 0.00512, ofRounds: 0.0101 },
    { ...kind, isa: 'x86_64', workload: 'tak', launches: 30, ofLaunches: 0.2, ofRounds: 0.0101 },
  ],
};

const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('|'));

test('says how many runs there were, and what they said', () => {
  const text = renderAbValidation(report);
  expect(text).toContain('on 2026-01-02, hvbench 0.0.0, seed 7. None Synthetic CPU; 2 CPUs.');
  expect(text).toContain('**Real A/As**: 3 runs of `hvbench ab --budget 60`');
  expect(text).toContain('1 false alarm.');
  expect(lines(text)).toContain('| kvm cpu | 3 | 1 | 0 | 74.1 % | 24.1 % | 41 s |');
  expect(lines(text)).toContain('| kvm cpu | 5 % | 5.12 % | 1 of 1 | 17 of 18 | 0 |');
});

test('has the alarms of trials, what they found, and every row', () => {
  const text = lines(renderAbValidation(report));
  expect(text).toContain('| kvm cpu | 60 s | 1 % | 400 | 2 (0.50 %) | 1 (0.25 %) | 80.0 % | 19.5 % | 44 s |');
  expect(text).toContain(
    '| kvm cpu | 1 | 60 s | 1 % | 50.0 %, 10.0 % | 95.0 %, 92.0 % | not tried | not tried | 3 % |',
  );
  expect(text).toContain('| cpu/sieve, kvm (x86_64) | 30 | 0.51 % | 1.01 % | 3 % |');
  // A row that no trial has.
  expect(text).toContain('| cpu/tak, kvm (x86_64) | 30 | 20 % | 1.01 % |  |');
});

test('every table has as many cells in each line', () => {
  const text = renderAbValidation(report);
  const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
  expect(tables).toHaveLength(5);
  for (const block of atLeastOne(tables)) {
    const widths = block
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('|').length);
    expect(new Set(widths).size).toBe(1);
  }
});

test('names stay within their cells', () => {
  const [spread] = report.spread;
  const hostile = { ...report, spread: spread ? [{ ...spread, workload: `${HOSTILE.terminal}|x` }] : [] };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
  expect(renderAbValidation(hostile)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
  expect(renderAbValidation(hostile)).toContain('\\|x');
});
