/** Many machines of one hypervisor that live at once: what the suite density asks of them. */

export interface Growth {
  /** How many live now. */
  readonly machines: number;
  /** How long it took, ms. */
  readonly ms: number;
  /** Why it went no further; null where it reached what was asked for. */
  readonly stop: GrowthStop | null;
}

export interface GrowthStop {
  /** `limit`: of descriptors, mappings, threads or address space. */
  readonly reason: 'memory' | 'limit' | 'time' | 'failed';
  readonly text: string;
}

/** The same for every machine. */
export interface Request {
  /** `suite/entry`, as the image knows it. */
  readonly entry: string;
  readonly seed: number;
  readonly iterations: number;
  /** The checksum that each has to answer with. */
  readonly expect: string;
}

export interface ResponseSummary {
  /** From the first request to the last answer, ms. */
  readonly ms: number;
  readonly right: number;
  readonly wrong: number;
  /** Died over it, or earlier. */
  readonly dead: number;
  /** Of single answers that were right, ms; zero where there was none. */
  readonly medianMs: number;
  readonly slowestMs: number;
  /** The first few things that went wrong. */
  readonly errors: readonly string[];
}

/** How much memory machines may take, bytes. */
export interface MemoryBudget {
  /** What is to stay available on the host, whoever takes the rest. */
  readonly reserveBytes: number;
  /** How much more the host may use than now; null where only the reserve counts. */
  readonly moreBytes: number | null;
}

/** Methods throw MachineError where all of it is lost. */
export interface VmGroup {
  /**
   * Starts machines until `to` live and have said hello; stops in order where that would take more memory than is
   * allowed, or after `limitMs`, and then says so. `live` is told how many there are, every now and then.
   */
  grow(
    to: number,
    allowance: MemoryBudget,
    limitMs: number,
    live: (machines: number) => void,
  ): Promise<Growth>;
  ask(request: Request): Promise<ResponseSummary>;
  /** What the guests have touched of their memory, bytes; null where nobody knows. */
  touchedBytes(): Promise<number | null>;
  /** Its processes. */
  pids(): readonly number[];
  /** Kills all of it and waits for its end. May be called twice. */
  stop(): Promise<void>;
}

/** So many things that went wrong are told. */
export const MOST_ERRORS = 5;
