/** A machine behind two pipes: a process that answers command frames with reply frames. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { localHost } from '../host/local.ts';
import { packageRoot } from '../package.ts';
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

/** The compiled program that hosts a guest in a process of its own. */
export function machineScript(driver: string): string {
  return join(packageRoot(), 'dist/core/hypervisors', driver, 'machine.js');
}

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
  argv: readonly string[],
  cpu: number,
  { limitMs = START_LIMIT_MS, files = [], signal }: StartOptions = {},
): Promise<CommandMachine> {
  const started = process.hrtime.bigint();
  const child = spawnMachine(argv, cpu, files);
  // Without descriptors left there are no pipes, and the reason comes as an event.
  if (!child.stdin) throw cannotStart((await once(child, 'error'))[0]);
  const machine = new ProcessMachine(child);
  offerFirst(machine.pid);
  const abort = () => void machine.stop();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await machine.hello(started, limitMs);
  } catch (error) {
    await machine.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  return machine;
}

/** Throws MachineError where the system has no memory left for it. */
function spawnMachine(
  argv: readonly string[],
  cpu: number,
  files: readonly number[],
): ChildProcessWithoutNullStreams {
  try {
    return spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'taskset', '-c', String(cpu), ...argv], {
      stdio: ['pipe', 'pipe', 'pipe', ...files],
      detached: true,
    }) as ChildProcessWithoutNullStreams;
  } catch (error) {
    throw cannotStart(error);
  }
}

/** Where memory runs out, the kernel should end a machine, and what that starts, but not the tool. */
function offerFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has just exited unexpectedly, or could not be started.
  }
}

function cannotStart(error: unknown): MachineError {
  return new MachineError(`the machine cannot be started: ${(error as Error).message}`);
}

/** Of one process. Throws where it is gone. */
async function usageOf(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  // Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    // Neither tells all: the ticks are whole ones, of 10 ms, and the threads are those that have not ended.
    cpuNs: Math.max(ticks * NS_PER_CLOCK_TICK, threadsCpuNs(pid, localHost)),
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
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #stderr = '';
  #received = Buffer.alloc(0);
  #waiting: Waiting | null = null;
  #failure: MachineError | null = null;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8');
    });
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Writing to a machine that has just died is reported by its end, not by the pipe.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#fail(`the machine cannot be started: ${error.message}`);
        resolve();
      });
      child.on('close', (code, signal) => {
        this.#fail(this.#describeEnd(code, signal));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first frame comes by itself. `started`: on the host's monotonic clock, ns. */
  async hello(started: bigint, limitMs: number): Promise<void> {
    const reply = await this.#await('hello', limitMs);
    const since = (ns: bigint) => Number(ns - started) / NS_PER_MS;
    this.startMs = since(process.hrtime.bigint());
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
    const askedNs = process.hrtime.bigint();
    const reply = await this.#ask({ operation: 'run', iterations }, limitMs);
    checkTimes(iterations, reply, askedNs, process.hrtime.bigint());
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
      const usages = await Promise.all(processTree(this.pid, localHost).map(usageOf));
      return {
        cpuNs: usages.reduce((sum, { cpuNs }) => sum + cpuNs, 0),
        peakResidentBytes: usages.reduce((sum, { peakResidentBytes }) => sum + peakResidentBytes, 0),
      };
    } catch {
      throw this.#failure ?? new MachineError('the machine is gone');
    }
  }

  async stop(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#ended;
  }

  async #ask(command: Command, limitMs: number): Promise<Reply> {
    if (this.#failure) throw this.#failure;
    this.#signal('SIGCONT');
    this.#child.stdin.write(encodeCommand(command));
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
        this.#signal('SIGKILL');
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
      this.#signal('SIGKILL');
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
      this.#signal('SIGSTOP');
      waiting.resolve(reply);
    } catch (error) {
      this.#waiting = waiting;
      this.#fail((error as Error).message);
      this.#signal('SIGKILL');
    }
  }

  /** The first failure is the one that is told. */
  #fail(message: string): void {
    this.#failure ??= new MachineError(message);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(this.#failure);
  }

  /** Signals the machine with all that it started. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || !this.#child.pid) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // It has just exited unexpectedly, or has not reached its own session yet.
      this.#child.kill(signal);
    }
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const said = lastWords(this.#stderr);
    if (said) return said;
    return signal ? `the machine died by ${signal}` : `the machine exited unexpectedly (exit code ${code})`;
  }
}
