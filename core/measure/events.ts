/** What the measuring loop tells whoever watches. */
import type { Isa, Platform } from '../results/schema.ts';

export type MeasureEvent =
  | {
      readonly type: 'launch';
      readonly launch: number;
      readonly isa: Isa;
      readonly platform: Platform;
      readonly workloads: number;
    }
  | {
      readonly type: 'workload';
      readonly launch: number;
      readonly isa: Isa;
      readonly platform: Platform;
      readonly suite: string;
      readonly workload: string;
      /** From 1. */
      readonly position: number;
      readonly workloads: number;
    }
  | {
      readonly type: 'operations';
      readonly launch: number;
      readonly isa: Isa;
      readonly hypervisor: string;
      readonly operations: number;
    }
  /**
   * Before the first launch: the budget is too short for the launches that a CI takes, which are made in any case and take
   * about so many seconds.
   */
  | {
      readonly type: 'overrun';
      readonly launches: number;
      readonly seconds: number;
      readonly budgetSeconds: number;
    }
  /** What a suite does now, in words. */
  | { readonly type: 'step'; readonly text: string }
  | {
      readonly type: 'failure';
      readonly hypervisor: string;
      readonly isa: Isa;
      readonly workload: string | null;
      readonly error: string;
    }
  /** The connection to a machine on another computer was lost; what it cost is tried again. */
  | {
      readonly type: 'lost';
      readonly hypervisor: string;
      readonly isa: Isa;
      readonly workload: string | null;
      readonly error: string;
    }
  /** After each launch. `secondsLeft` is an estimate, bounded by the budget; `precise` rows of `rows` are done. */
  | {
      readonly type: 'estimate';
      readonly secondsLeft: number;
      readonly precise: number;
      readonly rows: number;
    };

export type Listener = (event: MeasureEvent) => void;
