/** What comes out of a machine, byte by byte. */
import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { decodeRecord, decodeTexts, RECORD_BYTES } from '../../core/guest/command-record.ts';
import { FrameReader } from '../../core/guest/frame-reader.ts';
import {
  decodeExits,
  decodeGuestClock,
  decodeIdentity,
  decodeRecordPart,
  decodeReply,
  decodeStartTimes,
  decodeText,
  EXIT_REASONS,
  encodeAbout,
  encodeCommand,
  encodeExits,
  encodeStartTimes,
  RECORD_PART,
  REPLY_BYTES,
  REPLY_PAYLOAD,
} from '../../core/guest/protocol.ts';
import { packReply } from '../packed-reply.ts';
import { bytes, expectToGiveOrSay, fc, outcome, pieces, places } from './property.ts';

/** Marks and replies as they are told, and the error that ended them. */
function read(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const reader = new FrameReader(
    (mark) => void seen.push(mark),
    (frame) => void seen.push(frame.toString('hex')),
  );
  const ended = outcome(() => {
    for (const chunk of chunks) reader.receive(chunk);
  });
  return 'error' in ended ? [...seen, (ended.error as Error).message] : seen;
}

const reply = bytes({ minLength: REPLY_BYTES, maxLength: REPLY_BYTES }).map((frame) => {
  frame.write('HVR1');
  return frame;
});
const payload = bytes({ minLength: REPLY_BYTES - REPLY_PAYLOAD, maxLength: REPLY_BYTES - REPLY_PAYLOAD });

describe('FrameReader', () => {
  it('sees the same in any bytes, however they are cut', () => {
    const stream = fc.array(
      fc.oneof(
        bytes({ maxLength: 200 }),
        fc.constantFrom(...[1, 2, 3].map((mark) => Buffer.of(mark))),
        reply.map(packReply),
      ),
    );
    fc.assert(
      fc.property(stream, places, (parts, cuts) => {
        const whole = Buffer.concat(parts);
        const seen = read([whole]);
        expect(read(pieces(whole, cuts))).toEqual(seen);
        expect(read(Array.from(whole, (byte) => Buffer.of(byte)))).toEqual(seen);
      }),
    );
  });

  it("tells each reply once, in order, and hands over bytes that are nobody else's", () => {
    fc.assert(
      fc.property(fc.array(reply), (replies) => {
        const whole = Buffer.concat(replies.map(packReply));
        const frames: Buffer[] = [];
        new FrameReader(
          () => {},
          (frame) => void frames.push(frame),
        ).receive(whole);
        whole.fill(0);
        expect(frames).toEqual(replies);
      }),
    );
  });

  it('makes no more of it than its marks and replies: three marks for each of these at most', () => {
    fc.assert(
      fc.property(bytes({ maxLength: 2000 }), (whole) => {
        // The least reply is announced, has a mask, and none of its words.
        const most = 4 * (Math.floor(whole.length / 4) + 1);
        expect(read([whole]).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('a reply', () => {
  const FIELDS = [decodeExits, decodeGuestClock, decodeText, decodeIdentity, decodeRecordPart];

  it('is decoded, or refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(bytes({ maxLength: 2 * REPLY_BYTES }), reply), (frame) => {
        expectToGiveOrSay(() => decodeReply(frame), /^the machine answered with [^\n]+$/);
      }),
    );
  });

  it('has a payload that can be read in every way, and is no longer than a part of a record', () => {
    fc.assert(
      fc.property(payload, (part) => {
        for (const decode of FIELDS) decode(part);
        expect(decodeRecordPart(part)?.length ?? 0).toBeLessThanOrEqual(RECORD_PART);
        expect(decodeText(part)).toMatch(/^[ -~]*$/);
        const { vendor, signatures } = decodeIdentity(part);
        for (const text of [vendor, ...signatures]) expect(text).toMatch(/^[ -~]{0,12}$/);
      }),
    );
  });

  it('brings exits as they were counted, whatever the guest had written there', () => {
    const counts = fc.uniqueArray(fc.tuple(fc.constantFrom(...EXIT_REASONS), fc.maxSafeNat()), {
      minLength: 1,
      selector: ([reason]) => reason,
    });
    fc.assert(
      fc.property(counts, payload, (counted, part) => {
        encodeExits(Object.fromEntries(counted), part);
        expect(decodeExits(part)).toEqual(Object.fromEntries(counted));
      }),
    );
  });

  it('brings no exits that are no counts', () => {
    const none = fc.oneof(
      fc.double({ noInteger: true }),
      fc.integer({ max: -1 }),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }).map(Number),
    );
    fc.assert(
      fc.property(fc.constantFrom(...EXIT_REASONS), none, payload, (reason, count, part) => {
        expect(() => encodeExits({ [reason]: count }, part)).toThrow(
          /^the hypervisor counts \S+ exits of the kind /,
        );
      }),
    );
  });

  it('brings the times of a start', () => {
    // One of them is read as a number: that is exact for the first hundred days of a host.
    const ns = fc.bigInt({ min: 0n, max: 2n ** 53n });
    fc.assert(
      fc.property(
        reply,
        fc.record({ hypervisor: ns, guest: ns, console: ns, kernel: ns, user: ns }),
        (hello, times) => {
          hello.writeUInt32LE(0, 8);
          encodeStartTimes(times, hello);
          expect(decodeStartTimes(decodeReply(hello))).toEqual(times);
        },
      ),
    );
  });

  it('says what a hypervisor says of itself, as far as there is room', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), (text) => {
        expect(decodeText(encodeAbout(text))).toBe(text.slice(0, REPLY_BYTES - REPLY_PAYLOAD));
      }),
    );
  });
});

