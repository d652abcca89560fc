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
const PAYLOAD_AT = 64;

/** Offsets of the fields that a hypervisor fills in on behalf of its guest. */
export const REPLY_HOST_BEGIN = 24;
export const REPLY_HOST_END = 32;
export const REPLY_CPU_NS = 40;

export const operations = { hello: 0, identify: 1, prepare: 2, run: 3 } as const;
export type Operation = keyof typeof operations;

export interface Command {
  readonly operation: Exclude<Operation, 'hello'>;
  readonly iterations?: number;
  readonly seed?: number;
  readonly argument?: number;
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
  const name = Buffer.from(command.name ?? '', 'latin1');
  if (name.length >= NAME_BYTES) throw new Error(`workload name is too long for a frame: ${command.name}`);
  name.copy(frame, NAME_AT);
  return frame;
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
    payload: frame.subarray(PAYLOAD_AT),
  };
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
