/** What a hypervisor's process passes on of what its guest says over one way. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ByteChannel } from '../../core/guest/byte-channel.ts';
import { GO_ON } from '../../core/guest/frame-reader.ts';
import {
  decodeExits,
  decodeReply,
  decodeStartTimes,
  decodeText,
  REPLY_BYTES,
} from '../../core/guest/protocol.ts';
import { packReply } from '../packed-reply.ts';
import { bytes, fc, pieces, places } from './property.ts';

const written: Buffer[] = [];
beforeEach(() => {
  vi.spyOn(process.stdin, 'on').mockReturnValue(process.stdin);
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(Buffer.from(chunk)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The replies that are passed on, and how often the guest was told to go on. */
async function passOn(chunks: readonly Buffer[]): Promise<{ replies: Buffer[]; answers: number }> {
  let [exits, answers] = [0, 0];
  const channel = new ByteChannel({
    send: (answer) => {
      expect(answer).toEqual(GO_ON);
      answers++;
    },
    counts: async () => ({ exits: ++exits }),
    about: async () => 'none',
    started: () => ({ hypervisor: 7n }),
  });
  written.length = 0;
  for (const chunk of chunks) channel.receive(chunk);
  await turn();
  return { replies: [...written], answers };
}

/** A reply to `operation` as a guest may make it, with any figures of its own. */
const reply = (operation: number) =>
  bytes({ minLength: REPLY_BYTES, maxLength: REPLY_BYTES }).map((frame) => {
    frame.write('HVR1');
    frame.writeUInt32LE(operation, 4);
    frame.writeUInt32LE(0, 8);
    return frame;
  });

it("times and exits of a batch are the host's word, whatever the guest has written there, however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(reply(3), { minLength: 1, maxLength: 4 }), places, async (batches, cuts) => {
      const began = process.hrtime.bigint();
      const whole = Buffer.concat(batches.flatMap((batch) => [Buffer.of(1, 2), packReply(batch)]));
      const { replies, answers } = await passOn(pieces(whole, cuts));
      expect(replies).toHaveLength(batches.length);
      expect(answers).toBe(2 * batches.length);
      for (const frame of replies) {
        const { hostBegin, hostEnd, cpuNs, payload } = decodeReply(frame);
        expect([hostBegin, hostEnd].every((ns) => ns === 0n || ns >= began)).toBe(true);
        expect(cpuNs).toBeLessThan(1e9);
        expect(Object.keys(decodeExits(payload) ?? {})).toEqual(expect.not.arrayContaining(['io']));
      }
    }),
  );
});

it('a hello says of the start what the hypervisor knows', async () => {
  await fc.assert(
    fc.asyncProperty(reply(0), places, async (hello, cuts) => {
      const {
        replies: [frame],
      } = await passOn(pieces(Buffer.concat([Buffer.of(3), packReply(hello)]), cuts));
      const said = decodeReply(frame as Buffer);
      expect(decodeText(said.payload)).toMatch(/^none(; guest [ -~]*)?$/);
      expect(decodeStartTimes(said)).toMatchObject({ hypervisor: 7n, console: 0n, kernel: 0n });
    }),
  );
});