describe('a command', () => {
  it('holds its numbers and its name where the protocol says', () => {
    const word = fc.nat(0xffff_ffff);
    const name = fc.string({ unit: fc.constantFrom(...'abc/-09'), maxLength: 31 });
    fc.assert(
      fc.property(
        word,
        word,
        fc.maxSafeNat(),
        word,
        name,
        (iterations, seed, argument, stackOffset, name) => {
          const frame = encodeCommand({ operation: 'run', iterations, seed, argument, stackOffset, name });
          expect([8, 12, 24].map((at) => frame.readUInt32LE(at))).toEqual([iterations, seed, stackOffset]);
          expect(frame.readBigUInt64LE(16)).toBe(BigInt(argument));
          expect(frame.toString('latin1', 32).replace(/\0*$/, '')).toBe(name);
        },
      ),
    );
  });
});

describe('the record of a command', () => {
  const record = bytes({ minLength: RECORD_BYTES, maxLength: RECORD_BYTES }).map((whole) => {
    whole.writeUInt32LE((whole[0] as number) % 5, 0);
    for (const at of [64, 68]) whole.writeUInt32LE(whole.readUInt16LE(at) % 6000, at);
    return whole;
  });

  it('is decoded, or refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(bytes({ maxLength: 100 }), record), (whole) => {
        expectToGiveOrSay(() => decodeRecord(whole), /^the machine (left|says) [^\n]+$/);
      }),
    );
  });

  it('names how it ended', () => {
    const code = fc.constantFrom(...Object.values(constants.signals));
    fc.assert(
      fc.property(code, (number) => {
        const whole = Buffer.alloc(RECORD_BYTES);
        whole.writeUInt32LE(1, 0);
        whole.writeUInt32LE(number, 4);
        expect(decodeRecord(whole).ending).toEqual({
          how: 'killed',
          signal: expect.stringMatching(/^SIG[A-Z0-9]+$/),
        });
      }),
    );
  });

  it('has texts of no more than was kept, and all of one that was kept whole', () => {
    const kept = (text: string, all: number) => ({ bytes: all, digest: '', kept: Buffer.byteLength(text) });
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(text, text, bytes({ maxLength: 50 }), fc.boolean(), (stdout, stderr, behind, isWhole) => {
        const [out, err] = [stdout, stderr].map((each) =>
          kept(each, Buffer.byteLength(each) + (isWhole ? 0 : 1)),
        );
        const decoded = decodeTexts(
          { stdout: out, stderr: err, kept: { stdout: out?.kept, stderr: err?.kept } } as never,
          Buffer.concat([Buffer.from(stdout + stderr), behind]),
        );
        const texts = isWhole
          ? [stdout, stderr]
          : [expect.stringContaining('[…]'), expect.stringContaining('[…]')];
        expect([decoded.stdout, decoded.stderr]).toEqual(texts);
        expect(decoded.stdout.length).toBeLessThanOrEqual(stdout.length + '\n[…]\n'.length);
      }),
    );
  });
});
