/** What machines on other computers have that those on this one have not. */
import type { LockOptions } from '../host/cpu-lock.ts';
import type { Host } from '../host/host.ts';

/** Of a driver whose machines are elsewhere. Every method throws MachineError if that computer cannot be asked. */
export interface Elsewhere {
  /**
   * The share (0 to 1) of its CPU's time that was stolen there since this was last asked, or since the probe; null if it does
   * not tell.
   */
  stolen(host: Host): Promise<number | null>;
  /** The CPU on which its machines are measured; null if that is this computer's own, which is locked anyway. */
  place(host: Host): Promise<Place | null>;
  /** How that computer is now. */
  state(host: Host): Promise<ComputerState>;
}

/** A CPU of another computer. */
export interface Place {
  /** The same for everybody who means this CPU, by whatever way and name. */
  readonly id: string;
  /**
   * Takes it for measuring, as `lockCpu` does this computer's; returns how to give it back. If it is lost with its connection,
   * it says so and takes it again. Throws UserError if another has it for too long, and what the signal aborts with.
   */
  lock(options: PlaceLockOptions): Promise<() => void>;
}

interface PlaceLockOptions extends LockOptions {
  /** CPUs of this computer for the process that holds it. */
  readonly cpus: readonly number[];
}

/** What disturbs a measurement there, as far as it tells. */
export interface ComputerState {
  /** Load averages over one, five and fifteen minutes; null if it tells none. */
  readonly load: readonly [number, number, number] | null;
  /** Shares of CPU time that were stolen: of the measuring CPU since the probe, and of all since it booted. */
  readonly stolen: { readonly now: number | null; readonly sinceBoot: number | null };
  /** Memory that is free or can be freed, bytes. */
  readonly availableBytes: number | null;
  readonly frequency: {
    readonly governor: string | null;
    /** Of the measuring CPU, now and at most, kHz. */
    readonly kHz: number | null;
    readonly mostKHz: number | null;
  };
  /**
   * Its time of day minus that of this computer, and the shortest way of a question and its answer, ns. The offset is right to
   * half of that. Null if it did not answer.
   */
  readonly clock: { readonly offsetNs: number; readonly roundTripNs: number } | null;
}
