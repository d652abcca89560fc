/** What came of one system. */
import type { Examination } from '../../../core/library/probe.ts';

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
}

/** All cells alike. */
export const everywhere = (cell: Cell): Record<Step, Cell> =>
  Object.fromEntries(STEPS.map((step) => [step, cell])) as Record<Step, Cell>;

export const hasFailed = ({ cells }: Outcome): boolean =>
  STEPS.some((step) => cells[step].outcome === 'failed');
