import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../../core/errors.ts';
import {
  type Baseline,
  baselineOf,
  readBaseline,
  withClass,
  writeBaseline,
} from '../../../../core/judge/gate/baseline.ts';
import { metricRowsOf } from '../../../../core/judge/gate/baseline-metrics.ts';
import type { Row } from '../../../../core/model/row.ts';
import { smallResult } from '../compare/example.ts';
import { around, launches, metric, row } from '../compare/metric-example.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-baseline-metrics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

const on = (hypervisor: string): Partial<Row> => ({
  target: { hypervisor, isa: 'x86_64', machineType: null },
});
const versus = [{ target: 'native', ratio: around(1.5), samples: launches(1.5) }];
const log = (value: number) => Number(Math.log(value).toFixed(6));

describe('of rows', () => {
  test('holds a logarithm for each launch, absolute or against native', () => {
    const [kept] = metricRowsOf([
      [row({ it: metric(100, { samples: launches(100, 0, 2) }), other: metric(1, { versus }) })],
    ]);
    expect(kept).toEqual({
      suite: 'teapot',
      target: { hypervisor: 'kvm', isa: 'x86_64', machineType: null },
      dimensions: { leaf: 'green', cups: 3 },
      identity: { technique: 'amd-v' },
      metrics: {
        it: { basis: 'absolute', unit: 'ns', logs: [[log(100), log(100)]] },
        other: { basis: 'native', unit: 'ratio', logs: [[expect.closeTo(Math.log(1.5), 2), ...any(3)]] },
      },
    });
  });

  test('keeps runs apart', () => {
    const run = (at: number) => [row({ it: metric(at, { value: at, samples: undefined }) })];
    expect(metricRowsOf([run(8), run(7), run(9)])[0]?.metrics.it?.logs).toEqual([
      [log(8)],
      [log(7)],
      [log(9)],
    ]);
  });

  test('holds nothing of native, of the control, of what failed, or of what has no logarithm', () => {
    const it = metric(100);
    const rows = [
      row({ it }, on('native')),
      row({ it }, on('control')),
      row({ it }, { status: 'failed', dimensions: { leaf: 'black' } }),
      row({ it: metric(0, { value: 0, samples: undefined }) }, { dimensions: { leaf: 'white' } }),
    ];
    expect(metricRowsOf([rows])).toEqual([]);
  });

  test('what is of another image, basis or unit in a later run begins anew', () => {
    const first = [row({ it: metric(100) })];
    const image = [
      row({ it: metric(200, { samples: launches(200, 0, 1) }) }, { identity: { technique: 'vt-x' } }),
    ];
    const basis = [row({ it: metric(100, { versus }) })];
    const unit = [row({ it: metric(100, { unit: 'bytes' }) })];
    expect(metricRowsOf([first, image])[0]).toMatchObject({
      identity: { technique: 'vt-x' },
      metrics: { it: { logs: [[log(200)]] } },
    });
    expect(metricRowsOf([first, first, basis])[0]?.metrics.it).toMatchObject({
      basis: 'native',
      logs: [any(4)],
    });
    expect(metricRowsOf([first, first, unit])[0]?.metrics.it).toMatchObject({
      unit: 'bytes',
      logs: [any(4)],
    });
    expect(metricRowsOf([first, first])[0]?.metrics.it?.logs).toHaveLength(2);
  });
});

const NOW = new Date('2026-02-03T04:05:06Z');
const result = smallResult();
const whole = { ...result, rows: [row({ it: metric(100) })] };
const baseline = withClass(null, baselineOf([whole], NOW));

describe('in the file', () => {
  test('is read as it was written, a launch list on one line', () => {
    writeBaseline(file('round.json'), baseline);
    expect(readBaseline(file('round.json'))).toEqual(baseline);
    expect(readFileSync(file('round.json'), 'utf8')).toMatch(
      /^ +\[4\.60\d+, 4\.60\d+, 4\.60\d+, 4\.60\d+\]$/m,
    );
  });

  test('is absent if the runs had nothing of it', () => {
    expect(baselineOf([result], NOW)).not.toHaveProperty('metrics');
  });

  type Edit = (metrics: Record<string, unknown>[]) => unknown;
  const figure = (metrics: Record<string, unknown>[]) =>
    (metrics[0] as { metrics: { it: object } }).metrics.it;
  test.each<[string, Edit, RegExp]>([
    ['another type', () => 7, /metrics: /],
    ['a basis that nobody knows', (all) => Object.assign(figure(all), { basis: 'lunar' }), /it\.basis/],
    ['a unit that nobody knows', (all) => Object.assign(figure(all), { unit: 'miles' }), /it\.unit/],
    ['a figure beyond all units', (all) => Object.assign(figure(all), { logs: [[101]] }), /it\.logs\.0\.0/],
    ['no figure', (all) => Object.assign(figure(all), { logs: [[null]] }), /it\.logs\.0\.0/],
    [
      'too many launches',
      (all) => Object.assign(figure(all), { logs: [Array(10_001).fill(0)] }),
      /it\.logs\.0:/,
    ],
    ['too many runs', (all) => Object.assign(figure(all), { logs: Array(1001).fill([]) }), /it\.logs:/],
    [
      'too many metrics in a row',
      (all) => {
        const many = Array.from({ length: 65 }, (_, index) => [`m${index}`, figure(all)]);
        Object.assign(all[0] as object, { metrics: Object.fromEntries(many) });
      },
      /metrics\.0\.metrics: more than 64 names/,
    ],
    ['too many rows', (all) => Array(25_001).fill(all[0]), /metrics: /],
    [
      'an ISA that nobody knows',
      (all) => Object.assign(all[0]?.target as object, { isa: 'z80' }),
      /target\.isa/,
    ],
    ['a field too many', (all) => Object.assign(all[0] as object, { more: 1 }), /more/],
  ])('is refused in a line with %s', (_, edit, message) => {
    const copy = structuredClone(baseline) as Baseline & {
      classes: [{ metrics: Record<string, unknown>[] }];
    };
    const { metrics } = copy.classes[0];
    const replaced = edit(metrics);
    const content =
      replaced === undefined || !(Array.isArray(replaced) || typeof replaced === 'number')
        ? copy
        : { ...copy, classes: [{ ...copy.classes[0], metrics: replaced }] };
    writeFileSync(file('damaged.json'), JSON.stringify(content));
    const read = () => readBaseline(file('damaged.json'));
    expect(read).toThrow(UserError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^the baseline [^\n]* is damaged at classes\.0\.metrics[^\n]*$/);
  });
});

test('the project’s own baseline is read and written as it is', () => {
  const path = join(import.meta.dirname, '../../../../.ci/baseline.json');
  const read = readBaseline(path);
  expect(read).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  writeBaseline(file('again.json'), read as Baseline);
  expect(readFileSync(file('again.json'), 'utf8')).toBe(readFileSync(path, 'utf8'));
});

function any(length: number) {
  return Array.from({ length }, () => expect.any(Number));
}
