/** A machine behind two pipes: a process that answers command frames with reply frames. */

import {
  type Command,
  decodeExits,
  decodeGuestClock,
  decodeIdentity,
  decodeRecordPart,
  decodeReply,
  decodeStartTimes,
  decodeText,
  encodeCommand,
  type Identity,
  operations,
  type ProtocolOperation,
  RECORD_PART,
  REPLY_BYTES,
  type Reply,
} from '../guest/protocol.ts';
import { NS_PER_CLOCK_TICK, processTree, threadsCpuNs } from '../host/cpu-time.ts';
import type { Host, HostProcess, ProcessEnd } from '../host/host.ts';
import { largePageBytes } from '../host/memory.ts';
import { checkTimes } from './batch-times.ts';
import {
  type Batch,
  type CommandMachine,
  type Machine,
  MachineError,
  type Milestones,
  Refusal,
  type Usage,
} from './hypervisor.ts';
import { lastWords } from './last-words.ts';

const START_LIMIT_MS = 30_000;
const NS_PER_MS = 1e6;
const PREPARE_LIMIT_MS = 60_000;
const STDERR_LIMIT = 4096;

export interface StartOptions {
  /** For its first answer. */
  readonly limitMs?: number | undefined;
  /** Open ones that it finds as its file 3 and on. */
  readonly files?: readonly number[];
  /** When it aborts before the first answer, the machine is killed. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a machine: pinned to a CPU, in a session of its own (so that Ctrl-C reaches the tool alone),
 * and bound to die with the tool, even where the tool is killed by SIGKILL.
 */
export async function startProcessMachine(
  host: Host,
  argv: readonly string[],
  cpu: number,
  { limitMs = START_LIMIT_MS, files = [], signal }: StartOptions = {},
): Promise<CommandMachine> {
  const started = host.now();
  const process = await host.start(argv, { cpus: [cpu], files }).catch((error) => {
    throw new MachineError(cannotStart(error));
  });
  const machine = new ProcessMachine(host, process);
  const abort = () => void machine.stop();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    // It may have aborted while the process was started.
    if (signal?.aborted) abort();
    await machine.hello(started, limitMs);
  } catch (error) {
    await machine.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return machine;
}

const cannotStart = ({ message }: Error) => `the machine cannot be started: ${message}`;

/** Of one process. Throws where it is gone. */
async function usageOf(pid: number, host: Host): Promise<Omit<Usage, 'largePageBytes'>> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((name) => host.read(`/proc/${pid}/${name}`)),
  );
  if (!stat || !status) throw new Error('it is gone');
  // Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    // Neither tells all: the ticks are whole ones, of 10 ms, and the threads are those that have not ended.
    cpuNs: Math.max(ticks * NS_PER_CLOCK_TICK, threadsCpuNs(pid, host)),
    peakResidentBytes: Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024,
  };
}

/** Somebody who waits for the reply to an operation. */
interface Waiting {
  readonly operation: ProtocolOperation;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: MachineError) => void;
}

class ProcessMachine implements CommandMachine {
  startMs = 0;
  about = '';
  bootMs: Machine['bootMs'] = null;
  milestones: Milestones = { hypervisor: null, guest: null, kernel: null, userSpace: null, ready: 0 };
  readonly #host: Host;
  readonly #process: HostProcess;
  readonly #ended: Promise<void>;
  #stderr = '';
  #received = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #failure: MachineError | null = null;

