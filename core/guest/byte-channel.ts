/**
 * The hypervisor's side of a guest that sends its replies and marks over one way, byte by byte, and reads commands
 * over another: see docs/protocol.md. Frames to and from the tool go by fd 0 and 1.
 */
import { ownCpuNs as cpuNsOfThisProcess } from '../host/cpu-time.ts';
import { type BatchMark, FrameReader, GO_ON } from './frame-reader.ts';
import { packCommand } from './packed-frame.ts';
import {
  COMMAND_BYTES,
  decodeText,
  type Exits,
  encodeAbout,
  encodeExits,
  encodeStartTimes,
  exitsBetween,
  operations,
  REPLY_CPU_NS,
  REPLY_HOST_BEGIN,
  REPLY_HOST_END,
  REPLY_PAYLOAD,
  type StartTimes,
} from './protocol.ts';

export interface ByteChannelOptions {
  /** Hands bytes to the guest. */
  send(bytes: Buffer): void;
  /** CPU time so far of the machine's processes besides this one, ns. */
  readonly othersCpuNs?: () => number;
  /** CPU time so far of this process, ns; where it is none of the machine's, 0. */
  readonly ownCpuNs?: () => number;
  /** What the hypervisor counts of the guest's exits, if it does. */
  readonly counts?: () => Promise<Exits>;
  /** What the hypervisor says of itself. */
  about(): Promise<string>;
  /** When its program began, and what the guest's console showed when. */
  readonly started: () => Pick<StartTimes, 'hypervisor'> & Partial<Pick<StartTimes, 'console' | 'kernel'>>;
}

export class ByteChannel {
  readonly #options: ByteChannelOptions;
  readonly #reader = new FrameReader(
    (mark) => void this.#mark(mark),
    (frame) => void this.#answer(frame),
  );
  #command = Buffer.alloc(0);
  #begin = 0n;
  #end = 0n;
  #cpuBegin = 0;
  #cpu = 0;
  #countsBegin: Exits = {};
  #counts: Exits = {};
  #guestNs = 0n;

  constructor(options: ByteChannelOptions) {
    this.#options = options;
    process.stdin.on('data', (bytes: Buffer) => this.#pass(bytes));
    // The tool is gone: so are we, and the guest with us.
    process.stdin.on('end', () => process.exit(0));
  }

  /** Commands go on as they are whole. */
  #pass(bytes: Buffer): void {
    this.#command = Buffer.concat([this.#command, bytes]);
    while (this.#command.length >= COMMAND_BYTES) {
      this.#options.send(packCommand(this.#command.subarray(0, COMMAND_BYTES)));
      this.#command = this.#command.subarray(COMMAND_BYTES);
    }
  }

  /** Takes what the guest wrote. */
  receive(chunk: Buffer): void {
    this.#reader.receive(chunk);
  }

  /** Until it is answered the guest waits, so there is never a second one. */
  async #mark(mark: BatchMark): Promise<void> {
    if (mark === 'runs') {
      this.#guestNs = process.hrtime.bigint();
      return;
    }
    const { othersCpuNs = () => 0, ownCpuNs = cpuNsOfThisProcess, counts, send } = this.#options;
    if (mark === 'begin') {
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
