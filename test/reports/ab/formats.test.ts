/** Every output of an A/B, of made-up figures; none can steer a terminal or add markup. */
import { describe, expect, it, test } from 'vitest';
import type { Ab, AbFigure } from '../../../core/judge/ab/ab.ts';
import type { HypervisorInfo } from '../../../core/results/schema.ts';
import { abFormats } from '../../../reports/ab/index.ts';
import { fixtureResult, HOSTILE } from '../fixture.ts';

const info = (id: string): HypervisorInfo => {
  const [first] = fixtureResult({ hostile: false }).hypervisors as [HypervisorInfo];
  return { ...first, id, version: '9.2.1' };
};

const figure = (workload: string, estimate: number, verdict: AbFigure['verdict']): AbFigure => {
  const change = { estimate, low: estimate - 0.01, high: estimate + 0.01 };
  return {
    ...{ suite: 'cpu', isa: 'x86_64', machineType: null, dimensions: { workload }, metric: 'cpuTime' },
    ...{
      title: 'CPU time of an iteration',
      better: 'lower',
      unit: 'ns',
      base: 100,
      candidate: 100 * (1 + estimate),
    },
    ...{ change, decisive: change, confidence: 0.99, by: 'rounds', verdict, reason: `why ${workload}` },
    ...{ minimumEffect: { fraction: 0.01, reason: null }, launches: 8 },
  };
};

const variant = {
  of: 'qemu-tcg',
  program: { name: 'qemu-system-x86_64', sha256: 'ab'.repeat(32) },
  options: { args: '-d nochain' },
};

const AB: Ab = {
  passed: false,
  base: info('old'),
  candidate: { ...info('new'), variant },
  folder: 'results/x',
  ...{
    alpha: 0.05,
    firstLaunches: 3,
    looks: 8,
    startedAt: '2026-01-02T03:04:05.000Z',
    elapsedSeconds: 61.5,
  },
  figures: [
    figure('sieve', 0.2, 'regressed'),
    figure('lz77', -0.1, 'improved'),
    figure('tak', 0.001, 'same'),
    figure('matmul', 0.02, 'undecided'),
    { ...figure('', 0.03, 'regressed'), dimensions: {}, base: null, candidate: null },
  ],
  absent: [
    {
      suite: 'cpu',
      isa: 'i386',
      machineType: null,
      dimensions: { workload: 'integer' },
      metric: null,
      reason: 'new: failed',
    },
  ],
};

const render = (name: string, ab: Ab = AB) =>
  abFormats.find((one) => one.name === name)?.render(ab, { colour: false, width: 120 }) ?? '';

const names = abFormats.map(({ name }) => name);

test.each(names)('%s tells nothing that steers a terminal, and ends its last line', (name) => {
  const hostile = `${HOSTILE.terminal}${HOSTILE.markup}`;
  const evil: Ab = {
    ...AB,
    base: { ...info(hostile), title: hostile },
    folder: hostile,
    figures: AB.figures.map((one) => ({
      ...one,
      dimensions: { workload: hostile },
      title: hostile,
      reason: hostile,
    })),
    absent: AB.absent.map((one) => ({ ...one, reason: hostile })),
  };
  const text = render(name, evil);
  expect(text).toMatch(/\n$/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
});

test.each(['html', 'svg', 'junit'])('%s: names stay text', (name) => {
  const evil: Ab = {
    ...AB,
    figures: [{ ...figure(HOSTILE.markup, 0.2, 'regressed'), reason: HOSTILE.markup }],
  };
  expect(render(name, evil)).not.toMatch(/<script|<img/);
});

test.each(names)('%s: an A/B without figures has an output', (name) => {
  expect(render(name, { ...AB, figures: [], absent: [], passed: true }).length).toBeGreaterThan(2);
});

describe('for people', () => {
  it.each(['terminal', 'markdown', 'html', 'github'])(
    '%s tells losses and gains, and what was measured',
    (name) => {
      const text = render(name).replaceAll(/&[a-z]+;|%25|\\/g, '');
      expect(text).toContain('new is worse than old in 2 of 5 figures, and better in 1');
      expect(text).toMatch(/sieve/);
      expect(text).toMatch(/lz77/);
    },
  );

  it('says what the variant is', () => {
    expect(render('terminal')).toContain(
      'Candidate: new is qemu-tcg 9.2.1, qemu-system-x86_64 (SHA-256 abababababab), args -d nochain.',
    );
  });

  it('says in the first line that nothing regressed', () => {
    const calm: Ab = {
      ...AB,
      passed: true,
      figures: [figure('tak', 0, 'same'), figure('sieve', 0, 'undecided')],
    };
    expect(render('terminal', calm).split('\n')[0]).toBe(
      'new shows no regression against old: 1 figure undecided, 1 the same',
    );
    const same: Ab = { ...calm, figures: [figure('tak', 0, 'same')] };
    expect(render('terminal', same).split('\n')[0]).toBe('new is the same as old in 1 figure');
    const better: Ab = { ...calm, figures: [figure('tak', -0.2, 'improved')] };
    expect(render('terminal', better).split('\n')[0]).toBe(
      'new is better than old in 1 of 1 figure, and worse in none',
    );
  });
});

describe('for people, of many figures', () => {
  it('says of those that are left out that they are undecided, where they are', () => {
    const many = Array.from({ length: 31 }, (_, i) => figure(`w${i}`, 0.001, i < 30 ? 'undecided' : 'same'));
    const text = render('terminal', { ...AB, figures: [...AB.figures, ...many] });
    expect(text).toContain(
      '32 more figures differ by less than the minimum effect: 2 the same, 30 undecided.',
    );
    expect(text).not.toContain('w3 ');
  });
});

describe('for programs', () => {
  it('JSON has all of it', () => {
    const { schema, ...rest } = JSON.parse(render('json'));
    expect(schema).toBe('hvbench/ab@2');
    expect(rest).toEqual(JSON.parse(JSON.stringify(AB)));
  });

  it('JUnit has a case for each figure: failures are regressions, and what is open is skipped', () => {
    const xml = render('junit');
    expect(xml).toContain('tests="6" failures="2" errors="0"');
    expect(xml.match(/<skipped /g)).toHaveLength(2);
    expect(xml).toContain('<testcase classname="new.x86_64.cpu" name="tak: cpuTime"/>');
    expect(xml).toContain('name="all rows: cpuTime"');
  });

  it('services get ratios', () => {
    const [first] = JSON.parse(render('github-action-benchmark'));
    expect(first).toMatchObject({ name: 'new: cpu/sieve (x86_64): cpuTime', unit: '% of old', value: 120 });
    expect(JSON.parse(render('github-action-benchmark-bigger'))).toEqual([]);
    expect(JSON.parse(render('bencher'))['new: cpu/sieve (x86_64)']).toEqual({
      'cpu-time-ratio': { value: 1.2, lower_value: expect.closeTo(1.19), upper_value: expect.closeTo(1.21) },
    });
  });
});