  constructor(host: Host, process: HostProcess) {
    this.#host = host;
    this.#process = process;
    process.stderr.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8');
    });
    process.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#ended = process.ended.then((end) => this.#fail(this.#describeEnd(end)));
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The first frame comes by itself. `started`: on the host's monotonic clock, ns. */
  async hello(started: bigint, limitMs: number): Promise<void> {
    const reply = await this.#await('hello', limitMs);
    const since = (ns: bigint) => Number(ns - started) / NS_PER_MS;
    this.startMs = since(this.#host.now());
    this.about = decodeText(reply.payload);
    const times = decodeStartTimes(reply);
    // A machine's word is taken for nothing that cannot be.
    const seen = (ns: bigint) => (ns > started && since(ns) <= this.startMs ? since(ns) : null);
    this.milestones = {
      hypervisor: seen(times.hypervisor),
      guest: seen(times.guest) ?? seen(times.console),
      kernel: seen(times.kernel),
      userSpace: seen(times.user),
      ready: this.startMs,
    };
    // A guest that boots an operating system tells when its user space began.
    if (times.user === 0n) return;
    const init = seen(times.user);
    if (init === null)
      throw new MachineError(
        'implausible answer from the machine: its user space began before it was started, or after it had answered',
      );
    this.bootMs = { console: seen(times.console), init };
  }

  async identify(): Promise<Identity> {
    return decodeIdentity((await this.#ask({ operation: 'identify' }, START_LIMIT_MS)).payload);
  }

  async prepare(workload: Parameters<Machine['prepare']>[0], limitMs = PREPARE_LIMIT_MS): Promise<void> {
    await this.#ask({ operation: 'prepare', ...workload }, limitMs);
  }

  async run(iterations: number, limitMs: number): Promise<Batch> {
    const askedNs = this.#host.now();
    const reply = await this.#ask({ operation: 'run', iterations }, limitMs);
    checkTimes(iterations, reply, askedNs, this.#host.now());
    return {
      iterations,
      wallNs: Number(reply.hostEnd - reply.hostBegin),
      cpuNs: reply.cpuNs,
      beganNs: Number(reply.hostBegin),
      beganTicks: Number(reply.tscBegin),
      ticks: Number(reply.tscEnd - reply.tscBegin),
      checksum: reply.checksum,
      exits: decodeExits(reply.payload),
      guestBeganNs: decodeGuestClock(reply.payload),
    };
  }

  async read(from: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let at = 0; at < length; at += RECORD_PART) {
      const { payload } = await this.#ask({ operation: 'read', argument: from + at }, START_LIMIT_MS);
      const part = decodeRecordPart(payload);
      if (part === null) throw new MachineError('the machine says that a frame holds more than it can');
      parts.push(Buffer.from(part));
      if (part.length < RECORD_PART) break;
    }
    return Buffer.concat(parts).subarray(0, length);
  }

  async usage(): Promise<Usage> {
    try {
      const usages = await Promise.all(
        processTree(this.pid, this.#host).map((pid) => usageOf(pid, this.#host)),
      );
      return {
        cpuNs: usages.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
        peakResidentBytes: usages.reduce((sum, { peakResidentBytes }) => sum + peakResidentBytes, 0),
        largePageBytes: largePageBytes(this.pid, this.#host),
      };
    } catch {
      throw this.#failure ?? new MachineError('the machine is gone');
    }
  }

  async stop(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#ended;
  }

  async #ask(command: Command, limitMs: number): Promise<Reply> {
    if (this.#failure) throw this.#failure;
    this.#process.signal('SIGCONT');
    this.#process.stdin.write(encodeCommand(command));
    const reply = await this.#await(command.operation, limitMs);
    switch (reply.status) {
      case 'ok':
        return reply;
      case 'refused':
        throw new Refusal(
          decodeText(reply.payload) ||
            `the machine refused to ${command.operation}: it lacks memory or a feature for it`,
        );
      default:
        throw new MachineError(`the machine could not ${command.operation}: ${reply.status}`);
    }
  }

  #await(operation: ProtocolOperation, limitMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const timer = setTimeout(() => {
        this.#fail(`no answer within ${(limitMs / 1000).toFixed(1)} s: the machine hung and was killed`);
        this.#process.signal('SIGKILL');
      }, limitMs);
      this.#waiting = {
        operation,
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#failure) return;
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length > REPLY_BYTES || !this.#waiting) {
      this.#fail('the machine wrote more than requested, and was killed');
      this.#process.signal('SIGKILL');
      return;
    }
    if (this.#received.length < REPLY_BYTES) return;
    const waiting = this.#waiting;
    this.#waiting = null;
    try {
      const reply = decodeReply(this.#received);
      if (reply.operation !== operations[waiting.operation]) {
        throw new Error(`the machine answered operation ${reply.operation} instead of ${waiting.operation}`);
      }
      this.#received = Buffer.alloc(0);
      // Until it is asked again it stands still: a translator's compiler threads would otherwise work on, and
      // slow down whichever machine runs next on the same CPU.
      this.#process.signal('SIGSTOP');
      waiting.resolve(reply);
    } catch (error) {
      this.#waiting = waiting;
      this.#fail((error as Error).message);
      this.#process.signal('SIGKILL');
    }
  }

  /** The first failure is the one that is told. */
  #fail(message: string): void {
    this.#failure ??= new MachineError(message);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(this.#failure);
  }

  #describeEnd({ error, code, signal }: ProcessEnd): string {
    if (error) return cannotStart(error);
    const said = lastWords(this.#stderr);
    if (said) return said;
    return signal ? `the machine died by ${signal}` : `the machine exited unexpectedly (exit code ${code})`;
  }
}
