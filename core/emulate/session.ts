/** What goes on between the tool and an emulated computer: its command, and signs of life. */
import type { ChildProcess } from 'node:child_process';
import type { Duplex, Writable } from 'node:stream';
import prettyMs from 'pretty-ms';
import { UserError } from '../errors.ts';
import { threadsCpuNs } from '../host/cpu-time.ts';
import { localHost } from '../host/local.ts';
import { lastWords } from '../hypervisors/last-words.ts';
import { BootConsole } from '../hypervisors/linux-boot.ts';
import { ConsoleTail } from './console-tail.ts';
import { ControlReader, type Found, type Told } from './control.ts';
import { cpuStates } from './cpu-states.ts';
import { type CommandEnd, type LastSeen, StoodStill } from './ending.ts';
import { listenToFirstProcess } from './first-process.ts';
import { passOn } from './pass-on.ts';
import { Pulse } from './pulse.ts';
import { FD } from './qemu.ts';
import type { Request } from './session-script.ts';

/** Until the script runs: a quarter of a minute, if nobody else works. */
const START_LIMIT_MS = 180_000;
/** To write results when it is told to end. */
const GRACE_MS = 180_000;
/** To show what runs. */
const LOOK_MS = 5000;
const STDERR_LIMIT = 4096;

/** How long nothing may come from it, ms. */
export interface Patience {
  /** While it starts, when nothing is asked of it. */
  readonly startMs: number;
  /** While the command runs, when a shell in there answers each question. */
  readonly commandMs: number;
  /** Between two looks. */
  readonly stepMs: number;
}

const PATIENCE: Patience = { startMs: 90_000, commandMs: 60_000, stepMs: 5000 };

export interface SessionOptions {
  readonly cpus: number;
  /** As in the script. */
  readonly mark: string;
  /** What the command writes goes there. */
  readonly output: Writable;
  readonly errors: Writable;
  /** Told once, when the command begins. */
  readonly ready: (found: Found, ms: number) => void;
  /** Told once, where the computer fails or the command does not end in time. */
  readonly lastSeen: (seen: LastSeen) => void;
  /** How long the command may take, ms; then it is told to end. */
  readonly limitMs: number;
  readonly patience?: Patience | undefined;
  /** Has the command end as by a user's wish. */
  readonly signal: AbortSignal;
}

/** From the start of QEMU's process; `ended` settles as `runComputer` (computer.ts) says. */
export class Session {
  readonly ended: Promise<CommandEnd>;
  readonly #child: ChildProcess;
  readonly #options: SessionOptions;
  readonly #began = performance.now();
  readonly #tail = new ConsoleTail();
  readonly #lost: string[] = [];
  readonly #pulse: Pulse;
  #resolve: (end: CommandEnd) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isLate = false;
  #isEnding = false;
  #isOver = false;
  /** Whether it has written to its standard output. */
  #spoke = false;
  #code: number | null = null;
  /** Streams of the command whose end has not come. */
  #open = 2;
  /** What /proc/loadavg said in there when it answered last. */
  #load: string | null = null;
  /** CPU time of QEMU when nothing more came, ns. */
  #cpuNs = 0;

