/**
 * The frames that the tool and a machine exchange; suites/runtime/protocol.h is the other side.
 * Little-endian, fixed size. Whatever comes out of a machine is untrusted: decoding checks it.
 */

export const COMMAND_BYTES = 64;
export const REPLY_BYTES = 160;
const COMMAND_MAGIC = 0x31435648;
const REPLY_MAGIC = 0x31525648;
const NAME_AT = 32;
const NAME_BYTES = 32;
/** Where a reply's payload begins. */
export const REPLY_PAYLOAD = 64;

/** Offsets of the fields that a hypervisor fills in on behalf of its guest. */
export const REPLY_HOST_BEGIN = 24;
export const REPLY_HOST_END = 32;
export const REPLY_CPU_NS = 40;
/** In a hello, where there is no batch that these could be of: when the hypervisor, guest and kernel began. */
const HELLO_HYPERVISOR = REPLY_CPU_NS;
const HELLO_GUEST = 48;
const HELLO_KERNEL = 56;
/** Where a guest with an operating system puts its own clock in a reply to `run`; from the payload's beginning. */
const GUEST_CLOCK = 80;

export const operations = { hello: 0, identify: 1, prepare: 2, run: 3, read: 4 } as const;
export type ProtocolOperation = keyof typeof operations;

export interface Command {
  readonly operation: Exclude<ProtocolOperation, 'hello'>;
  readonly iterations?: number;
  readonly seed?: number;
  readonly argument?: number;
  /** Where the stack of a workload's batches begins, bytes below its top: a multiple of 16 below 4096. */
  readonly stackOffset?: number;
  /** `suite/entry` */
  readonly name?: string;
}

export type Status = 'ok' | 'unknown-workload' | 'refused' | 'not-prepared' | 'unknown-operation';
const statuses: readonly Status[] = [
  'ok',
  'unknown-workload',
  'refused',
  'not-prepared',
  'unknown-operation',
];

export interface Reply {
  readonly operation: number;
  readonly status: Status;
  /** Sixteen hexadecimal digits. */
  readonly checksum: string;
  /** Host clock (CLOCK_MONOTONIC) at the two ends of the batch, ns. */
  readonly hostBegin: bigint;
  readonly hostEnd: bigint;
  /** CPU time of the whole machine during the batch, ns. */
  readonly cpuNs: number;
  /** The machine's own time-stamp counter at the two ends. */
  readonly tscBegin: bigint;
  readonly tscEnd: bigint;
  readonly payload: Buffer;
}

/** What a machine's CPU says of itself, from inside (CPUID). */
export interface Identity {
  readonly vendor: string;
  readonly hypervisorBit: boolean;
  /** Signatures of the hypervisor leaves, outermost first, e.g. `KVMKVMKVM`. */
  readonly signatures: readonly string[];
}

export function encodeCommand(command: Command): Buffer {
  const frame = Buffer.alloc(COMMAND_BYTES);
  frame.writeUInt32LE(COMMAND_MAGIC, 0);
  frame.writeUInt32LE(operations[command.operation], 4);
  frame.writeUInt32LE(command.iterations ?? 0, 8);
  frame.writeUInt32LE(command.seed ?? 0, 12);
  frame.writeBigUInt64LE(BigInt(command.argument ?? 0), 16);
  frame.writeUInt32LE(command.stackOffset ?? 0, 24);
  const name = Buffer.from(command.name ?? '', 'latin1');
  if (name.length >= NAME_BYTES) throw new Error(`workload name is too long for a frame: ${command.name}`);
  name.copy(frame, NAME_AT);
  return frame;
}

/**
 * Why a guest came out of the CPU, as hypervisors count it: `exits` are all of them, `user` those that reached the
 * hypervisor's process. A reply to `run` brings as many of these as its hypervisor counts.
 */
export const EXIT_REASONS = [
  'exits',
  'user',
  'io',
  'mmio',
  'halt',
  'interrupt',
  'page-fault',
  'emulation',
  'hypercall',
] as const;
export type ExitReason = (typeof EXIT_REASONS)[number];
/** How often between two points of time; what a hypervisor does not count is absent. */
export type Exits = Readonly<Partial<Record<ExitReason, number>>>;

/** What was counted between two readings of the same counters. */
export function exitsBetween(before: Exits, after: Exits): Exits {
  const reasons = Object.keys(after) as ExitReason[];
  return Object.fromEntries(
    reasons.map((reason) => [reason, (after[reason] ?? 0) - (before[reason] ?? 0)] as const),
  );
}

/**
 * Writes counts into the payload of a reply to `run`: u32 bits of what is there, u32 zero, u64 counts in order. Throws
 * where one is no count: some hypervisors tell theirs over a socket.
 */
export function encodeExits(exits: Exits, payload: Buffer): void {
  payload.fill(0, 0, GUEST_CLOCK);
  let bits = 0;
  EXIT_REASONS.forEach((reason, index) => {
    const count = exits[reason];
    if (count === undefined) return;
    if (!(Number.isSafeInteger(count) && count >= 0))
      throw new Error(`the hypervisor counts ${count} exits of the kind ${reason}, which cannot be`);
    bits |= 1 << index;
    payload.writeBigUInt64LE(BigInt(count), 8 + index * 8);
  });
  payload.writeUInt32LE(bits, 0);
}

