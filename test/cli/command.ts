/** Drives the real command, as it was built into dist/, in folders that are removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach } from 'vitest';
import { readJournal } from '../../core/results/folder.ts';
import type { JournalEntry, Sample } from '../../core/results/journal.ts';
import { parseResult } from '../../core/results/read-result.ts';
import type { Result } from '../../core/results/schema.ts';
import { suites } from '../../suites/index.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = join(ROOT, 'dist/core/cli/main.js');

/** A busy neighbour makes a run of half a minute three times as long. */
const LIMIT_MS = 170_000;
/** Every process of a command carries it in its environment, so that none can hide. */
const MARK = 'HVBENCH_TEST_MARK';

export interface Options {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** What is called `hvbench`; this Node.js and what was built into dist/ unless given. */
  readonly program?: readonly string[];
  /** A command in front, such as `taskset -c 0`. */
  readonly under?: readonly string[];
  /** Leads a process group of its own, as a job of a shell does. */
  readonly detached?: boolean;
  /** After so long it is killed; 170 s unless given. */
  readonly limitMs?: number;
}

export interface Ended {
  /** As a shell gives it: 128 and the signal's number where a signal ended the process. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written to standard error so far. */
  progress(): string;
  /** What runs of it: the command itself, machines, compilers, helpers. */
  remains(): Remains[];
}

export interface Remains {
  readonly pid: number;
  readonly parent: number;
  readonly commandLine: string;
}

/** Starts `hvbench` with these arguments. It is killed after a limit, and then its end is an error. */
export function start(args: readonly string[], options: Options): Started {
  const {
    cwd,
    env,
    program = [process.execPath, MAIN],
    under = [],
    detached = false,
    limitMs = LIMIT_MS,
  } = options;
  const mark = randomUUID();
  const [command = '', ...rest] = [...under, ...program, ...args];
  const child = spawn(command, rest, {
    cwd,
    detached,
    // Whoever runs the tests may want colours; what they read has none.
    env: { ...process.env, FORCE_COLOR: undefined, ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`hvbench ${args.join(' ')} did not end\n${texts.stdout}\n${texts.stderr}`));
    }, limitMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0), ...texts });
    });
  });
  return { child, ended, progress: () => texts.stderr, remains: () => marked(mark) };
}

const SIGNALS: Record<string, number> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

export function hvbench(args: readonly string[], options: Options): Promise<Ended> {
  return start(args, options).ended;
}

/**
 * A folder that is removed after the tests of this file (or this `describe`). A test that is tried again finds it as it
 * did the first time.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hvbench-test-'));
  const found = new Map<string, ReadonlySet<string>>();
  beforeEach(({ task }) => {
    const names = readdirSync(folder);
    const first = found.get(task.id);
    if (!first) found.set(task.id, new Set(names));
    else
      for (const name of names)
        if (!first.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function readResult(folder: string): Result {
  return parseResult(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')), suites);
}

/** What a suite with a method of its own keeps in a result. */
export function detailsOf<Detail>({ details }: Pick<Result, 'details'>, suite: string): Detail[] {
  return (details[suite] ?? []) as Detail[];
}

/** The entries of a folder's journal so far; none where there is no journal yet. */
export function readEntries(folder: string): JournalEntry[] {
  return existsSync(join(folder, 'samples.ndjson')) ? readJournal(folder, suites) : [];
}

/** What a suite with a method of its own has written into a folder's journal so far. */
export function readSuiteEntries<Entry>(folder: string, name: string): Entry[] {
  return readEntries(folder).flatMap((entry) =>
    entry.type === 'suite' && entry.suite === name ? [entry.entry as Entry] : [],
  );
}

export function readSamples(folder: string): Sample[] {
  return readEntries(folder).filter((entry) => entry.type === 'sample');
}

/** Waits until a condition holds; throws after a limit, naming what did not come. */
export async function until(what: string, condition: () => boolean, limitMs?: number): Promise<void> {
  await found(what, () => condition() || undefined, limitMs);
}

/** Waits until something is there, as `until` does, and gives it. */
export async function found<T>(what: string, find: () => T | undefined, limitMs = 20_000): Promise<T> {
  for (const end = performance.now() + limitMs; ; ) {
    const it = find();
    if (it !== undefined) return it;
    if (performance.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Sends a signal to a process, or to all of a process group. A number that is missing or small is refused: 0 is the
 * group of the tests themselves, and of whatever started them; -1 is every process of the computer.
 */
export function sendSignal(
  pid: number | undefined,
  name: NodeJS.Signals,
  to: 'process' | 'group' = 'process',
): void {
  if (pid === undefined || !(pid > 1)) throw new Error(`no process to send ${name} to: ${pid}`);
  process.kill(to === 'group' ? -pid : pid, name);
}

function marked(mark: string): Remains[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        if (!environment.includes(`${MARK}=${mark}`)) return [];
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        const parent = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        return [{ pid: Number(pid), parent, commandLine }];
      } catch {
        // It ended meanwhile, or is not ours.
        return [];
      }
    });
}
