import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MarkedStream } from '../../../core/emulate/marked-stream.ts';

function passing(mark: string) {
  const taken: Buffer[] = [];
  let ends = 0;
  const stream = new MarkedStream(
    mark,
    (bytes) => taken.push(Buffer.from(bytes)),
    () => {
      ends++;
    },
  );
  return { stream, text: () => Buffer.concat(taken).toString('latin1'), ends: () => ends };
}

/** Of few letters, so that beginnings of the mark come often. */
const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 30 });

it('hands over all that stands in front of the mark, however it is cut, and nothing behind it', () => {
  fc.assert(
    fc.property(texts, texts, fc.array(fc.nat(40), { maxLength: 6 }), (before, after, cuts) => {
      const mark = 'aabab#';
      const all = Buffer.from(before + mark + after);
      const { stream, text, ends } = passing(mark);
      const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      for (let i = 1; i < at.length; i++) stream.receive(all.subarray(at[i - 1], at[i]));
      stream.giveUp();
      expect(text()).toBe(before);
      expect(ends()).toBe(1);
    }),
  );
});

it('holds back no more than what may be the beginning of the mark', () => {
  const { stream, text, ends } = passing('mark');
  stream.receive(Buffer.from('line\nma'));
  expect(text()).toBe('line\n');
  stream.giveUp();
  expect(text()).toBe('line\nma');
  expect(ends()).toBe(0);
});
