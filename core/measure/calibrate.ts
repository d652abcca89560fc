/** How many iterations make a batch. */
import { EXIT_REASONS, type Exits } from '../guest/protocol.ts';
import { type Batch, type Machine, MachineError } from '../hypervisors/hypervisor.ts';
import { median } from '../stats/index.ts';

/** No batch is made longer than this for the sake of its surroundings: what is left of them is subtracted. */
const LONGEST_NS = 12e6;
/** What surrounds a batch (marks, exits) may take at most this share of it. */
const SURROUNDINGS = 1 / 200;
/** The first batch of a machine may have to wake a translator; no single batch may take longer than this. */
const TRIAL_LIMIT_MS = 10_000;
const EMPTY_BATCHES = 5;
/** Two batches that differ by less than this are warm. */
const AGREEMENT = 0.1;
const TRIALS = 64;
/** Whatever a machine says of its times: no more batches, and none after so long on the tool's own clock. */
const MOST_TRIALS = 2000;
const MOST_MS = 20_000;
/** Where so many iterations take less than a thousandth of a nanosecond each, none of them was made. */
const TELLING = 2 ** 20;
const LEAST_NS = 0.001;

export interface Empty {
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Exits by reason; absent where the hypervisor does not count. */
  readonly exits?: Exits | null;
}

/** The empty batch: no iteration, everything around it. Medians, ns. */
export async function measureEmpty(machine: Machine): Promise<Empty> {
  const batches: Batch[] = [];
  for (let i = 0; i < EMPTY_BATCHES; i++) batches.push(await machine.run(0, TRIAL_LIMIT_MS));
  return {
    wallNs: median(batches.map((batch) => batch.wallNs)),
    cpuNs: median(batches.map((batch) => batch.cpuNs)),
    exits: medianExits(batches.flatMap(({ exits }) => exits ?? [])),
  };
}

/** By reason; null where nobody counts. */
export function medianExits(counts: readonly Exits[]): Exits | null {
  const reasons = EXIT_REASONS.filter((reason) => counts[0]?.[reason] !== undefined);
  if (reasons.length === 0) return null;
  return Object.fromEntries(
    reasons.map((reason) => [reason, median(counts.map((exits) => exits[reason] ?? 0))] as const),
  );
}

/**
 * How long a batch must last, ns, so that its surroundings stay below their share in each of these machines; where a
 * mark takes hundreds of microseconds, as in an operating system's guest, as near to that as time allows.
 */
export function batchTarget(batchMs: number, empties: readonly Empty[]): number {
  const wanted = Math.max(...empties.map((empty) => empty.wallNs / SURROUNDINGS), 0);
  return Math.max(batchMs * 1e6, Math.min(wanted, LONGEST_NS));
}

/** Throws MachineError where so many iterations cannot have taken `netNs`, the empty batch taken off: none was made. */
export function checkWorked(iterations: number, netNs: number): void {
  if (iterations >= TELLING && netNs < iterations * LEAST_NS)
    throw new MachineError(
      `implausible answer from the machine: ${iterations} iterations took no longer than none`,
    );
}

/**
 * Nanoseconds per iteration, warm. Raises the iterations until a batch takes a fair part of the target, and
 * then until two batches in a row agree: a translator's first batches are interpreted, and may be a hundred
 * times slower than what follows. After 20 s it is what it is. Throws MachineError where the machine fails, or says that
 * iterations take no time.
 */
export async function estimateIteration(
  machine: Machine,
  empty: Empty,
  targetNs: number,
  maxIterations: number,
  warmUpNs = 0,
): Promise<number> {
  const began = performance.now();
  let iterations = 1;
  let total = 0;
  let previous = Number.POSITIVE_INFINITY;
  for (let trial = 0; ; trial++) {
    const { wallNs } = await machine.run(iterations, TRIAL_LIMIT_MS);
    const net = Math.max(wallNs - empty.wallNs, 1);
    const ns = net / iterations;
    checkWorked(iterations, net);
    total += wallNs;
    if (trial >= MOST_TRIALS || performance.now() - began > MOST_MS) return ns;
    if (net < targetNs / 4 && iterations < maxIterations) {
      // Far below the target a step of two is too timid; a cold figure must not overshoot it, though.
      const step = Math.min(Math.max(targetNs / net / 2, 2), 16);
      iterations = Math.min(Math.ceil(iterations * step), maxIterations);
      previous = Number.POSITIVE_INFINITY;
      continue;
    }
    if (total >= warmUpNs && (Math.abs(ns / previous - 1) < AGREEMENT || trial >= TRIALS)) {
      return ns;
    }
    previous = ns;
  }
}

/**
 * Iterations of a batch of each machine. Machines within a factor of two of native run native's number, so
 * that they do the very same work; slower ones run it halved as often as their slowness says, at least 1.
 */
export function batchSizes(
  nsPerIteration: ReadonlyMap<string, number>,
  native: string,
  targetNs: number,
  maxIterations: number,
): Map<string, number> {
  const reference = nsPerIteration.get(native) ?? 1;
  const base = Math.max(1, Math.min(maxIterations, Math.ceil(targetNs / reference)));
  return sizesBeside(nsPerIteration, native, base);
}

/** The same where it is known how many iterations native's batch has: of a machine that comes later than others. */
export function sizesBeside(
  nsPerIteration: ReadonlyMap<string, number>,
  native: string,
  base: number,
): Map<string, number> {
  const reference = nsPerIteration.get(native) ?? 1;
  return new Map(
    [...nsPerIteration].map(([id, ns]) => {
      const halvings = Math.max(0, Math.floor(Math.log2(ns / reference)));
      return [id, Math.max(1, Math.round(base / 2 ** halvings))] as const;
    }),
  );
}

/** As many times as many iterations as its fellow's are no obstacle: the slower one's batches take no more than eight targets. */
const MOST_APART = 4;

/**
 * The same sizes, but one for machines that are compared with one another, the larger: two equal machines may be sized on
 * different sides of a power of two, and longer batches have warmer caches. Machines that are much further apart keep their own.
 */
export function sizedAlike(
  sizes: ReadonlyMap<string, number>,
  compared: readonly string[],
): Map<string, number> {
  const theirs = compared.flatMap((id) => sizes.get(id) ?? []);
  const most = Math.max(...theirs);
  if (most > MOST_APART * Math.min(...theirs)) return new Map(sizes);
  return new Map([...sizes].map(([id, size]) => [id, compared.includes(id) ? most : size] as const));
}

/** How long a batch may take before its machine counts as hung, ms. */
export function batchLimitMs(expectedNs: number): number {
  return 5_000 + (20 * expectedNs) / 1e6;
}
