/** What came of one system, and what came of it last. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examination } from '../../../core/library/probe.ts';
import { LANDS } from '../land.ts';

export const STEPS = ['doctor', 'run', 'exec', 'boot', 'report'] as const;
export type Step = (typeof STEPS)[number];

export interface Cell {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Of what did not pass. */
  readonly why?: string;
}

export interface Outcome {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly cells: Readonly<Record<Step, Cell>>;
  /** What doctor saw; null where it did not come to that. */
  readonly examination: Examination | null;
  readonly seconds: number;
  /** When, as 2026-11-27. */
  readonly date: string;
}

/** All cells alike. */
export const everywhere = (cell: Cell): Record<Step, Cell> =>
  Object.fromEntries(STEPS.map((step) => [step, cell])) as Record<Step, Cell>;

export const hasFailed = ({ cells }: Outcome): boolean =>
  STEPS.some((step) => cells[step].outcome === 'failed');

const fileOf = (id: string) => join(LANDS, 'outcomes', `${id}.json`);

/** For a later run, which may be of other systems. */
export function keep(outcome: Outcome): void {
  mkdirSync(join(LANDS, 'outcomes'), { recursive: true });
  writeFileSync(fileOf(outcome.id), JSON.stringify(outcome));
}

/** The last outcome; null where that system was never tried on this computer. */
export function lastOf(id: string): Outcome | null {
  return existsSync(fileOf(id)) ? JSON.parse(readFileSync(fileOf(id), 'utf8')) : null;
}
