/** A machine behind two pipes: a process that answers command frames with reply frames. */

import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
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
import type { Host, HostProcess, ProcessEnd } from '../host/host.ts';
import { checkElapsed, checkTimes } from './batch-times.ts';
import {
  type Batch,
  type CommandMachine,
  ConnectionLost,
  type Machine,
  MachineError,
  type Milestones,
  Refusal,
  type Usage,
} from './hypervisor.ts';
import { lastWords } from './last-words.ts';
import { usageOfTree } from './process-usage.ts';

const START_LIMIT_MS = 30_000;
const NS_PER_MS = 1e6;
const PREPARE_LIMIT_MS = 60_000;
/** To give back a terabyte of memory takes the kernel a while. */
const DEATH_LIMIT_MS = 60_000;
const STDERR_LIMIT = 4096;

/** Of a machine on another computer, which a process here, such as `ssh`, speaks with. */
interface Elsewhere {
  /** What that process is sent before the first answer. */
  readonly program: Buffer;
  /** CPUs of this computer on which it may run; the machine's CPU is one of the other. */
  readonly cpus: readonly number[];
  /** How many CPUs that computer has. */
  readonly cpusThere: number;
  /** What its end means, which said so on standard error. */
  readonly failure: (end: ProcessEnd, said: string) => MachineError;
}

export interface StartOptions {
  /** For its first answer. */
  readonly limitMs?: number | undefined;
  /** Open ones that it finds as its file 3 and on. */
  readonly files?: readonly number[];
  /** When it aborts before the first answer, the machine is killed. */
  readonly signal?: AbortSignal | undefined;
  /** If the machine is on another computer. */
  readonly elsewhere?: Elsewhere | undefined;
}

/**
 * Starts a machine: pinned to a CPU, in a session of its own (so that Ctrl-C reaches the tool alone),
 * and bound to die with the tool, even where the tool is killed by SIGKILL.
 */
export async function startProcessMachine(
  host: Host,
  argv: readonly string[],
  cpu: number,
  { limitMs = START_LIMIT_MS, files = [], signal, elsewhere }: StartOptions = {},
): Promise<CommandMachine> {
  const started = host.now();
  const process = await host.start(argv, { cpus: elsewhere?.cpus ?? [cpu], files }).catch((error) => {
    throw new MachineError(cannotStart(error));
  });
  const machine = new ProcessMachine(host, process, elsewhere);
  if (elsewhere) process.stdin.write(elsewhere.program);
  // Whoever waits for its end is told that it does not die.
  const abort = () => void machine.stop().catch(() => {});
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
  readonly #elsewhere: Elsewhere | undefined;
  readonly #ended: Promise<void>;
  #stderr = '';
  #received = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #failure: MachineError | null = null;

  constructor(host: Host, process: HostProcess, elsewhere: Elsewhere | undefined) {
    this.#host = host;
    this.#process = process;
    this.#elsewhere = elsewhere;
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
    if (this.#elsewhere) {
      // Its own clock says nothing here.
      this.milestones = { ...this.milestones, ready: this.startMs };
      return;
    }
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
    const answeredNs = this.#host.now();
    if (this.#elsewhere) checkElapsed(iterations, reply, answeredNs - askedNs, this.#elsewhere.cpusThere);
    else checkTimes(iterations, reply, askedNs, answeredNs);
    const wallNs = Number(reply.hostEnd - reply.hostBegin);
    return {
      iterations,
      wallNs,
      cpuNs: reply.cpuNs,
      // Elsewhere it began between the question and so long before the answer: in the middle, give or take half the way.
      beganNs: this.#elsewhere
        ? Math.round((Number(askedNs) + Number(answeredNs) - wallNs) / 2)
        : Number(reply.hostBegin),
      beganTicks: Number(reply.tscBegin),
      ticks: Number(reply.tscEnd - reply.tscBegin),
      checksum: reply.checksum,
      exits: decodeExits(reply.payload),
      guestBeganNs: this.#elsewhere ? Number(reply.hostBegin) : decodeGuestClock(reply.payload),
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
    if (this.#elsewhere) throw new MachineError('what a machine on another computer uses is not seen here');
    try {
      return await usageOfTree(this.pid, this.#host);
    } catch {
      throw this.#failure ?? new MachineError('the machine is gone');
    }
  }

  /** Throws UserError where it does not die: nothing may be measured beside it. */
  async stop(): Promise<void> {
    this.#process.signal('SIGKILL');
    const late = new AbortController();
    const isGone = await Promise.race([
      this.#ended.then(() => true),
      sleep(DEATH_LIMIT_MS, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (isGone) return;
    // proc(5): the state stands behind the name, which may hold spaces.
    const state = /\) (\S)/.exec(this.#host.readNow(`/proc/${this.pid}/stat`) ?? '')?.[1];
    throw new UserError(
      `a machine (process ${this.pid}) was killed and is not gone after ${DEATH_LIMIT_MS / 1000} s: ${state ? `the kernel keeps it in state ${state}` : 'something that it started holds its output open'}`,
    );
  }

  async #ask(command: Command, limitMs: number): Promise<Reply> {
    if (this.#failure) throw this.#failure;
    this.#wake();
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
        const late = `no answer within ${(limitMs / 1000).toFixed(1)} s: the machine`;
        // From here a machine that hangs and a connection that does look alike.
        this.#fail(
          this.#elsewhere
            ? new ConnectionLost(`${late} hung, or the connection did, and it was killed`)
            : `${late} hung and was killed`,
        );
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
      this.#halt();
      waiting.resolve(reply);
    } catch (error) {
      this.#waiting = waiting;
      this.#fail((error as Error).message);
      this.#process.signal('SIGKILL');
    }
  }

  /**
   * Until it is asked again it stands still: a translator's compiler threads would otherwise work on, and slow down whichever
   * machine runs next on the same CPU. A process that holds a connection has to go on.
   */
  #halt(): void {
    if (!this.#elsewhere) this.#process.signal('SIGSTOP');
  }

  #wake(): void {
    if (!this.#elsewhere) this.#process.signal('SIGCONT');
  }

  /** The first failure is the one that is told. */
  #fail(what: string | MachineError): void {
    this.#failure ??= typeof what === 'string' ? new MachineError(what) : what;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(this.#failure);
  }

  #describeEnd(end: ProcessEnd): string | MachineError {
    if (this.#elsewhere) return this.#elsewhere.failure(end, this.#stderr);
    const { error, code, signal } = end;
    if (error) return cannotStart(error);
    const said = lastWords(this.#stderr);
    if (said) return said;
    return signal ? `the machine died by ${signal}` : `the machine exited unexpectedly (exit code ${code})`;
  }
}
