/** The tool's side of a group of VMs: a process of its own that hosts all VMs, and is bound to die with the tool. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { localHost } from '../../../host/local.ts';
import { memoryHeadroom } from '../../../host/memory-headroom.ts';
import { MachineError } from '../../hypervisor.ts';
import { lastWords } from '../../last-words.ts';
import { machineScript } from '../../process-machine.ts';
import type { Growth, MemoryBudget, Request, ResponseSummary, VmGroup } from '../../vm-group.ts';
import { eventSchema, type GroupEvent, type GroupRequest, LONGEST_LINE } from './messages.ts';

const START_LIMIT_MS = 30_000;
/** What goes beside what a request itself may take. */
const GRACE_MS = 30_000;
/** An answer takes a tenth of a millisecond; machines that hang are given up one by one in the process itself. */
const ANSWER_MS = 20;
const STDERR_LIMIT = 4096;

type Event<Is extends GroupEvent['is']> = Extract<GroupEvent, { is: Is }>;

/** Starts the process, without VMs. `data`: addresses of the data that requests will need; `cpus`: where it may run. Throws MachineError. */
export async function startVmGroup(
  image: string,
  data: readonly number[],
  cpus: readonly number[],
): Promise<VmGroup> {
  const argv = [process.execPath, machineScript('kvm/vm-group'), image, ...data.map(String)];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'taskset', '-c', cpus.join(','), ...argv], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C reaches the tool alone.
    detached: true,
  });
  // Without descriptors left there are no pipes, and the reason comes as an event.
  if (!child.stdin) {
    const [error] = await once(child, 'error');
    throw new MachineError(`the process of the machines cannot be started: ${(error as Error).message}`);
  }
  const group = new VmGroupProcess(child);
  try {
    await group.ready();
  } catch (error) {
    await group.stop();
    throw error;
  }
  return group;
}

class VmGroupProcess implements VmGroup {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  #stderr = '';
  #received = '';
  #live = 0;
  #onLive: (machines: number) => void = () => {};
  #waiting: {
    is: string;
    resolve: (event: GroupEvent) => void;
    reject: (error: MachineError) => void;
  } | null = null;
  #failure: MachineError | null = null;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => this.#receive(text));
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8');
    });
    child.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#fail(`the process of the machines cannot be started: ${error.message}`);
        resolve();
      });
      child.on('close', (code, signal) => {
        this.#fail(this.#describeEnd(code, signal));
        resolve();
      });
    });
  }

  async ready(): Promise<void> {
    await this.#await('ready', START_LIMIT_MS);
  }

  async grow(
    to: number,
    { reserveBytes, moreBytes }: MemoryBudget,
    limitMs: number,
    live: (machines: number) => void,
  ): Promise<Growth> {
    this.#onLive = live;
    const floor = moreBytes === null ? 0 : memoryHeadroom(localHost).bytes - moreBytes;
    const reserve = Math.round(Math.max(reserveBytes, floor));
    const request = { do: 'grow', to, reserveBytes: reserve, limitMs } as const;
    const { machines, ms, stop } = await this.#ask('grown', request, limitMs + GRACE_MS);
    this.#live = machines;
    return { machines, ms, stop };
  }

  async ask(request: Request): Promise<ResponseSummary> {
    const limitMs = GRACE_MS + this.#live * ANSWER_MS;
    const { is, ...answers } = await this.#ask('answered', { do: 'ask', ...request }, limitMs);
    return answers;
  }

  async touchedBytes(): Promise<number> {
    return (await this.#ask('touched', { do: 'touched' }, GRACE_MS)).bytes;
  }

  pids(): readonly number[] {
    return this.#child.pid ? [this.#child.pid] : [];
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.#ended;
  }

  async #ask<Is extends GroupEvent['is']>(
    is: Is,
    request: GroupRequest,
    limitMs: number,
  ): Promise<Event<Is>> {
    if (this.#failure) throw this.#failure;
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return await this.#await(is, limitMs);
  }

  #await<Is extends GroupEvent['is']>(is: Is, limitMs: number): Promise<Event<Is>> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const timer = setTimeout(() => {
        this.#fail(`no answer within ${Math.round(limitMs / 1000)} s: the machines were killed`);
        this.#kill();
      }, limitMs);
      const settle = () => {
        clearTimeout(timer);
        this.#waiting = null;
      };
      this.#waiting = {
        is,
        resolve: (event) => {
          settle();
          resolve(event as Event<Is>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
    });
  }

  #receive(text: string): void {
    const lines = (this.#received + text).split('\n');
    this.#received = lines.pop() ?? '';
    try {
      if (this.#received.length > LONGEST_LINE) throw new Error('it wrote a line without end');
      for (const line of lines) this.#event(eventSchema.parse(JSON.parse(line)));
    } catch {
      this.#fail('the process of the machines wrote something unexpected and was killed');
      this.#kill();
    }
  }

  #event(event: GroupEvent): void {
    if (event.is === 'live') {
      this.#live = event.machines;
      this.#onLive(event.machines);
      return;
    }
    if (this.#waiting?.is !== event.is) throw new Error(`nobody asked for ${event.is}`);
    this.#waiting.resolve(event);
  }

  /** The first failure is the one that is told. */
  #fail(message: string): void {
    this.#failure ??= new MachineError(message);
    this.#waiting?.reject(this.#failure);
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (!pid || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just exited unexpectedly, or has not reached its own session yet.
      this.#child.kill('SIGKILL');
    }
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const alive = this.#live > 0 ? ` with ${this.#live} machines or more` : '';
    // The engine that runs out of memory says so in the midst of much else.
    const fatal = /^FATAL ERROR.{0,200}/m.exec(this.#stderr)?.[0];
    if (fatal) return `the process of the machines died${alive}: ${fatal}`;
    const said = lastWords(this.#stderr);
    if (said) return said;
    return signal
      ? `the process of the machines died by ${signal}${alive}`
      : `the process of the machines exited unexpectedly${alive} (exit code ${code})`;
  }
}
