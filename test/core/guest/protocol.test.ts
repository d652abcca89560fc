import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildImages } from '../../../core/guest/build.ts';
import {
  COMMAND_BYTES,
  type Command,
  decodeExits,
  decodeGuestClock,
  decodeIdentity,
  decodeReply,
  decodeStartTimes,
  decodeText,
  encodeAbout,
  encodeCommand,
  encodeExits,
  encodeStartTimes,
  operations,
  REPLY_BYTES,
  REPLY_CPU_NS,
  REPLY_HOST_BEGIN,
  REPLY_HOST_END,
  REPLY_PAYLOAD,
  type Reply,
} from '../../../core/guest/protocol.ts';
import { suites } from '../../../suites/index.ts';
import { ISAS, useImageCache } from './cache.ts';

describe('the exits of a batch', () => {
  const payload = () => Buffer.alloc(REPLY_BYTES - REPLY_PAYLOAD, 0xff);

  it('come back as they were, those that are not counted absent', () => {
    const bytes = payload();
    const exits = { exits: 2 ** 40, user: 0, hypercall: 7 };
    encodeExits(exits, bytes);
    expect(decodeExits(bytes)).toEqual(exits);
  });

  it("leave the guest's own clock alone, which is behind them", () => {
    const bytes = payload();
    encodeExits({ exits: 1, hypercall: 2 }, bytes);
    expect(bytes.subarray(80).every((byte) => byte === 0xff)).toBe(true);
    bytes.writeBigUInt64LE(123_456_789n, 80);
    expect(decodeGuestClock(bytes)).toBe(123_456_789);
    bytes.writeBigUInt64LE(0n, 80);
    expect(decodeGuestClock(bytes)).toBeNull();
  });

  it('are null where nothing is counted', () => {
    const bytes = payload();
    encodeExits({}, bytes);
    expect(decodeExits(bytes)).toBeNull();
  });
});

describe('the times of a hello', () => {
  it('come back as they were, and stand over what the guest has put there', () => {
    const frame = replyFrame();
    const times = { hypervisor: 1n, guest: 2n, console: 3n, kernel: 4n, user: 2n ** 50n };
    encodeStartTimes(times, frame);
    expect(decodeStartTimes(decodeReply(frame))).toEqual(times);
    encodeStartTimes({ guest: 9n }, frame);
    const none = { hypervisor: 0n, console: 0n, kernel: 0n, user: 0n };
    expect(decodeStartTimes(decodeReply(frame))).toEqual({ ...none, guest: 9n });
  });
});

/** A reply as suites/runtime/protocol.h lays it out. */
function replyFrame({ magic = 'HVR1', status = 0 } = {}): Buffer {
  const frame = Buffer.alloc(REPLY_BYTES);
  frame.write(magic, 'latin1');
  frame.writeUInt32LE(operations.run, 4);
  frame.writeUInt32LE(status, 8);
  frame.writeBigUInt64LE(0xabcdefn, 16);
  frame.writeBigUInt64LE(10n ** 18n + 1n, REPLY_HOST_BEGIN);
  frame.writeBigUInt64LE(10n ** 18n + 3n, REPLY_HOST_END);
  frame.writeBigUInt64LE(4000n, REPLY_CPU_NS);
  frame.writeBigUInt64LE(2n ** 63n + 5n, 48);
  frame.writeBigUInt64LE(2n ** 63n + 7n, 56);
  return frame;
}

/** struct identity, with up to four signatures. */
function identityPayload(vendor: string, leaf1Ecx: number, signatures: readonly string[]): Buffer {
  const payload = Buffer.alloc(96);
  payload.write(vendor, 4, 12, 'latin1');
  payload.writeUInt32LE(leaf1Ecx, 20);
  signatures.forEach((text, i) => {
    payload.writeUInt32LE(0x4000_0000 + i * 0x100, 24 + i * 16);
    payload.write(text, 28 + i * 16, 12, 'latin1');
  });
  return payload;
}

