/** A reply as guests send it byte by byte (suites/runtime/packed.h), with the byte that announces it. */
export function packReply(frame: Buffer): Buffer {
  const words = Array.from({ length: frame.length / 8 }, (_, i) => frame.subarray(8 * i, 8 * i + 8));
  const mask = Buffer.alloc(3);
  for (const [i, word] of words.entries()) {
    if (word.some((byte) => byte !== 0)) mask[i >> 3] = (mask[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return Buffer.concat([Buffer.of(4), mask, ...words.filter((word) => word.some((byte) => byte !== 0))]);
}
