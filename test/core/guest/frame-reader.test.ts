import { expect, test } from 'vitest';
import { type BatchMark, FrameReader } from '../../../core/guest/frame-reader.ts';
import { REPLY_BYTES } from '../../../core/guest/protocol.ts';

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
/** No mark is its first byte. */
const REPLY = Buffer.alloc(REPLY_BYTES, 'x');

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
