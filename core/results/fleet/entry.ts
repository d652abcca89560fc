/** What is known of one host of a fleet before its result is read. */

/**
 * `done`: its run ended, and left a result; `failed`: it ended without one, or said that it failed; `lost`: nobody knows of
 * it any more.
 */
export const FLEET_STATES = ['done', 'failed', 'running', 'pending', 'lost'] as const;
export type FleetState = (typeof FLEET_STATES)[number];

export interface FleetEntry {
  /** Unique in the fleet. */
  readonly name: string;
  readonly state: FleetState;
  /** Why it is in that state, for people. */
  readonly reason?: string;
  /** Path of its result.json. */
  readonly file?: string;
  /** What the computer calls itself (`hostname`): two entries of one computer count once. By `name` alone if left out. */
  readonly host?: string;
}
