/** The tool's side of a group of VMs: a process of its own that hosts all VMs, and is bound to die with the tool. */

import type { Host, HostProcess, ProcessEnd } from '../../../host/host.ts';
import { memoryHeadroom } from '../../../host/memory-headroom.ts';
import { MachineError } from '../../hypervisor.ts';
import { lastWords } from '../../last-words.ts';
import { machineScript } from '../../machine-script.ts';
import type { Growth, MemoryBudget, Request, ResponseSummary, VmGroup } from '../../vm-group.ts';
import type { VmGroupSpec } from '../../vm-spec.ts';
import { eventSchema, type GroupEvent, type GroupRequest, LONGEST_LINE } from './messages.ts';

const START_LIMIT_MS = 30_000;
/** What goes beside what a request itself may take. */
const GRACE_MS = 30_000;
/** An answer takes a tenth of a millisecond; machines that hang are given up one by one in the process itself. */
const ANSWER_MS = 20;
const STDERR_LIMIT = 4096;

type Event<Is extends GroupEvent['is']> = Extract<GroupEvent, { is: Is }>;

/** Starts the process, without VMs. Throws MachineError. */
export async function startVmGroup(
  host: Host,
  { image, data, cpus }: Pick<VmGroupSpec, 'image' | 'data' | 'cpus'>,
): Promise<VmGroup> {
  const argv = [process.execPath, machineScript('kvm/vm-group'), image.path, ...data.map(String)];
  const started = await host.start(argv, { cpus }).catch((error) => {
    throw new MachineError(cannotStart(error));
  });
  const group = new VmGroupProcess(host, started);
  try {
    await group.ready();
  } catch (error) {
    await group.stop();
    throw error;
  }
  return group;
}

const cannotStart = ({ message }: Error) => `the process of the machines cannot be started: ${message}`;

class VmGroupProcess implements VmGroup {
  readonly #host: Host;
  readonly #process: HostProcess;
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

  constructor(host: Host, process: HostProcess) {
    this.#host = host;
    this.#process = process;
    process.stdout.setEncoding('utf8');
    process.stdout.on('data', (text: string) => this.#receive(text));
    process.stderr.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < STDERR_LIMIT) this.#stderr += chunk.toString('utf8');
    });
    this.#ended = process.ended.then((end) => this.#fail(this.#describeEnd(end)));
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
    const floor = moreBytes === null ? 0 : memoryHeadroom(this.#host).bytes - moreBytes;
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
    return this.#process.pid ? [this.#process.pid] : [];
  }

  async stop(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#ended;
  }

  async #ask<Is extends GroupEvent['is']>(
    is: Is,
    request: GroupRequest,
    limitMs: number,
  ): Promise<Event<Is>> {
    if (this.#failure) throw this.#failure;
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    return await this.#await(is, limitMs);
  }

  #await<Is extends GroupEvent['is']>(is: Is, limitMs: number): Promise<Event<Is>> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const timer = setTimeout(() => {
        this.#fail(`no answer within ${Math.round(limitMs / 1000)} s: the machines were killed`);
        this.#process.signal('SIGKILL');
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
      this.#process.signal('SIGKILL');
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

  #describeEnd({ error, code, signal }: ProcessEnd): string {
    if (error) return cannotStart(error);
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
