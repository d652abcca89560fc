import { expect, test } from 'vitest';
import { type BatchMark, FrameReader } from '../../../core/guest/frame-reader.ts';

function reader() {
  const seen: (BatchMark | 'reply')[] = [];
  return {
    seen,
    reader: new FrameReader(
      (mark) => void seen.push(mark),
      () => void seen.push('reply'),
    ),
  };
}
/** What announces it, a mask that names its first and its last word, and these. */
const REPLY = Buffer.concat([Buffer.of(4, 1, 0, 8), Buffer.alloc(16, 'x')]);

test('marks and replies come in any pieces', () => {
  const { seen, reader: whole } = reader();
  const bytes = Buffer.concat([Buffer.of(3), REPLY, Buffer.of(1, 2), REPLY, Buffer.of(1, 2), REPLY]);
  for (const byte of bytes) whole.receive(Buffer.of(byte));
  expect(seen).toEqual(['runs', 'reply', 'begin', 'end', 'reply', 'begin', 'end', 'reply']);
});

test.each([1, 2, 3])('a guest that marks without end is not answered without end: %d', (mark) => {
  const { seen, reader: flooded } = reader();
  expect(() => flooded.receive(Buffer.alloc(100_000, mark))).toThrow(
    'the guest marks more than one batch before it replies',
  );
  expect(seen).toHaveLength(1);
});

test.each([
  [
    'a byte that announces nothing',
    Buffer.of(0),
    'the guest sent a byte that begins neither a mark nor a reply: 0',
  ],
  ['a reply of 21 words', Buffer.of(4, 0, 0, 16), 'the guest sent a reply that is longer than any'],
])('%s is refused', (_what, bytes, message) => {
  expect(() => reader().reader.receive(bytes)).toThrow(message);
});
