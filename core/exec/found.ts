import type { Run } from './schema.ts';

export interface Reading {
  readonly hostNs: number;
  readonly guestNs: number;
}

/** What was found of one machine. */
export interface Found {
  readonly runs: Run[];
  readonly startMs: number[];
  /** The guest's own clock beside the host's, launch by launch. */
  readonly clocks: Reading[][];
  inside: string[];
  /** What its first run wrote: all of it, or the beginning and the end. */
  texts: { readonly stdout: string; readonly stderr: string };
  failure: string | null;
}
