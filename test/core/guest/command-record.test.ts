import { describe, expect, it } from 'vitest';
import { decodeRecord, decodeTexts, RECORD_BYTES } from '../../../core/guest/command-record.ts';

function record({ how = 0, code = 0, kept = [0, 0], bytes = [0n, 0n] } = {}): Buffer {
  const buffer = Buffer.alloc(RECORD_BYTES);
  buffer.writeUInt32LE(how, 0);
  buffer.writeUInt32LE(code, 4);
  buffer.writeBigUInt64LE(1_000_000n, 8);
  buffer.writeBigUInt64LE(2_000_000n, 16);
  buffer.writeBigUInt64LE(4096n, 24);
  bytes.forEach((count, index) => {
    buffer.writeBigUInt64LE(count, 32 + index * 16);
    buffer.writeBigUInt64LE(BigInt(index + 1), 40 + index * 16);
  });
  kept.forEach((count, index) => void buffer.writeUInt32LE(count, 64 + index * 4));
  return buffer;
}

describe('a record', () => {
  it('tells how the command ended', () => {
    expect(decodeRecord(record({ code: 3 })).ending).toEqual({ how: 'exited', code: 3 });
    expect(decodeRecord(record({ how: 1, code: 11 })).ending).toEqual({ how: 'killed', signal: 'SIGSEGV' });
    expect(decodeRecord(record({ how: 1, code: 60 })).ending).toEqual({ how: 'killed', signal: 'signal 60' });
    expect(decodeRecord(record({ how: 2 })).ending).toEqual({ how: 'timed-out' });
    expect(decodeRecord(record({ how: 3, code: 2 })).ending).toEqual({ how: 'not-started', error: 'ENOENT' });
  });

  it('tells what it took and what it wrote', () => {
    expect(decodeRecord(record({ bytes: [5n, 0n], kept: [5, 0] }))).toMatchObject({
      userNs: 1e6,
      systemNs: 2e6,
      peakResidentBytes: 4096,
      stdout: { bytes: 5, digest: '0000000000000001' },
      stderr: { bytes: 0, digest: '0000000000000002' },
    });
  });

  it('that is none is refused: another length, another ending, more text than there can be', () => {
    expect(() => decodeRecord(Buffer.alloc(0))).toThrow('left no record');
    expect(() => decodeRecord(record({ how: 4 }))).toThrow('unknown way');
    expect(() => decodeRecord(record({ kept: [6000, 0] }))).toThrow('more of an output');
  });
});

it('texts are cut apart, and what was left out between beginning and end is shown', () => {
  const short = decodeRecord(record({ bytes: [3n, 2n], kept: [3, 2] }));
  expect(decodeTexts(short, Buffer.from('outer'))).toEqual({ stdout: 'out', stderr: 'er' });
  const long = decodeRecord(record({ bytes: [100_000n, 0n], kept: [5120, 0] }));
  const { stdout } = decodeTexts(long, Buffer.from('a'.repeat(1024) + 'b'.repeat(4096)));
  expect(stdout).toBe(`${'a'.repeat(1024)}\n[…]\n${'b'.repeat(4096)}`);
});
