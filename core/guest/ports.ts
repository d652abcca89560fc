/**
 * The device behind the three ports of a bare guest, for hypervisors whose process can reach the guest's
 * memory: marks around a batch, the exchange of frames, and giving memory back. See docs/protocol.md.
 */
import { readSync, writeSync } from 'node:fs';
import { ownCpuNs } from '../host/cpu-time.ts';
import {
  COMMAND_BYTES,
  type Exits,
  encodeExits,
  encodeStartTimes,
  exitsBetween,
  operations,
  REPLY_BYTES,
  REPLY_CPU_NS,
  REPLY_HOST_BEGIN,
  REPLY_HOST_END,
  REPLY_PAYLOAD,
} from './protocol.ts';

export const PORT_MARK = 0x1e50;
const MARK_BEGIN = 0;
const MARK_END = 1;
const MARK_RUNS = 2;
export const PORT_EXCHANGE = 0x1e54;
export const PORT_DISCARD = 0x1e58;

const DISCARD_BYTES = 24;
const PAGE = 4096;

/** The guest's physical memory as its hypervisor sees it. Implementations check bounds and throw. */
export interface GuestMemory {
  read(address: number, length: number): Buffer;
  write(address: number, bytes: Buffer): void;
  /** Gives pages back to the host, if the hypervisor can. */
  discard?(address: number, length: number): void;
}

export class PortDevice {
  readonly #memory: GuestMemory;
  #hostBegin = 0n;
  #hostEnd = 0n;
  #cpuBegin = 0;
  #cpuNs = 0;
  readonly #count: (() => Exits) | null;
  #countsBegin: Exits = {};
  #counts: Exits = {};
  readonly #hypervisorNs: bigint;
  #guestNs = 0n;

  /** `hypervisorNs`: when its program began, on the host's monotonic clock. `count` reads what the hypervisor counts of the guest's exits, if it does. */
  constructor(memory: GuestMemory, hypervisorNs = 0n, count: (() => Exits) | null = null) {
    this.#hypervisorNs = hypervisorNs;
    this.#memory = memory;
    this.#count = count;
  }

  /** Handles a 32-bit `out`. Returns false where no such port is ours. */
  out(port: number, value: number): boolean {
    switch (port) {
      case PORT_MARK:
        if (value === MARK_BEGIN) {
          if (this.#count) this.#countsBegin = this.#count();
          this.#cpuBegin = ownCpuNs();
          this.#hostBegin = process.hrtime.bigint();
        } else if (value === MARK_RUNS) {
          this.#guestNs = process.hrtime.bigint();
        } else if (value === MARK_END) {
          this.#hostEnd = process.hrtime.bigint();
          this.#cpuNs = ownCpuNs() - this.#cpuBegin;
          if (this.#count) this.#counts = exitsBetween(this.#countsBegin, this.#count());
        }
        return true;
      case PORT_EXCHANGE:
        this.#exchange(value >>> 0);
        return true;
      case PORT_DISCARD:
        this.#discard(value >>> 0);
        return true;
      default:
        return false;
    }
  }

  /** Blocks until the next command: there is nothing else to do, and nothing else to wake up for. */
  #exchange(address: number): void {
    const reply = Buffer.from(this.#memory.read(address, REPLY_BYTES));
    reply.writeBigUInt64LE(this.#hostBegin, REPLY_HOST_BEGIN);
    reply.writeBigUInt64LE(this.#hostEnd, REPLY_HOST_END);
    reply.writeBigUInt64LE(BigInt(this.#cpuNs), REPLY_CPU_NS);
    // What is counted is never the guest's word.
    const operation = reply.readUInt32LE(4);
    if (operation === operations.hello)
      encodeStartTimes({ hypervisor: this.#hypervisorNs, guest: this.#guestNs }, reply);
    if (operation === operations.run) encodeExits(this.#counts, reply.subarray(REPLY_PAYLOAD));
    writeSync(1, reply);
    const command = Buffer.alloc(COMMAND_BYTES);
    for (let done = 0; done < COMMAND_BYTES; ) {
      const n = readSync(0, command, done, COMMAND_BYTES - done, null);
      // End of file: the tool is gone, and so are we.
      if (n === 0) process.exit(0);
      done += n;
    }
    this.#memory.write(address + REPLY_BYTES, command);
  }

  #discard(address: number): void {
    const request = Buffer.from(this.#memory.read(address, DISCARD_BYTES));
    const base = Number(request.readBigUInt64LE(0));
    const bytes = Number(request.readBigUInt64LE(8));
    const can = this.#memory.discard && base % PAGE === 0 && bytes % PAGE === 0;
    if (can) this.#memory.discard?.(base, bytes);
    request.writeUInt32LE(can ? 0 : 1, 16);
    this.#memory.write(address, request);
  }
}
