/** What QEMU says on its monitor, and figures in what a command wrote. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { metricIn } from '../../core/exec/metric.ts';
import { EXIT_REASONS } from '../../core/guest/protocol.ts';
import { readExits } from '../../core/hypervisors/qemu/exit-counts.ts';
import { Qmp } from '../../core/hypervisors/qemu/qmp.ts';
import { anyText, fc, outcome, pieces, places, textOf } from './property.ts';

/** Events and the error that ended them; its stream is one that hands on at once. */
function hear(chunks: readonly string[]): unknown[] {
  const heard: unknown[] = [];
  const stream = new PassThrough();
  new Qmp(stream, (event, data) => heard.push([event, data]));
  const ended = outcome(() => {
    for (const chunk of chunks) stream.emit('data', chunk);
  });
  return 'error' in ended ? [...heard, (ended.error as Error).message] : heard;
}

describe('Qmp', () => {
  const event = fc
    .record({
      event: anyText({ maxLength: 8 }),
      data: fc.dictionary(fc.constantFrom('reason', 'guest', 'é'), fc.jsonValue({ maxDepth: 1 })),
    })
    .map((message) => ({ line: `${JSON.stringify(message)}\r\n`, heard: [message.event, message.data] }));

  it('hears the same events however their text is cut', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), places, (events, cuts) => {
        const text = events.map(({ line }) => line).join('\r\n');
        expect(hear(pieces(text, cuts))).toEqual(
          JSON.parse(JSON.stringify(events.map(({ heard }) => heard))),
        );
      }),
    );
  });

  it('says in a line what it cannot understand, and nothing else', () => {
    const line = fc.oneof(
      anyText(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.constantFrom('{"event": 1}', '{"id": 7, "return": 1}', '{"error": {}}'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
        for (const said of hear([`${lines.join('\n')}\n`]))
          expect(JSON.stringify(said)).toMatch(/^\["|^"QEMU wrote [^\n]{1,900}"$/);
      }),
    );
  });
});

describe('readExits', () => {
  it('gives numbers of reasons that there are, whatever is answered', async () => {
    const name = fc.oneof(
      fc.constantFrom('mmio_exits', 'halt_exits', 'constructor', '__proto__', 'toString', 'exits'),
      anyText({ maxLength: 5 }),
    );
    const stat = fc.record({ name, value: fc.oneof(fc.nat(), fc.jsonValue({ maxDepth: 1 })) });
    const answer = fc.oneof(fc.anything(), fc.array(fc.record({ stats: fc.array(stat) })));
    await fc.assert(
      fc.asyncProperty(answer, async (answer) => {
        const exits = await readExits({ execute: async () => answer } as unknown as Qmp);
        for (const [reason, count] of Object.entries(exits)) {
          expect(EXIT_REASONS).toContain(reason);
          expect(count).toBeTypeOf('number');
        }
      }),
    );
  });
});

describe('metricIn', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
    fc.integer(),
    fc.integer({ min: -999, max: 999 }),
  );

  it('finds a number wherever it stands, the last of them', () => {
    const word = textOf('abzß:\n', 8);
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 4 }), word, word, (numbers, before, behind) => {
        const text = numbers.map((value) => `${before} score= ${value} ${behind}`).join('\n');
        expect(metricIn(/score= (\S+)/, [text])).toBe((numbers.at(-1) as number) + 0);
      }),
    );
  });

  it('never takes a part of a number for all of it, or another for it', () => {
    const between = fc.constantFrom(',', '_', "'", '’', ' ', '\u00a0', '\u202f', '');
    const written = fc
      .tuple(
        fc.integer({ min: 1000, max: 1e9 }),
        between,
        fc.constantFrom('', ',5', '.5', '.50', 'e3', 'e+3', '.5e-3'),
      )
      .map(([whole, separator, rest]) => ({
        text: `${String(whole).replace(/\B(?=(\d{3})+$)/g, separator)}${rest}`,
        // A comma without another, or with no point behind, may be either.
        value: Number(`${whole}${rest.replace(',', '.')}`),
      }));
    const patterns = [
      /(\d+)/,
      /(\d+) ops/,
      /total (\d+)/,
      /([\d.]+)/,
      /total ([\d.,]+)/,
      /(\S+) ops/,
      /total (.*) ops/,
    ];
    fc.assert(
      fc.property(written, fc.constantFrom(...patterns), ({ text, value }, pattern) => {
        const found = metricIn(pattern, [`total ${text} ops`]);
        expect(typeof found === 'number' ? found : value).toBe(value);
      }),
    );
  });
});