  constructor(child: ChildProcess, options: SessionOptions) {
    const { patience = PATIENCE, signal } = options;
    this.#child = child;
    this.#options = options;
    const { stepMs } = patience;
    this.#pulse = new Pulse(
      { limitMs: patience.startMs },
      () => void this.#stoodStill(patience),
      (silentMs) => {
        if (silentMs === stepMs) this.#cpuNs = this.#qemuCpuNs();
      },
      stepMs,
    );
    const abort = () => (this.#isRunning ? this.#end() : this.#reject(signal.reason));
    signal.addEventListener('abort', abort, { once: true });
    this.ended = new Promise<CommandEnd>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    }).finally(() => {
      this.#isOver = true;
      clearTimeout(this.#timer);
      this.#pulse.stop();
      signal.removeEventListener('abort', abort);
    });
    this.#after(START_LIMIT_MS, () => this.#fail(`it did not come up within ${prettyMs(START_LIMIT_MS)}`));
    this.#listen(patience);
  }

  #stream(name: keyof typeof FD): Duplex {
    return (this.#child.stdio as unknown as readonly Duplex[])[FD[name]] as Duplex;
  }

  #listen(patience: Patience): void {
    const { output, errors, mark } = this.#options;
    const child = this.#child;
    const boot = new BootConsole();
    let said = '';
    child.on('error', ({ message }) => this.#fail(`QEMU cannot be started: ${message}`));
    child.on('close', (_, by) =>
      this.#fail(boot.panic ?? lastWords(said) ?? (by ? `QEMU died by ${by}` : 'QEMU ended unexpectedly')),
    );
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-STDERR_LIMIT);
    });
    for (const name of ['console', 'control', 'monitor'] as const) this.#stream(name).on('error', () => {});
    for (const name of ['console', 'way', 'output', 'errors', 'control'] as const)
      this.#stream(name).on('data', () => this.#pulse.heard());

    listenToFirstProcess(this.#stream('way'), (reason) => this.#fail(reason));
    this.#stream('console').on('data', (chunk: Buffer) => {
      boot.receive(chunk);
      this.#tail.receive(chunk);
    });
    const control = new ControlReader((what) => this.#told(what, patience));
    this.#stream('control').on('data', (chunk: Buffer) => {
      try {
        control.receive(chunk);
      } catch (error) {
        this.#fail((error as Error).message);
      }
    });
    const streamEnded = () => {
      this.#open--;
      this.#settle();
    };
    this.#stream('output').on('data', () => {
      this.#spoke = true;
    });
    passOn(this.#stream('output'), output, mark, streamEnded);
    passOn(this.#stream('errors'), errors, mark, streamEnded);
  }

  #told(what: Told, { commandMs }: Patience): void {
    const { ready, limitMs } = this.#options;
    if (what.type === 'lost') this.#lost.push(what.path);
    else if (what.type === 'alive') {
      this.#load = what.load;
      this.#pulse.answered();
    } else if (what.type === 'exit') {
      this.#code = what.code;
      this.#settle();
    } else {
      this.#isRunning = true;
      this.#pulse.change({ limitMs: commandMs, ask: () => this.#request('ping') });
      ready(what.found, performance.now() - this.#began);
      this.#after(limitMs, () => {
        this.#isLate = true;
        this.#request('look');
        this.#end();
      });
    }
  }

  #request(request: Request): void {
    this.#stream('control').write(`${request}\n`);
  }

  #end(): void {
    this.#isEnding = true;
    this.#request('end');
    this.#after(GRACE_MS, () => {
      this.#request('look');
      this.#after(LOOK_MS, () =>
        this.#giveUp(
          `the command did not end within ${prettyMs(GRACE_MS)} when it was told to${this.#answers()}`,
        ),
      );
    });
  }

  #settle(): void {
    if (this.#code === null || this.#open > 0) return;
    if (this.#isLate)
      this.#giveUp(
        `the command did not end within ${prettyMs(this.#options.limitMs)}${this.#answers()}; what it had measured by then is kept (--limit)`,
      );
    else this.#resolve({ code: this.#code, lost: this.#lost });
  }

  /** That the computer itself went on. */
  #answers(): string {
    return this.#load === null ? '' : `, while its computer answered (load ${this.#load})`;
  }

  #fail(reason: string): void {
    this.#giveUp(`the emulated computer failed: ${reason}`);
  }

  #giveUp(message: string, cpus: readonly string[] = [], still = false): void {
    // QEMU is killed when all is over, which is no failure.
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.lastSeen({ console: this.#tail.lines(), silentMs: this.#tail.silentMs(), cpus });
    this.#reject(still ? new StoodStill(message, this.#spoke || this.#isEnding) : new UserError(message));
  }

  async #stoodStill({ startMs, commandMs, stepMs }: Patience): Promise<void> {
    const silentMs = this.#isRunning ? commandMs : startMs;
    const cpuMs = (this.#qemuCpuNs() - this.#cpuNs) / 1e6;
    const cpus = await cpuStates(this.#stream('monitor'), this.#options.cpus);
    this.#giveUp(
      `the emulated computer stands still${this.#isRunning ? '' : ' while it starts'}: nothing came from it for ${prettyMs(silentMs)}; in the last ${prettyMs(silentMs - stepMs)} of them QEMU used ${prettyMs(Math.round(cpuMs))} of CPU time`,
      cpus,
      true,
    );
  }

  #qemuCpuNs(): number {
    return this.#child.pid === undefined ? 0 : threadsCpuNs(this.#child.pid, localHost);
  }

  #after(ms: number, what: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, ms);
  }
}
