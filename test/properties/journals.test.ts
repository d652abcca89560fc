/** Journals: files of lines that a run writes and reads again, and that somebody else may have written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ExecEntry, execEntrySchema } from '../../core/exec/journal.ts';
import { JournalWriter, readJournal } from '../../core/results/folder.ts';
import { type JournalEntry, parseLines, runLines } from '../../core/results/journal.ts';
import { linesOf } from '../../core/results/lines.ts';
import { isPlainSample, type Sample, sampleSchema } from '../../core/results/sample-schema.ts';
import { createRandom } from '../../core/stats/random.ts';
import { suites } from '../../suites/index.ts';
import { header as execHeader, run } from '../core/exec/example.ts';
import {
  end,
  failure,
  header,
  launch,
  noOperation,
  operationSample,
  sample,
} from '../core/results/example.ts';
import { textOf as jsonOf, mutate, mutateLines } from '../hostile/mutate.ts';
import { anyText, expectToGiveOrSay, fc, outcome, RUNS } from './property.ts';

const folder = mkdtempSync(join(tmpdir(), 'hvbench-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const seed = fc.nat();
/** Of an error: one line, which fits into one of a terminal's screens. */
const IN_A_LINE = '[^\\n]{1,900}$';

describe('linesOf', () => {
  it('gives what ends with a newline, over the ends of what is read at once', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'ß', '漢', '\r'), maxLength: 8 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        lines,
        fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
        fc.nat(40),
        (whole, cut, more) => {
          // The first line ends a little beside the end of the first read.
          const first = 'x'.repeat((1 << 20) - more);
          const path = file('lines', [first, ...whole, cut].join('\n'));
          expect([...linesOf(path)].map((line) => (line === first ? 'first' : line))).toEqual([
            'first',
            ...whole,
          ]);
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('takes a line of the greatest length, and none that is longer', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 6 }), fc.nat(12), (lengths, most) => {
        const path = file('lines', lengths.map((length) => `${'x'.repeat(length)}\n`).join(''));
        const long = lengths.findIndex((length) => length > most);
        const read = outcome(() => [...linesOf(path, most)]);
        const error = new Error(`line ${long + 1} is longer than ${most} bytes`);
        expect(read).toEqual(long < 0 ? { value: lengths.map((length) => 'x'.repeat(length)) } : { error });
      }),
    );
  });
});

const entries: readonly JournalEntry[] = [
  ...[header(), sample(), sample({ exits: { exits: 4 }, emptyExits: { exits: 1 } }), failure(), launch(0)],
  ...[operationSample(), noOperation(), end()],
];
const execEntries: readonly ExecEntry[] = [
  execHeader(),
  { type: 'start', hypervisor: 'uml', launch: 0, startMs: 1, evidence: ['seen'] },
  { ...run(0, 0, 100), type: 'run', hypervisor: 'uml' },
  { type: 'clock', hypervisor: 'uml', hostNs: 1, guestNs: 2 },
];
const text = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe.each([
  ['a run', runLines(suites), entries],
  ['a command', { schema: execEntrySchema }, execEntries],
] as const)('the journal of %s', (_, lines, whole) => {
  const SAID = new RegExp(`^line \\d+ is not ${IN_A_LINE}`);
  const parse = (content: string) => [...parseLines<unknown>(content.split('\n'), lines)];

  it('is read, or refused in a line, whatever is damaged', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const content = mutateLines(whole, createRandom(number));
        expectToGiveOrSay(() => parse(content), SAID);
      }),
    );
  });

  it('so is any text, and any value', () => {
    fc.assert(
      fc.property(anyText(), fc.jsonValue(), anyText({ maxLength: 2000 }), (line, value, key) => {
        expectToGiveOrSay(() => parse(line), SAID);
        expectToGiveOrSay(() => parse(text([value])), SAID);
        expectToGiveOrSay(() => parse(text([{ ...whole[0], [key]: value }])), SAID);
      }),
    );
  });
});

describe('a sample', () => {
  it('is taken without the schema only if the schema takes it, and as the schema gives it', () => {
    fc.assert(
      fc.property(seed, fc.boolean(), (number, hasExits) => {
        const counts = hasExits && { exits: { exits: 4 }, emptyExits: { exits: 1, io: 1 } };
        const value: unknown = JSON.parse(jsonOf(mutate(sample({ ...counts }), createRandom(number))));
        const parsed = sampleSchema.safeParse(value);
        expect(isPlainSample(value) ? { success: true, data: value } : parsed).toEqual(parsed);
      }),
    );
  });

  it('is taken without the schema if it is one, of whatever names and figures', () => {
    const figure = fc.double({ min: 0, max: 1e15, noNaN: true });
    const one = fc.record({
      workload: anyText(),
      wallNs: figure,
      ticks: figure,
      round: fc.nat(1000),
    }) as fc.Arbitrary<Partial<Sample>>;
    fc.assert(
      fc.property(one, (fields) => {
        expect(isPlainSample(JSON.parse(JSON.stringify(sample(fields))))).toBe(true);
      }),
    );
  });
});

describe('JournalWriter', () => {
  it('goes on behind the last whole line, wherever the run was killed', () => {
    const [whole, journal] = [text(entries), join(folder, 'samples.ndjson')];
    fc.assert(
      fc.property(fc.nat(), (place) => {
        const kept = Buffer.from(whole).subarray(0, place % (whole.length + 1));
        writeFileSync(journal, kept);
        const writer = new JournalWriter(folder, { resume: true });
        writer.append(end());
        writer.close();
        const before = kept.toString().split('\n').length - 1;
        expect(readJournal(folder, suites)).toEqual([...entries.slice(0, before), end()]);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });
});
