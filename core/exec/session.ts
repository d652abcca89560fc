/**
 * The measuring of `hvbench exec`: launch after launch all machines are started, and in each round every one of them runs
 * the command once, in random order, on the same CPU.
 */

import { firstIssue } from '../errors.ts';
import {
  type CommandRecord,
  decodeRecord,
  decodeTexts,
  type Ending,
  RECORD_BYTES,
} from '../guest/command-record.ts';
import type { Host } from '../host/host.ts';
import { type Batch, type CommandMachine, MachineError } from '../hypervisors/hypervisor.ts';
import { machineOrder, preparationOrder } from '../measure/schedule.ts';
import { isReference, REFERENCE } from '../model/role.ts';
import { type ExecResult, type Run, runSchema } from '../results/exec-schema.ts';
import type { Found, FoundTable, Reading } from './found.ts';
import type { ExecEntry } from './journal.ts';
import { metricIn } from './metric.ts';
import type { ExecMachine, ExecPlan } from './plan.ts';
import { isPreciseEnough } from './precision.ts';

/** Launches that are made before precision is looked at, or as many as there are runs. */
const FEWEST_LAUNCHES = 3;
const MOST_LAUNCHES = 20;
const MOST_ROUNDS = 8;
/** What a machine may take beyond the command's own limit. */
const GRACE_MS = 30_000;
/** How long an empty batch may take, which reads the clocks and runs nothing. */
const EMPTY_LIMIT_MS = 10_000;

export type CommandEvent =
  | { readonly type: 'launch'; readonly launch: number; readonly ids: readonly string[] }
  | {
      readonly type: 'run';
      readonly launch: number;
      readonly round: number;
      readonly id: string;
      readonly made: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'failure'; readonly id: string; readonly error: string };

export interface ExecSessionOptions {
  readonly plan: ExecPlan;
  readonly host: Host;
  /** Where everything is noted down; whatever is thrown before the end, what it holds is what was found. */
  readonly found: FoundTable;
  /** Called with each entry, once `found` has it. What it throws ends the session. */
  readonly append: (entry: ExecEntry) => void;
  readonly listen: (event: CommandEvent) => void;
  readonly signal: AbortSignal;
}

/** Measures, and says why it ended. Leaves no machine behind. A command that fails natively ends it. */
export async function runExecSession(options: ExecSessionOptions): Promise<ExecResult['stopped']['reason']> {
  return await new ExecSession(options).run();
}

type Texts = ReturnType<typeof decodeTexts> | null;

/** The command itself failed: there is nothing to compare with. */
class NativeFailure extends Error {}

class ExecSession {
  readonly #plan: ExecPlan;
  readonly #host: Host;
  readonly #found: FoundTable;
  readonly #append: ExecSessionOptions['append'];
  readonly #listen: ExecSessionOptions['listen'];
  readonly #signal: AbortSignal;
  readonly #began = performance.now();
  #running = new Map<string, CommandMachine>();
  #launch = 0;
  /** Runs that count, of native: it has as many as any. */
  #made = 0;
  readonly #nativeEndings = new Set<string>();
  /** What one round of all machines took, and what starting and warming up did: seconds. */
  #roundSeconds = 0;
  #startSeconds = 0;

  constructor({ plan, host, found, append, listen, signal }: ExecSessionOptions) {
    this.#plan = plan;
    this.#host = host;
    this.#found = found;
    this.#append = append;
    this.#listen = listen;
    this.#signal = signal;
  }

