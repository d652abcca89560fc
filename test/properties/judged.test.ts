/** Files that are judged, and what tells how: histories, baselines, configurations. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig, configSchema } from '../../core/config/config.ts';
import { UserError } from '../../core/errors.ts';
import {
  BASELINE_SCHEMA,
  type Baseline,
  readBaseline,
  writeBaseline,
} from '../../core/judge/gate/baseline.ts';
import { HISTORY_SCHEMA } from '../../core/judge/history/entry.ts';
import { parseHistory } from '../../core/judge/history/parse.ts';
import { createRandom } from '../../core/stats/random.ts';
import { HOST_CLASS, historyEntry } from '../core/judge/history/example.ts';
import { textOf as jsonOf, mutate, mutateLines } from '../hostile/mutate.ts';
import { anyText, expectToGiveOrSay, fc, outcome, RUNS } from './property.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of an error: one line, which fits into one of a terminal's screens. */
const IN_A_LINE = '[^\\n]{1,900}$';
const text = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('a history', () => {
  const first = { type: 'header', schema: HISTORY_SCHEMA, hostClass: HOST_CLASS };
  const results = [0, 1, 2, 3].map((index) => historyEntry(index));
  const SAID = new RegExp(`^(line \\d+ (is|begins) |it (has no|is of) )${IN_A_LINE}`);

  it('is the same in any order, with lines repeated, and cut in its last line', () => {
    const lines = fc.array(fc.constantFrom(first, ...results), { maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.nat(200), (some, cut) => {
        const half = JSON.stringify(results[0]).slice(0, cut);
        const read = parseHistory(`${text([first, ...some])}${half}`);
        expect(read).toEqual({
          hostClass: HOST_CLASS,
          entries: results.filter((result) => some.includes(result)),
        });
      }),
    );
  });

  it('is read, or refused in a line, whatever is damaged', () => {
    fc.assert(
      fc.property(fc.nat(), anyText(), anyText({ maxLength: 2000 }), (number, other, key) => {
        expectToGiveOrSay(() => parseHistory(mutateLines([first, ...results], createRandom(number))), SAID);
        expectToGiveOrSay(() => parseHistory(`${other}\n`), SAID);
        expectToGiveOrSay(() => parseHistory(text([first, { ...results[0], [key]: 1 }])), SAID);
      }),
    );
  });

  it('has times that all programs of ours understand', () => {
    const digits = (least: number, most: number) =>
      fc.integer({ min: least, max: most }).map((n) => String(n).padStart(2, '0'));
    const time = fc
      .tuple(
        fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
        ...([digits(0, 13), digits(0, 32), digits(0, 25), digits(0, 61)] as const),
        fc.constantFrom('', ':00', ':59', ':60', ':59.9', ':59.999999999999999999', ':00.'),
        fc.constantFrom('Z', '', '+00:00', '-23:59', 'z'),
      )
      .map(
        ([year, month, day, hour, minute, second, zone]) =>
          `${year}-${month}-${day}T${hour}:${minute}${second}${zone}`,
      );
    fc.assert(
      fc.property(time, (startedAt) => {
        const read = outcome(() => parseHistory(text([first, { ...results[0], startedAt }])));
        const taken = 'value' in read ? (read.value?.entries ?? []) : [];
        for (const entry of taken) expect(Date.parse(entry.startedAt), startedAt).not.toBeNaN();
      }),
    );
  });
});

describe('a baseline', () => {
  const figure = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const list = fc.constantFrom('[ 1,  2 ]', '[ 1 ]', '[\n 3 ]');
  const name = fc.oneof(
    anyText(),
    list,
    fc.tuple(anyText(), list, anyText()).map((parts) => parts.join('')),
  );
  const row = fc.record({
    suite: name,
    workload: name,
    isa: fc.constantFrom('x86_64' as const, 'i386' as const),
    hypervisor: name,
    technique: fc.constant('binary-translation' as const),
    digest: name,
    argument: figure,
    logRatios: fc.array(fc.array(figure, { maxLength: 4 }), { maxLength: 3 }),
  });
  const createdAt = '2026-01-02T03:04:05.000Z';
  const baseline: fc.Arbitrary<Baseline> = fc
    .tuple(fc.array(row, { maxLength: 3 }), name)
    .map(([rows, tool]) => ({
      schema: BASELINE_SCHEMA,
      classes: [
        {
          hostClass: HOST_CLASS,
          createdAt,
          tool,
          runs: [{ startedAt: createdAt, kernel: tool, launches: 3 }],
          rows,
        },
      ],
    }));

  it('is read as it was written', () => {
    fc.assert(
      fc.property(baseline, (one) => {
        writeBaseline(join(folder, 'baseline.json'), one);
        expect(readBaseline(join(folder, 'baseline.json'))).toEqual(one);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('has a list of figures a line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 5 }),
        (figures) => {
          const ratios = { logRatios: [figures] } as never;
          writeBaseline(join(folder, 'baseline.json'), {
            schema: BASELINE_SCHEMA,
            classes: [{ rows: [ratios] }],
          } as never);
          const lines = readFileSync(join(folder, 'baseline.json'), 'utf8').split('\n');
          expect(lines.map((line) => line.trim())).toContain(JSON.stringify(figures).replaceAll(',', ', '));
        },
      ),
    );
  });

  it('is read, or refused in a line, whatever is damaged', () => {
    const SAID = /^[^\n]{1,100}baseline[^\n]{1,900}$/;
    fc.assert(
      fc.property(baseline, fc.nat(), anyText(), anyText({ maxLength: 2000 }), (one, number, other, key) => {
        for (const content of [
          jsonOf(mutate(one, createRandom(number))),
          other,
          JSON.stringify({ ...one, [key]: 1 }),
        ]) {
          writeFileSync(join(folder, 'baseline.json'), content);
          expectToGiveOrSay(() => readBaseline(join(folder, 'baseline.json')), SAID);
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });
});

describe('checkConfig', () => {
  it('takes a value, or refuses it in a line', () => {
    const value = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    const key = fc.oneof(fc.constantFrom(...Object.keys(configSchema.shape)), anyText({ maxLength: 2000 }));
    fc.assert(
      fc.property(value, fc.dictionary(key, value), (any, object) => {
        for (const content of [any, object]) {
          const ended = outcome(() => checkConfig(content, 'bench.config.ts'));
          expect(
            'error' in ended ? ended.error : new UserError('config bench.config.ts: none'),
          ).toBeInstanceOf(UserError);
          expectToGiveOrSay(
            () => checkConfig(content, 'bench.config.ts'),
            new RegExp(`^config bench.config.ts( at .*)?: ${IN_A_LINE}`),
          );
        }
      }),
    );
  });
});
