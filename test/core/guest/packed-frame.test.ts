import { expect, test } from 'vitest';
import { packCommand, packedReplyBytes, unpackReply } from '../../../core/guest/packed-frame.ts';
import { encodeCommand, REPLY_BYTES } from '../../../core/guest/protocol.ts';

test('a command to run is 14 bytes: the mask, the magic number, the operation and the iterations', () => {
  const frame = encodeCommand({ operation: 'run', iterations: 1000 });
  expect(packCommand(frame)).toEqual(Buffer.concat([Buffer.of(0b111, 0), frame.subarray(0, 12)]));
});

test('a command keeps its words in order, whichever are zero', () => {
  const frame = encodeCommand({ operation: 'prepare', seed: 1, argument: 2 ** 32, name: 'memory/chase' });
  const packed = packCommand(frame);
  expect(packed.readUInt16LE()).toBe(0b111_0010_1011);
  expect(packed.subarray(2)).toEqual(
    Buffer.concat([
      frame.subarray(0, 8),
      frame.subarray(12, 16),
      frame.subarray(20, 24),
      frame.subarray(32, 44),
    ]),
  );
});

test('a reply is told by its mask how long it is, and gets its zeros back', () => {
  const packed = Buffer.concat([
    Buffer.of(1, 1, 8),
    Buffer.alloc(8, 'a'),
    Buffer.alloc(8, 'b'),
    Buffer.alloc(8, 'c'),
  ]);
  expect(packedReplyBytes(packed.subarray(0, 2))).toBeNull();
  expect(packedReplyBytes(packed.subarray(0, 3))).toBe(27);
  const frame = unpackReply(packed);
  expect(frame).toHaveLength(REPLY_BYTES);
  const expected = Buffer.alloc(REPLY_BYTES);
  expected.fill('a', 0, 8).fill('b', 64, 72).fill('c', 152, 160);
  expect(frame).toEqual(expected);
});
