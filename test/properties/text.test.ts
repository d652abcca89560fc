/** Texts of guests, firmware and others' files on their way to a terminal, a page or a spreadsheet. */
import { describe, expect, it } from 'vitest';
import { printable } from '../../core/cli/printable.ts';
import { cleanText } from '../../core/host/text.ts';
import { bytesText, clip, dateTime, duration, percent, plain, plainDeep } from '../../core/present/format.ts';
import { csvBytes } from '../../reports/csv-table.ts';
import { wrap } from '../../reports/wrap.ts';
import { anyText, fc, textOf } from './property.ts';

/** What terminals and layouts obey, and what ends a line in some program. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('a text', () => {
  it('has nothing that is obeyed when it is plain, clean or printable', () => {
    fc.assert(
      fc.property(anyText(), fc.nat(300), (text, limit) => {
        expect(plain(text)).not.toMatch(OBEYED);
        expect(plain(plain(text))).toBe(plain(text));
        const clean = cleanText(text, limit);
        expect(clean).not.toMatch(/\p{C}/u);
        expect(Array.from(clean).length).toBeLessThanOrEqual(limit);
        expect(cleanText(clean, limit)).toBe(clean);
        expect(printable(text)).not.toMatch(/\p{C}/u);
      }),
    );
  });

  it('stays as it is if there is nothing to take out', () => {
    fc.assert(
      fc.property(textOf('aß漢𝄞é .,<&|"'), (text) => {
        expect(plain(text)).toBe(text.trim());
        expect(printable(text)).toBe(text);
      }),
    );
  });

  it('is no longer than its place, and has no half of a character if it had none', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 1, max: 70 }), (text, length) => {
        const clipped = clip(text, length);
        expect(clipped.length).toBeLessThanOrEqual(length);
        expect(clip(clipped, length)).toBe(clipped);
        expect(clip(text.toWellFormed(), length).isWellFormed()).toBe(true);
        expect(clip(plain(text), length)).not.toMatch(OBEYED);
      }),
    );
  });

  it('is broken between words, and none is lost', () => {
    fc.assert(
      fc.property(textOf('ab 1%[],', 80), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        expect(lines.join(' ').split(' ').filter(Boolean)).toEqual(text.split(' ').filter(Boolean));
        const long = lines.filter((line) => line.length > width);
        for (const line of long) expect(line.replace(/ (?=[^[\]]*\]|%)/g, '')).not.toContain(' ');
      }),
    );
  });
});

describe('plainDeep', () => {
  it('leaves nothing that is obeyed in any text, and all else as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.dictionary(anyText(), anyText()), (value, texts) => {
        const deep = plainDeep({ value, texts, list: Object.values(texts) });
        expect(JSON.stringify(deep)).not.toMatch(OBEYED);
        expect(deep.list).toEqual(Object.values(texts).map(plain));
        expect(plainDeep(deep)).toEqual(deep);
      }),
    );
  });
});

/** From one to another, often a little beside a power of a base, where figures change their unit. */
const beside = (least: number, most: number, base: number) =>
  fc
    .oneof(
      fc.double({ min: least, max: most, noNaN: true }),
      fc
        .tuple(fc.nat(Math.floor(Math.log(most) / Math.log(base))), fc.integer({ min: -600, max: 600 }))
        .map(([power, tiny]) => base ** power * (1 + tiny / 1e5)),
    )
    .filter((value) => value >= least && value <= most);

describe('a figure', () => {
  it('has three digits, or more if its unit is the largest', () => {
    fc.assert(
      fc.property(beside(1, 1e12, 10), (ns) => {
        expect(duration(ns)).toMatch(/^(\d\.\d\d|\d\d\.\d|\d\d\d) (ns|µs|ms)$|^\d+(\.\d+)? s$/);
      }),
    );
  });

  it('is in the unit that reads best', () => {
    fc.assert(
      fc.property(beside(0, 2 ** 50, 1024), (count) => {
        expect(bytesText(count)).toMatch(/^(\d{1,3}|10[01]\d|102[0-3])(\.\d)? ([KMGT]i)?B$|^1024 TiB$/);
      }),
    );
  });

  it('is never a nothing with a sign', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), fc.nat(3), (fraction, decimals) => {
        expect(percent(fraction, decimals)).toMatch(/^([+-]\d|0)/);
        expect(percent(fraction, decimals)).not.toMatch(/^[+-]0(\.0+)? /);
      }),
    );
  });

  it('of a time is one for every time that a result may have', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') }),
        (date) => {
          expect(dateTime(date.toISOString())).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
        },
      ),
    );
  });
});

describe('a table of comma-separated values', () => {
  const cell = fc.oneof(
    anyText({ maxLength: 12 }),
    textOf('=+-@"\n\r, a;\t', 6),
    fc.double(),
    fc.constantFrom(null, undefined),
  );
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
    );

  it('is read as it was written, but for formulas, which become texts', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [columns = [], ...rest] = rows.map((row) =>
          row.map((each) => (typeof each === 'string' ? each.toWellFormed() : each)),
        );
        const read = parseCsv(csvBytes({ columns: columns.map(String), rows: () => rest }).toString());
        const written = [columns.map(String), ...rest].map((row) =>
          row.map((each) => (typeof each === 'string' ? each : String(each ?? ''))),
        );
        const cells = read.flat();
        for (const [index, text] of written.flat().entries())
          expect([text, `'${text}`]).toContain(cells[index]);
        expect(read.map((row) => row.length)).toEqual(written.map((row) => row.length));
      }),
    );
  });

  it('has no text that a spreadsheet takes for a formula', () => {
    fc.assert(
      fc.property(textOf('=+-@\t\r"\n, a1＝＋－＠', 6), (text) => {
        const [row = []] = parseCsv(csvBytes({ columns: [text, ''], rows: () => [] }).toString());
        expect(row[0]).not.toMatch(/^[=+\-@\t\r＝＋－＠]/);
      }),
    );
  });
});

/** As RFC 4180 has it; a line ends with "\n". A carriage return outside of quotes ends one too, for many programs. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r|\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
