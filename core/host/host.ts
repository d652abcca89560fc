/** A computer as a port: what hvbench reads of it and runs on it. This one is local.ts; in tests a folder stands in. */
import type { Readable, Writable } from 'node:stream';
import type { CpuidFacts } from './cpuid.ts';

export interface FileStatus {
  /** Of a file: its permissions, 12 bits. */
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
}

/** Files by which a computer describes itself. Paths are absolute, as they are on that computer. */
export interface HostFiles {
  /** The text of a file, without white space at its ends; null if it cannot be read. */
  read(path: string): Promise<string | null>;
  /** The sorted names in a folder; empty if it cannot be read. */
  list(path: string): Promise<string[]>;
  /** Where a symbolic link points to; null if there is none, or it cannot be read. */
  link(path: string): Promise<string | null>;
  /** Of what a path leads to; null if there is nothing. */
  status(path: string): Promise<FileStatus | null>;
  /** Opens a file for reading and writing, and closes it: null, or the name of the error (ENOENT, EACCES, …). */
  openFailure(path: string): Promise<string | null>;
  /** Like `read`, for what is asked amid a measurement, which waits for nothing. */
  readNow(path: string): string | null;
  /** Like `list`, in the order of the folder. */
  listNow(path: string): string[];
}

/** What a system tells by calls rather than files. */
export interface HostFacts {
  readonly memoryBytes: number;
  /** The system's name (`uname -s`) and its kernel's release (`uname -r`). */
  readonly system: string;
  readonly kernel: string;
  /** Load average over one minute. */
  readonly load: number;
  /** CPUs that this process may use, as far as Node knows. */
  readonly cpus: number;
}

export interface CaptureOptions {
  /** After this many milliseconds the child is killed; 5000 unless told. */
  readonly timeoutMs?: number;
  /** A child that prints more than this many bytes is killed; 64 KiB unless told. */
  readonly maxBytes?: number;
}

export interface ExecuteOptions {
  readonly cwd?: string;
  /** Besides what the tool's own environment holds. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this many milliseconds it is killed. */
  readonly timeoutMs: number;
  /** One that prints more than this many bytes is killed; 1 MiB unless told. */
  readonly maxBytes?: number;
  /** Kills it when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** How to start a process. */
export interface StartProcess {
  /** CPUs that it may run on, with all that it starts. */
  readonly cpus: readonly number[];
  /** Open ones of this process that it finds as its file 3 and on. */
  readonly files?: readonly number[];
}

/** How a process ended: by itself, by a signal, or by an error before it began. */
export interface ProcessEnd {
  readonly error: Error | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface HostProcess {
  /** 0 if it never began. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Once it has ended and all that it wrote was read. */
  readonly ended: Promise<ProcessEnd>;
  /** Signals it with all that it started; nothing happens if it has ended. */
  signal(name: NodeJS.Signals): void;
}

export interface Host extends HostFiles {
  /** As Node names them: `linux`, `x64`. */
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** The user that hvbench is there; null on systems that number none. */
  readonly userId: number | null;
  /** Where programs are looked for: its PATH. */
  readonly searchPath: string;
  facts(): HostFacts;
  /** What its CPU says of itself; absent or null if nobody can ask it. */
  readonly cpuid?: () => CpuidFacts | null;
  /** The absolute path of a program on `searchPath`, or on another PATH; null if there is none. */
  find(program: string, path?: string): Promise<string | null>;
  /**
   * Standard output of a short command, run without a shell and in the C locale; null if it is missing, fails, takes too
   * long or prints too much. Never rejects.
   */
  capture(command: string, args: readonly string[], options?: CaptureOptions): Promise<string | null>;
  /** The same of one whose failure matters: rejects with ExecutionError, or with the reason of `signal`. */
  execute(command: string, args: readonly string[], options: ExecuteOptions): Promise<string>;
  /**
   * Starts a process: pinned, in a session of its own (so that Ctrl-C reaches the tool alone), and bound to die with the
   * tool, even if the tool is killed by SIGKILL. Rejects with Error if the system has nothing left for it.
   */
  start(argv: readonly string[], options: StartProcess): Promise<HostProcess>;
  /** Its monotonic clock, ns: that of what its processes tell. */
  now(): bigint;
}