  async run(): Promise<ExecResult['stopped']['reason']> {
    const abort = () => void this.#stopAll();
    this.#signal.addEventListener('abort', abort);
    try {
      for (; ; this.#launch++) {
        const reason = this.#isOver();
        if (reason) return reason;
        await this.#makeLaunch();
      }
    } catch (error) {
      if (this.#signal.aborted) return 'interrupted';
      if (error instanceof NativeFailure) return 'failed';
      throw error;
    } finally {
      this.#signal.removeEventListener('abort', abort);
      await this.#stopAll();
    }
  }

  #isOver(): ExecResult['stopped']['reason'] | null {
    if (this.#signal.aborted) return 'interrupted';
    const { runs, budgetSeconds } = this.#plan;
    if (runs !== null) return this.#made >= runs ? 'runs' : null;
    if (this.#launch < FEWEST_LAUNCHES) return null;
    if (this.#launch >= MOST_LAUNCHES) return 'runs';
    if (isPreciseEnough(this.#plan, this.#found)) return 'precision';
    const next = this.#startSeconds + this.#roundSeconds;
    return this.#elapsed() + next > budgetSeconds ? 'budget' : null;
  }

  async #makeLaunch(): Promise<void> {
    const { machines, seed, commands } = this.#plan;
    const alive = machines.filter(({ hypervisor }) => this.#of(hypervisor.id).failure === null);
    const began = performance.now();
    this.#listen({ type: 'launch', launch: this.#launch, ids: alive.map(({ hypervisor }) => hypervisor.id) });
    for (const machine of preparationOrder(alive, seed, this.#launch, 'exec')) await this.#start(machine);
    const ids = alive.map(({ hypervisor }) => hypervisor.id).filter((id) => this.#running.has(id));
    if (commands.argvs.setup) for (const id of ids) await this.#runOther(id, 'setup');
    let previous: string | undefined;
    const roundOf = async (round: number) => {
      const present = ids.filter((id) => this.#running.has(id));
      const order = machineOrder(present, seed, this.#launch, 'exec', 'command', round, previous);
      // The very first run is native's: where that fails nothing else need be tried.
      if (this.#of(REFERENCE).runs.length === 0)
        order.sort((a, b) => Number(isReference(b)) - Number(isReference(a)));
      for (const id of order) await this.#runCommand(id, round);
      previous = order.at(-1);
    };
    for (let round = -this.#plan.warmup; round < 0; round++) await roundOf(round);
    this.#startSeconds = (performance.now() - began) / 1000;
    const rounds = this.#rounds();
    for (let round = 0; round < rounds(); round++) {
      const at = performance.now();
      await roundOf(round);
      this.#roundSeconds = (performance.now() - at) / 1000;
    }
    for (const id of ids) await this.#readClock(id);
    await this.#stopAll();
  }

  /** How many rounds this launch has: looked at anew after each, since the first one tells how long it takes. */
  #rounds(): () => number {
    const { runs, budgetSeconds } = this.#plan;
    if (runs !== null) {
      const launches = Math.min(FEWEST_LAUNCHES, runs);
      const left = Math.ceil((runs - this.#made) / Math.max(1, launches - this.#launch));
      return () => left;
    }
    const share = budgetSeconds / FEWEST_LAUNCHES;
    return () =>
      this.#roundSeconds === 0
        ? 1
        : Math.min(MOST_ROUNDS, Math.max(1, Math.floor((share - this.#startSeconds) / this.#roundSeconds)));
  }

  async #start({ hypervisor, availability, runner, kernel }: ExecMachine): Promise<void> {
    const { program, commands, cpu, memoryMib, share } = this.#plan;
    await this.#guard(hypervisor.id, async () => {
      this.#checkpoint();
      const machine = await runner.launch(this.#host, {
        ...{ program, commands, cpu, memoryMib, share, kernel },
        signal: this.#signal,
      });
      this.#running.set(hypervisor.id, machine);
      this.#checkpoint();
      const evidence = await hypervisor.verify(this.#host, await machine.identify(), machine, availability);
      const { startMs } = machine;
      this.#note({ type: 'start', hypervisor: hypervisor.id, launch: this.#launch, startMs, evidence });
    });
  }

  async #runOther(id: string, name: 'setup' | 'before'): Promise<void> {
    await this.#guard(id, async () => {
      const { record, texts, clock } = await this.#batch(id, name);
      if (clock) this.#note({ type: 'clock', hypervisor: id, ...clock });
      if (record.ending.how !== 'exited' || record.ending.code !== 0)
        throw new MachineError(
          `${name === 'setup' ? '--setup' : '--prepare'} ${describe(record.ending)}${lastLine(texts)}`,
        );
    });
  }

  async #runCommand(id: string, round: number): Promise<void> {
    if (this.#plan.commands.argvs.before) await this.#runOther(id, 'before');
    if (!this.#running.has(id)) return;
    const secondsLeft = Math.max(0, this.#plan.budgetSeconds - this.#elapsed());
    this.#listen({ type: 'run', launch: this.#launch, round, id, made: this.#made, secondsLeft });
    await this.#guard(id, async () => {
      const isFirst = this.#of(id).runs.length === 0;
      const { batch, record, texts, clock } = await this.#batch(id, 'command');
      const { metric } = this.#plan;
      const { userNs, systemNs, peakResidentBytes, ending, stdout, stderr } = record;
      const figure = metric && texts && metricIn(metric, [texts.stdout, texts.stderr]);
      const run = believable({
        ...{ launch: this.#launch, round, counts: round >= 0 },
        ...{ wallNs: batch.wallNs, cpuNs: batch.cpuNs, userNs, systemNs, peakResidentBytes, ending },
        ...{ stdout, stderr },
        metric: typeof figure === 'number' ? figure : null,
        ...(figure !== null && typeof figure === 'object' && { unread: figure }),
      });
      if (isFirst && texts) this.#note({ type: 'texts', hypervisor: id, ...texts });
      this.#note({ type: 'run', hypervisor: id, ...run, ...(clock && { clock }) });
      if (isReference(id)) {
        this.#nativeEndings.add(describe(ending));
        if (run.counts) this.#made++;
      }
      this.#judge(id, record, texts);
    });
  }

  /** Throws where a run failed, or ended otherwise than native's. */
  #judge(id: string, record: CommandRecord, texts: Texts): void {
    const { ending } = record;
    const isFine = ending.how === 'exited' && ending.code === 0;
    const isTolerable = this.#plan.ignoreFailure && (ending.how === 'exited' || ending.how === 'killed');
    const natives = this.#nativeEndings;
    if (!isFine && !isTolerable) throw new MachineError(`the command ${describe(ending)}${lastLine(texts)}`);
    const [native] = natives;
    // One that ends in several ways natively may do so everywhere.
    if (!isReference(id) && native !== undefined && natives.size === 1 && native !== describe(ending))
      throw new MachineError(`the command ${describe(ending)}, but natively it ${native}${lastLine(texts)}`);
  }

  async #batch(id: string, name: 'setup' | 'before' | 'command') {
    const machine = this.#running.get(id);
    if (!machine) throw new MachineError('the machine is gone');
    const { timeoutMs } = this.#plan;
    await machine.prepare({ name: `command/${name}`, seed: 1, argument: timeoutMs });
    const batch = await machine.run(1, timeoutMs + GRACE_MS);
    const record = checked(await machine.read(0, RECORD_BYTES));
    return { batch, record, texts: await this.#texts(id, machine, record), clock: clockOf(batch) };
  }

  /** Where somebody asks for them: they take many frames. */
  async #texts(id: string, machine: CommandMachine, record: CommandRecord): Promise<Texts> {
    const { ending, kept } = record;
    const isFine = ending.how === 'exited' && ending.code === 0;
    if (isFine && !this.#plan.metric && this.#of(id).runs.length > 0) return null;
    return decodeTexts(record, await machine.read(RECORD_BYTES, kept.stdout + kept.stderr));
  }

  /** One more reading, so that a launch with a single run has two. */
  async #readClock(id: string): Promise<void> {
    await this.#guard(id, async () => {
      const clock = clockOf(await this.#running.get(id)?.run(0, EMPTY_LIMIT_MS));
      if (clock) this.#note({ type: 'clock', hypervisor: id, ...clock });
    });
  }

  #note(entry: ExecEntry): void {
    this.#found.add(entry);
    this.#append(entry);
  }

  /** What fails in one machine ends that machine alone; what fails natively ends all. */
  async #guard(id: string, work: () => Promise<void>): Promise<void> {
    try {
      this.#checkpoint();
      await work();
      this.#checkpoint();
    } catch (error) {
      if (this.#signal.aborted) throw error;
      if (!(error instanceof MachineError)) throw error;
      this.#note({ type: 'failure', hypervisor: id, error: error.message });
      this.#listen({ type: 'failure', id, error: error.message });
      const machine = this.#running.get(id);
      this.#running.delete(id);
      await machine?.stop();
      if (isReference(id)) throw new NativeFailure(error.message);
    }
  }

  #of(id: string): Found {
    return this.#found.of(id);
  }

  #elapsed(): number {
    return (performance.now() - this.#began) / 1000;
  }

  #checkpoint(): void {
    this.#signal.throwIfAborted();
  }

  async #stopAll(): Promise<void> {
    const machines = [...this.#running.values()];
    this.#running = new Map();
    await Promise.all(machines.map((machine) => machine.stop()));
  }
}

/** What a guest says may be anything: where it is no record, its machine has failed, and nothing else. */
function checked(bytes: Buffer): CommandRecord {
  try {
    return decodeRecord(bytes);
  } catch (error) {
    throw new MachineError((error as Error).message);
  }
}

/** A run whose figures can be: a guest may say that it took an age, or less than no time. Throws MachineError. */
function believable(run: Run): Run {
  const { success, error } = runSchema.safeParse(run);
  if (success) return run;
  const { where, what } = firstIssue(error);
  throw new MachineError(`implausible report from the machine about its command: ${where}: ${what}`);
}

function clockOf(batch: Pick<Batch, 'beganNs' | 'guestBeganNs'> | undefined): Reading | null {
  return batch?.guestBeganNs ? { hostNs: batch.beganNs, guestNs: batch.guestBeganNs } : null;
}

/** As in "the command exited with 3". */
export function describe(ending: Ending): string {
  switch (ending.how) {
    case 'exited':
      return `exited with ${ending.code}`;
    case 'killed':
      return `was killed by ${ending.signal}`;
    case 'timed-out':
      return 'did not end in time and was killed (--timeout)';
    case 'not-started':
      return `cannot be started (${ending.error})`;
  }
}

function lastLine(texts: Texts): string {
  const line = (texts?.stderr ?? '').trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return line === '' ? '' : `: ${line}${hint(line)}`;
}

/** EOVERFLOW, in a locale of English: what an overlay says that may not copy a file whose owner it has no number for. */
function hint(line: string): string {
  if (process.geteuid?.() === 0 || !line.includes('Value too large for defined data type')) return '';
  return ' (without root, the command cannot change files of other users natively: see docs/exec.md)';
}