/** The counts in the payload of a reply to `run`; null where its hypervisor counts nothing. */
export function decodeExits(payload: Buffer): Exits | null {
  const bits = payload.readUInt32LE(0);
  const counted = EXIT_REASONS.flatMap((reason, index) =>
    bits & (1 << index) ? [[reason, Number(payload.readBigUInt64LE(8 + index * 8))] as const] : [],
  );
  return counted.length > 0 ? Object.fromEntries(counted) : null;
}

/** A guest's own monotonic clock as the batch began, ns; null where it has none. */
export function decodeGuestClock(payload: Buffer): number | null {
  return Number(payload.readBigUInt64LE(GUEST_CLOCK)) || null;
}

/** The most bytes of a record that one reply to `read` brings; one that brings fewer is the last. */
export const RECORD_PART = 92;

/** A part of what the last batch left; null where its length cannot be. */
export function decodeRecordPart(payload: Buffer): Buffer | null {
  const count = payload.readUInt32LE(0);
  if (count > RECORD_PART) return null;
  return payload.subarray(4, 4 + count);
}

/** Throws where the frame is not a reply. */
export function decodeReply(frame: Buffer): Reply {
  if (frame.length !== REPLY_BYTES || frame.readUInt32LE(0) !== REPLY_MAGIC) {
    throw new Error('the machine answered with something that is not a reply frame');
  }
  const status = statuses[frame.readUInt32LE(8)];
  if (!status) throw new Error(`the machine answered with an unknown status ${frame.readUInt32LE(8)}`);
  return {
    operation: frame.readUInt32LE(4),
    status,
    checksum: frame.readBigUInt64LE(16).toString(16).padStart(16, '0'),
    hostBegin: frame.readBigUInt64LE(REPLY_HOST_BEGIN),
    hostEnd: frame.readBigUInt64LE(REPLY_HOST_END),
    cpuNs: Number(frame.readBigUInt64LE(REPLY_CPU_NS)),
    tscBegin: frame.readBigUInt64LE(48),
    tscEnd: frame.readBigUInt64LE(56),
    payload: frame.subarray(REPLY_PAYLOAD),
  };
}

/** Points on the way to a hello, on the host's monotonic clock, ns; 0: not seen, or there is none. */
export interface StartTimes {
  /** The hypervisor's own program began; what comes before is the process that starts it. */
  readonly hypervisor: bigint;
  /** The first instruction of a guest without an operating system, or of a native program. */
  readonly guest: bigint;
  /** The first byte on a Linux guest's console. */
  readonly console: bigint;
  /** The kernel named itself there: "Linux version …". */
  readonly kernel: bigint;
  /** The first process of a Linux guest began. */
  readonly user: bigint;
}

/** Writes the times into a hello, over whatever the guest has put there. */
export function encodeStartTimes(times: Partial<StartTimes>, hello: Buffer): void {
  const { hypervisor = 0n, guest = 0n, console = 0n, kernel = 0n, user = 0n } = times;
  hello.writeBigUInt64LE(hypervisor, HELLO_HYPERVISOR);
  hello.writeBigUInt64LE(guest, HELLO_GUEST);
  hello.writeBigUInt64LE(console, REPLY_HOST_END);
  hello.writeBigUInt64LE(kernel, HELLO_KERNEL);
  hello.writeBigUInt64LE(user, REPLY_HOST_BEGIN);
}

/** The times that a hello brings. */
export function decodeStartTimes({ hostBegin, hostEnd, cpuNs, tscBegin, tscEnd }: Reply): StartTimes {
  return {
    hypervisor: BigInt(cpuNs),
    guest: tscBegin,
    console: hostEnd,
    kernel: tscEnd,
    user: hostBegin,
  };
}

/** The payload of a `hello`: what a hypervisor says of itself, cut to fit. */
export function encodeAbout(text: string): Buffer {
  const payload = Buffer.alloc(REPLY_BYTES - REPLY_PAYLOAD);
  payload.write(text, 'latin1');
  return payload;
}

/** The text of a `hello` or of a refusal, printable; empty where the machine says nothing. */
export function decodeText(payload: Buffer): string {
  const end = payload.indexOf(0);
  return payload.toString('latin1', 0, end < 0 ? payload.length : end).replace(/[^\x20-\x7e]/g, ' ');
}

export function decodeIdentity(payload: Buffer): Identity {
  const text = (at: number) =>
    payload
      .toString('latin1', at, at + 12)
      .replace(/[^\x20-\x7e]/g, ' ')
      .trim();
  const signatures: string[] = [];
  for (let i = 0; i < 4; i++) {
    const at = 24 + i * 16;
    if (payload.readUInt32LE(at) !== 0) signatures.push(text(at + 4));
  }
  return { vendor: text(4), hypervisorBit: payload.readUInt32LE(20) >>> 31 === 1, signatures };
}