describe('encodeCommand', () => {
  it('puts every field where the other side looks for it', () => {
    const frame = encodeCommand({
      operation: 'prepare',
      iterations: 0xffff_ffff,
      seed: 0x1234_5678,
      argument: 2 ** 40 + 1,
      name: 'cpu/integer',
    });
    expect(frame).toHaveLength(COMMAND_BYTES);
    expect(frame.toString('latin1', 0, 4)).toBe('HVC1');
    expect(frame.readUInt32LE(4)).toBe(2);
    expect(frame.readUInt32LE(8)).toBe(0xffff_ffff);
    expect(frame.readUInt32LE(12)).toBe(0x1234_5678);
    expect(frame.readBigUInt64LE(16)).toBe(2n ** 40n + 1n);
    expect(frame.toString('latin1', 32)).toBe('cpu/integer'.padEnd(32, '\0'));
  });

  it('takes a name of 31 bytes, which leaves room for its end, and refuses a longer one by name', () => {
    expect(encodeCommand({ operation: 'prepare', name: 'x'.repeat(31) }).at(-1)).toBe(0);
    const long = 'y'.repeat(32);
    expect(() => encodeCommand({ operation: 'prepare', name: long })).toThrow(
      `too long for a frame: ${long}`,
    );
  });

  it('refuses numbers that do not fit their field', () => {
    expect(() => encodeCommand({ operation: 'run', iterations: 2 ** 32 })).toThrow(RangeError);
    expect(() => encodeCommand({ operation: 'prepare', argument: -1 })).toThrow(RangeError);
  });
});

describe('decodeReply', () => {
  it('reads every field, clocks without loss', () => {
    expect(decodeReply(replyFrame())).toMatchObject({
      operation: operations.run,
      status: 'ok',
      checksum: '0000000000abcdef',
      hostBegin: 10n ** 18n + 1n,
      hostEnd: 10n ** 18n + 3n,
      cpuNs: 4000,
      tscBegin: 2n ** 63n + 5n,
      tscEnd: 2n ** 63n + 7n,
    });
    expect(decodeReply(replyFrame()).payload).toHaveLength(96);
  });

  it.each([
    ['unknown-workload', 1],
    ['refused', 2],
    ['not-prepared', 3],
    ['unknown-operation', 4],
  ])('knows the status %s', (status, number) => {
    expect(decodeReply(replyFrame({ status: number })).status).toBe(status);
  });

  it.each([
    ['another magic number', replyFrame({ magic: 'HVC1' }), 'not a reply frame'],
    ['a frame that is too short', replyFrame().subarray(0, REPLY_BYTES - 1), 'not a reply frame'],
    ['a frame that is too long', Buffer.concat([replyFrame(), Buffer.alloc(1)]), 'not a reply frame'],
    ['nothing', Buffer.alloc(0), 'not a reply frame'],
    ['a status that there is not', replyFrame({ status: 5 }), 'unknown status 5'],
    ['a wild status', replyFrame({ status: 0xffff_ffff }), 'unknown status 4294967295'],
  ])('refuses %s', (_, frame, message) => {
    expect(() => decodeReply(frame)).toThrow(message);
  });
});

describe('decodeIdentity', () => {
  it('reads the vendor, the hypervisor bit and the signatures, outermost first', () => {
    expect(
      decodeIdentity(identityPayload('AuthenticAMD', 0x8000_0000, ['KVMKVMKVM', 'hvbench VMM'])),
    ).toEqual({
      vendor: 'AuthenticAMD',
      hypervisorBit: true,
      signatures: ['KVMKVMKVM', 'hvbench VMM'],
    });
    expect(decodeIdentity(identityPayload('GenuineIntel', 0x7fff_ffff, []))).toEqual({
      vendor: 'GenuineIntel',
      hypervisorBit: false,
      signatures: [],
    });
  });

  it('lets no control character out of a guest', () => {
    const { vendor, signatures } = decodeIdentity(
      identityPayload('\x1b[31mred\x07\n\xff', 0x8000_0000, ['a\nb\u0000\x9bm', '\x1b]0;x\x07']),
    );
    for (const text of [vendor, ...signatures]) expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(vendor).toBe('[31mred');
    expect(signatures[0]).toBe('a b  m');
  });
});

