/**
 * The hypervisor's side of a guest that sends its replies and marks over one way, byte by byte, and reads commands
 * over another: see docs/protocol.md. Frames to and from the tool go by fd 0 and 1.
 */

import { ownCpuNs } from '../host/cpu-time.ts';
import {
  decodeText,
  type Exits,
  encodeAbout,
  encodeExits,
  encodeStartTimes,
  exitsBetween,
  operations,
  REPLY_BYTES,
  REPLY_CPU_NS,
  REPLY_HOST_BEGIN,
  REPLY_HOST_END,
  REPLY_PAYLOAD,
  type StartTimes,
} from './protocol.ts';

const MARK_BEGIN = 1;
const MARK_END = 2;
/** A bare guest runs; nobody waits for an answer. */
const MARK_RUNS = 3;
/** What a mark is answered with: any byte. */
const GO_ON = Buffer.of(0);

export interface ByteChannelOptions {
  /** Hands bytes to the guest. */
  send(bytes: Buffer): void;
  /** CPU time so far of the machine's processes besides this one, ns. */
  readonly othersCpuNs?: () => number;
  /** What the hypervisor counts of the guest's exits, if it does. */
  readonly counts?: () => Promise<Exits>;
  /** What the hypervisor says of itself. */
  about(): Promise<string>;
  /** When its program began, and what the guest's console showed when. */
  readonly started: () => Pick<StartTimes, 'hypervisor'> & Partial<Pick<StartTimes, 'console' | 'kernel'>>;
}

export class ByteChannel {
  readonly #options: ByteChannelOptions;
  #begin = 0n;
  #end = 0n;
  #cpuBegin = 0;
  #cpu = 0;
  #countsBegin: Exits = {};
  #counts: Exits = {};
  #frame = Buffer.alloc(0);
  #guestNs = 0n;

  constructor(options: ByteChannelOptions) {
    this.#options = options;
    process.stdin.on('data', (command: Buffer) => options.send(command));
    // The tool is gone: so are we, and the guest with us.
    process.stdin.on('end', () => process.exit(0));
  }

  /** Takes what the guest wrote. */
  receive(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const first = rest[0] as number;
      if (this.#frame.length === 0 && first === MARK_RUNS) {
        this.#guestNs = process.hrtime.bigint();
        rest = rest.subarray(1);
        continue;
      }
      if (this.#frame.length === 0 && (first === MARK_BEGIN || first === MARK_END)) {
        void this.#mark(first);
        rest = rest.subarray(1);
        continue;
      }
      const missing = REPLY_BYTES - this.#frame.length;
      this.#frame = Buffer.concat([this.#frame, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#frame.length === REPLY_BYTES) {
        void this.#answer(this.#frame);
        this.#frame = Buffer.alloc(0);
      }
    }
  }

  /** Until it is answered the guest waits, so there is never a second one. */
  async #mark(which: number): Promise<void> {
    const { othersCpuNs = () => 0, counts, send } = this.#options;
    if (which === MARK_BEGIN) {
      if (counts) this.#countsBegin = await counts();
      // The own clock is read next to the batch: reading those of others takes time on it.
      const others = othersCpuNs();
      this.#cpuBegin = others + ownCpuNs();
      this.#begin = process.hrtime.bigint();
    } else {
      this.#end = process.hrtime.bigint();
      const own = ownCpuNs();
      this.#cpu = own + othersCpuNs() - this.#cpuBegin;
      if (counts) this.#counts = exitsBetween(this.#countsBegin, await counts());
    }
    send(GO_ON);
  }

  async #answer(reply: Buffer): Promise<void> {
    const { about, started } = this.#options;
    const payload = reply.subarray(REPLY_PAYLOAD);
    const operation = reply.readUInt32LE(4);
    if (operation === operations.hello) {
      const guest = decodeText(payload);
      encodeAbout([await about(), guest && `guest ${guest}`].filter(Boolean).join('; ')).copy(payload);
    }
    reply.writeBigUInt64LE(this.#begin, REPLY_HOST_BEGIN);
    reply.writeBigUInt64LE(this.#end, REPLY_HOST_END);
    reply.writeBigUInt64LE(BigInt(this.#cpu), REPLY_CPU_NS);
    // A guest that boots has marked the beginning of its user space.
    if (operation === operations.hello)
      encodeStartTimes({ ...started(), guest: this.#guestNs, user: this.#begin }, reply);
    // What is counted is never the guest's word.
    if (operation === operations.run) encodeExits(this.#counts, payload);
    process.stdout.write(reply);
  }
}