describe('decodeText', () => {
  it('reads back what a machine says of itself', () => {
    expect(decodeText(encodeAbout('QEMU 7.2.22, accelerator tcg'))).toBe('QEMU 7.2.22, accelerator tcg');
  });

  it('is empty where the machine says nothing, and whole where it fills its frame', () => {
    expect(decodeText(Buffer.alloc(96))).toBe('');
    expect(decodeText(Buffer.alloc(96, 'x'))).toBe('x'.repeat(96));
  });

  it('lets no control character out of a guest, nor what stands behind the end', () => {
    expect(decodeText(Buffer.from('\x1b[31mno\n\xff\0secret', 'latin1'))).toBe(' [31mno  ');
  });
});

describe.each(ISAS)('the runtime of a Linux process (%s)', (isa) => {
  useImageCache();
  let path: string;
  beforeAll(async () => {
    path = (await buildImages(suites, [isa])).image(isa, 'linux').path;
  });

  function speak(...frames: Buffer[]): { replies: Reply[]; status: number | null; stderr: string } {
    const { stdout, status, stderr } = spawnSync(path, { input: Buffer.concat(frames), timeout: 20_000 });
    const replies: Reply[] = [];
    for (let at = 0; at < stdout.length; at += REPLY_BYTES) {
      replies.push(decodeReply(stdout.subarray(at, at + REPLY_BYTES)));
    }
    return { replies, status, stderr: stderr.toString() };
  }
  const command = (operation: Command['operation'], rest: Omit<Command, 'operation'> = {}) =>
    encodeCommand({ operation, ...rest });

  it('greets, answers each command in turn, and ends with its input', () => {
    const { replies, status } = speak(
      command('identify'),
      command('prepare', { name: 'cpu/integer', seed: 3 }),
      command('run', { iterations: 1000 }),
      command('run', { iterations: 1000 }),
      command('run', { iterations: 0 }),
    );
    expect(status).toBe(0);
    expect(replies.map((reply) => [reply.operation, reply.status])).toEqual(
      [
        operations.hello,
        operations.identify,
        operations.prepare,
        operations.run,
        operations.run,
        operations.run,
      ].map((operation) => [operation, 'ok']),
    );
    const [, identify, , first, second, empty] = replies as [Reply, Reply, Reply, Reply, Reply, Reply];
    expect(decodeIdentity(identify.payload).vendor).toMatch(/^[A-Za-z ]{12}$/);
    for (const batch of [first, second]) {
      expect(batch.hostEnd).toBeGreaterThan(batch.hostBegin);
      expect(batch.tscEnd).toBeGreaterThan(batch.tscBegin);
      expect(batch.cpuNs).toBeGreaterThan(0);
    }
    expect(second.hostBegin).toBeGreaterThanOrEqual(first.hostEnd);
    expect(second.checksum).toBe(first.checksum);
    expect(empty.checksum).not.toBe(first.checksum);
  });

  it('says what it cannot do', () => {
    const odd = command('identify');
    odd.writeUInt32LE(77, 4);
    const { replies } = speak(
      command('run', { iterations: 1 }),
      command('prepare', { name: 'cpu/nothing' }),
      command('prepare', { name: 'cpu/integer' }),
      command('prepare', { name: 'cpu/integer/' }),
      command('run', { iterations: 1 }),
      odd,
      command('prepare', { name: 'memory/chase', argument: 2 ** 40 }),
    );
    expect(replies.map((reply) => reply.status)).toEqual([
      'ok',
      'not-prepared',
      'unknown-workload',
      'ok',
      'unknown-workload',
      'not-prepared',
      'unknown-operation',
      'refused',
    ]);
    expect(replies[6]?.operation).toBe(77);
    // A workload gives no reason for its refusal.
    expect(decodeText(replies[7]?.payload ?? Buffer.alloc(0))).toBe('');
  });

  it('dies of a frame that is not a command, and says so', () => {
    const { replies, status, stderr } = speak(Buffer.alloc(COMMAND_BYTES, 'x'));
    expect(replies).toHaveLength(1);
    expect(status).toBe(1);
    expect(stderr).toContain('without its magic number');
  });

  it('ends in silence when its input ends within a frame', () => {
    const { replies, status, stderr } = speak(command('identify').subarray(0, 10));
    expect([replies.length, status, stderr]).toEqual([1, 0, '']);
  });
});
